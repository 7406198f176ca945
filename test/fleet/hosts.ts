/** Machines that are administered over ssh: each a network namespace with its own sshd, address and files. Needs root. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Host } from '../kernel/host.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { program } from '../kernel/programs.ts';

/** The hosts, and the machine that they are reached from: the one in the middle of the lab. */
export interface Fleet {
  readonly lab: Lab;
  readonly controller: Host;
  readonly hosts: readonly FleetHost[];
  /** For `ssh -F`: names, keys and addresses of the hosts. */
  readonly sshConfig: string;
  close(): void;
}

export interface FleetHost {
  readonly name: string;
  readonly address: string;
  readonly host: Host;
  /** A file of the host, as it sees it: `/etc/ftpwall-lite/firewall`; a path of ours. */
  path(path: string): string;
  /** Its rules. */
  rules(): Promise<string>;
  /** Takes all that was loaded and kept away: the machine is new. */
  reset(): Promise<void>;
}

/** What the hosts see of files that only they have; the rest of the system is the machine's own. */
const folders = ['/etc', '/var/lib', '/usr/sbin', '/root'] as const;

export async function openFleet(count: number): Promise<Fleet> {
  const names = Array.from({ length: count }, (_, index) => `gw${index + 1}`);
  const lab = openLab(
    names.map((name, index) => ({
      name,
      interface: `eth${index}`,
      firewall: [`10.9.${index + 1}.1/24`],
      host: [`10.9.${index + 1}.2/24`],
    })),
  );
  try {
    makeKey(join(lab.folder, 'key'));
    const hosts = names.map((name, index) => makeHost(lab, name, `10.9.${index + 1}.2`));
    const sshConfig = writeClientConfig(lab, hosts);
    await Promise.all(hosts.map(({ name }) => untilReachable(lab, name)));
    return { lab, controller: lab.firewall, hosts, sshConfig, close: () => lab.close() };
  } catch (error) {
    lab.close();
    throw error;
  }
}

function makeKey(file: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file], { stdio: 'pipe' });
}

function makeHost(lab: Lab, name: string, address: string): FleetHost {
  const host = lab.host(name);
  const own = join(lab.folder, name);
  for (const folder of folders) {
    mkdirSync(join(own, 'upper', folder), { recursive: true });
    mkdirSync(join(own, 'work', folder), { recursive: true });
  }
  mkdirSync(join(own, 'run', 'sshd'), { recursive: true, mode: 0o755 });
  makeKey(join(own, 'host-key'));
  writeAccounts(join(own, 'upper', 'etc'));
  writeFileSync(join(own, 'sshd_config'), serverConfig(lab.folder, own, address));
  const sshd = program('sshd');
  // Where overlays cannot be made, copies do.
  const mounts = folders.map((folder) => {
    const [upper, work] = [`${own}/upper${folder}`, `${own}/work${folder}`];
    const overlay = `mount -t overlay overlay -o lowerdir=${folder},upperdir=${upper},workdir=${work} ${folder}`;
    return `{ ${overlay} || { cp -an ${folder}/. ${upper}/; mount --bind ${upper} ${folder}; }; }`;
  });
  const begin = [...mounts, `mount --bind ${own}/run /run`, `exec "$0" -D -e -f ${own}/sshd_config`].join(' && ');
  const daemon = host.start({ path: 'sh', env: sshd.env }, ['-c', begin, sshd.path]);
  let said = '';
  daemon.stderr?.on('data', (text) => {
    said += String(text);
  });
  daemon.on('close', (code) => {
    if (code !== null) console.error(`sshd of ${name} ended with ${code}: ${said}`);
  });
  const path = (inside: string) => (inside.startsWith('/run/') ? join(own, inside) : join(own, 'upper', inside));
  return {
    name,
    address,
    host,
    path,
    rules: () => host.must(['nft', '--stateless', 'list', 'ruleset']),
    reset: async () => {
      await host.must(['sh', '-c', 'nft flush ruleset; echo 0 >/proc/sys/net/ipv4/ip_forward']);
      const shell = ['ssh', '-F', join(lab.folder, 'ssh_config'), name];
      const ended = await lab.firewall.run([
        ...shell,
        'rm -rf /etc/ftpwall-lite /var/lib/ftpwall-lite /var/lib/ftpwall /run/ftpwall /run/ftpwall-remote',
      ]);
      if (ended.status !== 0) throw new Error(`${name} could not be reset: ${ended.errors}`);
    },
  };
}

/** sshd wants a user of its own, and a root who is not locked. */
function writeAccounts(etc: string): void {
  const passwd = readFileSync('/etc/passwd', 'utf8').replace(/^sshd:.*\n/m, '');
  writeFileSync(join(etc, 'passwd'), `${passwd}sshd:x:64999:65534::/run/sshd:/usr/sbin/nologin\n`);
  const shadow = existsSync('/etc/shadow') ? readFileSync('/etc/shadow', 'utf8') : '';
  writeFileSync(join(etc, 'shadow'), `root:*:19000:0:99999:7:::\n${shadow.replace(/^root:.*\n/m, '')}`, {
    mode: 0o600,
  });
}

function serverConfig(folder: string, own: string, address: string): string {
  return [
    `ListenAddress ${address}`,
    `HostKey ${own}/host-key`,
    `AuthorizedKeysFile ${folder}/key.pub`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'MaxStartups 100',
    'MaxSessions 100',
    'LogLevel ERROR',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n');
}

function writeClientConfig(lab: Lab, hosts: readonly FleetHost[]): string {
  const file = join(lab.folder, 'ssh_config');
  const common = [
    'Host *',
    '  User root',
    `  IdentityFile ${lab.folder}/key`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${lab.folder}/known_hosts`,
    '  StrictHostKeyChecking accept-new',
    '  LogLevel ERROR',
  ];
  writeFileSync(
    file,
    `${[...hosts.flatMap(({ name, address }) => [`Host ${name}`, `  HostName ${address}`]), ...common].join('\n')}\n`,
  );
  return file;
}

async function untilReachable(lab: Lab, name: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { status } = await lab.firewall.run(['ssh', '-F', join(lab.folder, 'ssh_config'), name, 'true']);
    if (status === 0) return;
    await setTimeout(100);
  }
  throw new Error(`sshd of ${name} does not answer`);
}
