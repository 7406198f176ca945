import { type Examination, type Finding, linesToFirewall, type Patient } from './examination.ts';
import type { Machine } from './machine.ts';

/** What the configuration of a server on this machine says, as far as it concerns the firewall. */
interface ServerFile {
  readonly path: string;
  readonly port: number;
  readonly passive?: { readonly first: number; readonly last: number };
  readonly tls: boolean;
}

/** The server's control port and passive range are those that the rules let through. */
export const serverFiles: Examination = {
  name: 'configuration of the server',
  topic: 'ftp',
  examine(patient) {
    if (linesToFirewall(patient).length === 0) return { seen: [], findings: [] };
    const files = readers.flatMap((read) => read(patient.machine) ?? []);
    const seen = files.map(
      ({ path, port, passive, tls }) =>
        `${path}: port ${port}, ${passive ? `passive range ${passive.first}:${passive.last}` : 'any passive port'}${tls ? ', TLS' : ''}`,
    );
    return { seen, findings: files.flatMap((file) => findingsOf(file, patient)) };
  },
};

function findingsOf({ path, port, passive, tls }: ServerFile, patient: Patient): readonly Finding[] {
  const lines = linesToFirewall(patient);
  const findings: Finding[] = [];
  if (!lines.some(({ listens }) => listens.includes(port))) {
    findings.push({
      code: 'server-on-other-port',
      severity: 'warning',
      message: `the server listens on port ${port}, but no line accepts FTP on it`,
      reason: `according to ${path}; the lines for FTP are for ${[...new Set(lines.flatMap(({ listens }) => listens))].join(', ')}`,
      next: `write a rule for port ${port}, and list the port in \`modules\``,
    });
  }
  const [ours] = patient.transfers.tls.filter(({ dest }) => dest === patient.model.firewall);
  if (!tls) return findings;
  if (ours === undefined) {
    findings.push({
      code: 'tls-without-range',
      severity: 'warning',
      message: 'the server uses TLS, but no line accepts its passive port range',
      reason: 'the helper cannot read TLS, so passive transfers with it hang',
      next: 'set FTPS_PASSIVE in ftpwall.conf, write FTPS(ACCEPT) in rules, and copy what ftpwall show ftp prints into the configuration of the server',
    });
  } else if (passive === undefined || passive.first !== ours.passive.first || passive.last !== ours.passive.last) {
    findings.push({
      code: 'other-passive-range',
      severity: 'error',
      message: 'the passive port range of the server is not the one that is accepted',
      reason: `${path} has ${passive ? `${passive.first}:${passive.last}` : 'no range'}, FTPS_PASSIVE is ${ours.passive.first}:${ours.passive.last}`,
      next: 'copy what ftpwall show ftp prints into the configuration of the server',
    });
  }
  return findings;
}

/** vsftpd.conf(5), pure-ftpd(8), ProFTPD's mod_core and mod_tls: the first file of each server that is there. */
const readers: readonly ((machine: Machine) => ServerFile | undefined)[] = [
  (machine) =>
    readFile(machine, ['/etc/vsftpd.conf', '/etc/vsftpd/vsftpd.conf'], /^([a-z_]+)=(.*)$/, (get) => ({
      port: get('listen_port'),
      first: get('pasv_min_port'),
      last: get('pasv_max_port'),
      tls: get('ssl_enable')?.toUpperCase() === 'YES',
    })),
  (machine) =>
    readFile(machine, ['/etc/pure-ftpd/pure-ftpd.conf', '/etc/pure-ftpd.conf'], /^([A-Za-z]+)\s+(.*)$/, (get) => {
      const [first, last] = get('passiveportrange')?.split(/\s+/) ?? [];
      return { port: get('bind')?.split(',').at(-1), first, last, tls: (get('tls') ?? '0') !== '0' };
    }),
  (machine) =>
    readFile(machine, ['/etc/proftpd/proftpd.conf', '/etc/proftpd.conf'], /^([A-Za-z]+)\s+(.*)$/, (get) => {
      const [first, last] = get('passiveports')?.split(/\s+/) ?? [];
      return { port: get('port'), first, last, tls: get('tlsengine')?.toLowerCase() === 'on' };
    }),
];

interface Words {
  readonly port: string | undefined;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly tls: boolean;
}

function readFile(
  machine: Machine,
  paths: readonly string[],
  pattern: RegExp,
  read: (get: (name: string) => string | undefined) => Words,
): ServerFile | undefined {
  const path = paths.find((each) => machine.exists(each));
  const text = path === undefined ? undefined : machine.file(path);
  if (path === undefined || text === undefined) return undefined;
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = pattern.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined) values.set(name.toLowerCase(), value.trim());
  }
  const { port, first, last, tls } = read((name) => values.get(name));
  const range = Number(first) > 0 && Number(last) > 0 ? { first: Number(first), last: Number(last) } : undefined;
  return { path, port: Number(port) || 21, tls, ...(range && { passive: range }) };
}
