/** Each finding of the doctor: made by its fault, and not there without it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Configuration, startFirewall, writeConfiguration } from './ftp/placements.ts';
import { account, startFtpServer } from './ftp/server.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

let lab: Lab;
const server = '10.0.2.10';
const routed: Configuration = { rules: [`FTP(ACCEPT) net dmz:${server}`] };
const toFirewall: Configuration = { rules: ['FTP(ACCEPT) net fw'] };
const withTls: Configuration = {
  rules: ['FTPS(ACCEPT) net fw', ...toFirewall.rules],
  settings: ['FTPS_PASSIVE=10000:10100'],
};

/** A cause, and how it is made and taken away. `around` runs in the mount namespace of the doctor alone. */
interface Fault {
  readonly configuration?: Configuration;
  readonly make?: () => Promise<unknown>;
  readonly mend?: () => Promise<unknown>;
  /** Shell lines before the doctor: with the fault, and without it. */
  readonly around?: string;
  readonly without?: string;
  /** The configuration that the doctor is asked about, when it is not the loaded one. */
  readonly asked?: Configuration;
}

const firewall = (...words: string[]) => lab.firewall.must(words);
const ftpwall = (...words: string[]) =>
  firewall('node', 'dist/ftpwall.js', ...words, '--state', join(lab.folder, 'state'));

/** A file of /sys or /proc that says something else, for one process. */
const seems = (path: string, text: string): string =>
  `printf '%s\\n' '${text}' >"$scratch/seems"; mount --bind "$scratch/seems" ${path}`;

/** /etc with another file in it, for one process. */
const etc = (name: string, text: string): string =>
  `mkdir "$scratch/upper" "$scratch/work"; mount -t tmpfs none "$scratch"; mkdir "$scratch/upper" "$scratch/work"; printf '%s\\n' '${text}' >"$scratch/upper/${name}"; mount -t overlay overlay -o "lowerdir=/etc,upperdir=$scratch/upper,workdir=$scratch/work" /etc`;

/** Programs that fail, for one process. */
const withoutPrograms = (...names: string[]): string =>
  `mkdir -p "$scratch/bin"; for name in ${names.join(' ')}; do printf '#!/bin/sh\\nexit 1\\n' >"$scratch/bin/$name"; done; chmod +x "$scratch"/bin/*; PATH=$scratch/bin:$PATH`;

/** An nft that answers questions in this way, for one process. */
const answering = (how: string): string =>
  `mkdir "$scratch/bin"; real=$(command -v nft); printf '#!/bin/sh\\n[ "$1" = --check ] && { ${how}; }\\nexec %s "$@"\\n' "$real" >"$scratch/bin/nft"; chmod +x "$scratch/bin/nft"; PATH=$scratch/bin:$PATH`;

/** A list of what the kernel has built in, for one process. */
const builtIn = (module: string): string =>
  `mkdir -p /lib/modules; mount -t tmpfs none /lib/modules; mkdir "/lib/modules/$(uname -r)"; echo 'kernel/net/netfilter/${module}.ko' >"/lib/modules/$(uname -r)/modules.builtin"`;

const vsftpd = (...lines: string[]): string => etc('vsftpd.conf', lines.join('\n'));

const foreignDrop = 'table ip others {\nchain input {\ntype filter hook input priority 10\ntcp dport 21 drop\n}\n}\n';
const foreignHelper = `table inet others {
  ct helper foreign { type "ftp" protocol tcp; }
  chain attach { type filter hook prerouting priority -150; tcp dport 21 ct helper set "foreign"; }
}\n`;
const noOthers = () => lab.firewall.run(['sh', '-c', 'nft delete table ip others; nft delete table inet others']);
const load = (text: string) => lab.firewall.must(['nft', '-f', '-'], text);

const login = [`USER ${account.name}`, `PASS ${account.password}`];
const control = () => lab.host('net').converse(server, 21, login);
const forget = () => lab.firewall.run(['conntrack', '-F']);

/** A TCP reset that belongs to no connection. */
const reset = `
import socket, struct
source, dest = socket.inet_aton('192.0.2.10'), socket.inet_aton('${server}')
head = struct.pack('!HHIIBBHHH', 40001, 21, 1, 0, 5 << 4, 4, 0, 0, 0)
text = source + dest + struct.pack('!BBH', 0, 6, len(head)) + head
total = sum(struct.unpack('!%dH' % (len(text) // 2), text))
total = (total & 0xffff) + (total >> 16)
head = head[:16] + struct.pack('!H', ~(total + (total >> 16)) & 0xffff) + head[18:]
socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).sendto(head, ('${server}', 0))
`;

const faults: Readonly<Record<string, Fault>> = {
  'not-running': { make: () => ftpwall('clear'), mend: () => startFirewall(lab, routed) },
  'changed-by-others': { make: () => firewall('nft', 'add', 'rule', 'inet', 'ftpwall', 'input', 'accept') },
  'confirmation-pending': {
    make: () => ftpwall('try', writeConfiguration(lab, { rules: [...routed.rules, 'Ping(ACCEPT) net fw'] }), '60'),
    mend: () => ftpwall('confirm'),
    asked: { rules: [...routed.rules, 'Ping(ACCEPT) net fw'] },
  },
  'files-have-changed': { asked: { rules: [...routed.rules, 'Ping(ACCEPT) net fw'] } },
  'helper-module-missing': {
    // An nft that refuses the question, as with a kernel that has no helper, and nothing to be loaded.
    around: `mkdir "$scratch/bin"; real=$(command -v nft); printf '#!/bin/sh\\n[ "$1" = --check ] && exit 1\\nexec %s "$@"\\n' "$real" >"$scratch/bin/nft"; printf '#!/bin/sh\\nexit 1\\n' >"$scratch/bin/modprobe"; chmod +x "$scratch"/bin/*; PATH=$scratch/bin:$PATH`,
  },
  'no-flowtables': {
    configuration: { rules: routed.rules, settings: ['FLOW_OFFLOAD=Yes'] },
    around: answering('grep -q flowtable && exit 1; exit 0'),
    without: answering('exit 0'),
  },
  'nat-module-missing': {
    configuration: { rules: [`FTP(DNAT) net dmz:${server}`] },
    around: `${withoutPrograms('modprobe')}; ${seems('/proc/kallsyms', 'c0 t nf_conntrack_in')}; ${builtIn('nf_conntrack')}`,
    without: `${withoutPrograms('modprobe')}; ${seems('/proc/kallsyms', 'c0 t nf_conntrack_in')}; ${builtIn('nf_nat_ftp')}`,
  },
  'parameter-without-21': { around: seems('/sys/module/nf_conntrack_ftp/parameters/ports', '2121,49') },
  'helper-is-loose': { around: seems('/sys/module/nf_conntrack_ftp/parameters/loose', 'Y') },
  'forwarding-off': {
    make: () => firewall('sh', '-c', 'echo 0 >/proc/sys/net/ipv4/ip_forward'),
    mend: () => firewall('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward'),
  },
  'interface-missing': {
    asked: { ...routed, files: { interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n- eth7\n' } },
  },
  'server-is-elsewhere': {
    make: () => firewall('ip', 'route', 'add', server, 'via', '192.0.2.10'),
    mend: () => firewall('ip', 'route', 'delete', server),
  },
  'strict-source-filter': {
    configuration: { ...routed, files: { snat: 'MASQUERADE 10.0.1.0/24 eth0\n' } },
    make: () =>
      firewall('sh', '-c', 'ip route replace default via 10.0.1.10; echo 1 >/proc/sys/net/ipv4/conf/eth0/rp_filter'),
    // As strict, and the default route leads there.
    mend: () => firewall('ip', 'route', 'replace', 'default', 'via', '192.0.2.10'),
  },
  'advertisements-ignored': {
    make: () =>
      firewall(
        'sh',
        '-c',
        'ip -4 route replace default via 192.0.2.10; cd /proc/sys/net/ipv6/conf; echo 1 >all/forwarding; echo 1 >eth0/accept_ra',
      ),
    mend: () => firewall('sh', '-c', 'echo 2 >/proc/sys/net/ipv6/conf/eth0/accept_ra'),
  },
  'others-drop': { make: () => load(foreignDrop), mend: noOthers },
  'old-iptables': {
    make: () => firewall('iptables-legacy', '-A', 'INPUT', '-p', 'tcp', '--dport', '1', '-j', 'DROP'),
    mend: () => firewall('iptables-legacy', '-F', 'INPUT'),
  },
  'nothing-listens': {
    configuration: toFirewall,
    asked: {
      rules: ['ACCEPT net fw tcp 2200'],
      files: { modules: 'loadmodule nf_conntrack_ftp ports=21,2200\n' },
    },
  },
  'listens-on-loopback-only': { configuration: toFirewall, asked: { rules: ['ACCEPT net fw tcp 2121'] } },
  'server-on-other-port': {
    configuration: toFirewall,
    around: vsftpd('listen_port=2100'),
    without: vsftpd('listen_port=21'),
  },
  'tls-without-range': {
    configuration: toFirewall,
    around: vsftpd('ssl_enable=YES', 'pasv_min_port=10000', 'pasv_max_port=10100'),
    without: vsftpd('pasv_min_port=10000'),
  },
  'other-passive-range': {
    configuration: withTls,
    around: vsftpd('ssl_enable=YES', 'pasv_min_port=10000', 'pasv_max_port=10099'),
    without: vsftpd('ssl_enable=YES', 'pasv_min_port=10000', 'pasv_max_port=10100'),
  },
  'connection-without-helper': {
    configuration: { ...routed, settings: ['HELPERS=none'] },
    make: async () => {
      await control();
      await startFirewall(lab, routed);
    },
    asked: routed,
    mend: forget,
  },
  'connection-not-admitted': {
    configuration: {
      ...routed,
      files: { policy: 'net dmz ACCEPT\nall all DROP\n' },
      settings: ['AUTOHELPERS=No'],
      rules: [`FTP(ACCEPT) loc dmz:${server}`],
    },
    make: async () => {
      await load(foreignHelper);
      await control();
    },
    mend: async () => {
      await noOthers();
      await forget();
    },
  },
  'transfers-refused': {
    make: async () => {
      await lab.host('net').converse(server, 21, [...login, 'PORT 192,0,2,10,0,22']);
      await lab.host('dmz').attempt({ protocol: 'tcp', address: '192.0.2.10', port: 22 });
    },
    // Counters begin anew with rules that are not the same.
    mend: async () => {
      await ftpwall('clear');
      await startFirewall(lab, routed);
    },
  },
  'invalid-not-logged': {
    make: () => lab.host('net').must(['python3', '-c', reset]),
    mend: () => firewall('sh', '-c', 'echo 6 >/proc/sys/net/netfilter/nf_conntrack_log_invalid'),
  },
  'selinux-enforces': {
    configuration: toFirewall,
    around: 'mount -t tmpfs none /sys/fs; mkdir /sys/fs/selinux; echo 1 >/sys/fs/selinux/enforce',
    without: 'mount -t tmpfs none /sys/fs; mkdir /sys/fs/selinux; echo 0 >/sys/fs/selinux/enforce',
  },
  'hosts-deny': {
    configuration: toFirewall,
    around: etc('hosts.deny', 'sshd: ALL\nvsftpd, sshd: ALL EXCEPT 192.0.2.'),
    without: etc('hosts.deny', 'sshd: ALL'),
  },
};

interface Diagnosis {
  readonly schema: number;
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly next: string }[];
}

async function diagnose(folder: string, prelude = ''): Promise<Diagnosis> {
  const scratch = mkdtempSync(join(lab.folder, 'scratch-'));
  const words = ['node', 'dist/ftpwall.js', 'doctor', 'ftp', folder, '--json', '--state', join(lab.folder, 'state')];
  const script = `set -e; scratch=$1; shift; ${prelude}\nexec "$@"`;
  const ended = await lab.firewall.run(['sh', '-c', script, 'sh', scratch, ...words]);
  if (ended.output === '') throw new Error(`the doctor said nothing: ${ended.errors}`);
  const diagnosis = JSON.parse(ended.output) as Diagnosis;
  expect(diagnosis.schema).toBe(1);
  expect(ended.status).toBe(diagnosis.findings.some(({ severity }) => severity === 'error') ? 1 : 0);
  return diagnosis;
}

const codes = ({ findings }: Diagnosis): readonly string[] => findings.map(({ code }) => code);

describeKernel('doctor', () => {
  beforeAll(async () => {
    lab = openLab();
    mkdirSync(join(lab.folder, 'state'), { recursive: true });
    await startFtpServer(lab.host('dmz'), lab.folder, { port: 21 });
    await startFtpServer(lab.firewall, lab.folder, { port: 21 });
    const loopback = ['listen=YES', 'listen_ipv6=NO', 'listen_address=127.0.0.1'];
    await startFtpServer(lab.firewall, lab.folder, { port: 2121, lines: loopback });
    await firewall('ip', 'route', 'add', 'default', 'via', '192.0.2.10');
  });
  afterAll(() => lab?.close());

  test('finds nothing where nothing is wrong, and says what it saw', async () => {
    const folder = await startFirewall(lab, routed);
    expect((await diagnose(folder)).findings).toEqual([]);
    const text = await ftpwall('doctor', 'ftp', folder);
    expect(text).toMatch(/^ok loaded rules: the firewall is running, generation \d+$/m);
    expect(text).toMatch(/no problem found\n$/);
  });

  test('every finding has its fault here', () => {
    const folder = 'runtime/doctor';
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const known = text.join('').matchAll(/\bcode: '([a-z0-9-]+)'/g);
    expect([...known].map(([, code]) => code).sort()).toEqual(Object.keys(faults).sort());
  });

  test.each(Object.entries(faults))(
    '%s',
    async (code, { configuration = routed, make, mend, around, without, asked }) => {
      const folder = await startFirewall(lab, configuration);
      expect(codes(await diagnose(folder, without))).not.toContain(code);
      await make?.();
      const subject = asked === undefined ? folder : writeConfiguration(lab, asked);
      const found = await diagnose(subject, around);
      expect(codes(found)).toContain(code);
      expect(found.findings.every(({ next }) => next.length > 5)).toBe(true);
      await mend?.();
      if (mend !== undefined) expect(codes(await diagnose(subject))).not.toContain(code);
    },
  );

  test('for a person: what is wrong, why, and what to do next', async () => {
    const folder = await startFirewall(lab, routed);
    await ftpwall('clear');
    const words = ['doctor', folder, '--state', join(lab.folder, 'state')];
    const { status, output } = await lab.firewall.run(['node', 'dist/ftpwall.js', ...words.toSpliced(1, 0, 'ftp')]);
    expect(status).toBe(1);
    expect(output).toContain(
      'error[not-running]: the firewall is cleared\n  why:  no rule of the configuration is in force\n  next: ftpwall safe-start\n',
    );
    writeFileSync(join(folder, 'rules'), 'ACCEPT nowhere fw\n');
    expect(await lab.firewall.run(['node', 'dist/ftpwall.js', 'doctor', 'ftp', folder])).toMatchObject({ status: 1 });
  });
});
