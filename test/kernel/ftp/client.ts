/** Real FTP clients in a host of the lab: what each calls the ways in which data connections are made. */
import { until } from '../../support/until.ts';
import type { Ended, Host } from '../host.ts';
import { program } from '../programs.ts';
import { startRunning } from '../running.ts';
import { account, fileName, fileText } from './server.ts';

/**
 * How the data connection is made (RFC 959, RFC 2428): by PASV, by PASV to the address in the reply rather than the
 * server's, by EPSV, by PORT, by EPRT.
 */
export type Mode = 'PASV' | 'PASV-address' | 'EPSV' | 'PORT' | 'EPRT';

export interface Fetch {
  readonly client: 'curl' | 'lftp';
  readonly mode: Mode;
  readonly address: string;
  readonly port: number;
  /** With TLS on control and data connections (RFC 4217), or not at all; plain when left out. */
  readonly tls?: boolean;
}

/** `fetched`: the file came, whole; otherwise what the client said. */
export type Fetched = { readonly kind: 'fetched' } | { readonly kind: 'failed'; readonly reason: string };

/** Seconds to wait for a connection, and again for data: what comes ends it before, and so does `fetchInVain`. */
const patience = 60;

/** Fetches the file of the server. */
export async function fetch(host: Host, wanted: Fetch): Promise<Fetched> {
  const { path, env } = program(wanted.client);
  return fetchedBy(wanted, await host.run([path, ...clients[wanted.client](wanted)], { env }));
}

/** The same for a file that should not come: ends the client some time after `refused` says that its packets were refused. */
export async function fetchInVain(host: Host, wanted: Fetch, refused: () => Promise<boolean>): Promise<Fetched> {
  const { path, env } = program(wanted.client);
  const { child, ended } = startRunning(host, [path, ...clients[wanted.client](wanted)], { env });
  let over = false;
  void ended.then(() => {
    over = true;
  });
  await until(async () => over || (await refused()));
  // Long enough for whatever might still let it through.
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 300))]);
  child.kill('SIGKILL');
  return fetchedBy(wanted, await ended);
}

function fetchedBy(wanted: Fetch, ended: Ended): Fetched {
  if (ended.status === 0 && ended.output === fileText) return { kind: 'fetched' };
  const what = ended.status === 0 ? `only ${ended.output.length} characters came` : ended.errors.trim();
  return { kind: 'failed', reason: `${wanted.client}: ${what || `status ${ended.status}`}` };
}

function urlOf({ address, port }: Fetch): string {
  return `ftp://${account.name}:${account.password}@${address.includes(':') ? `[${address}]` : address}:${port}/${fileName}`;
}

const clients = {
  curl: ({ tls = false, ...wanted }: Fetch) => [
    ...['--silent', '--show-error', '--noproxy', '*'],
    ...['--connect-timeout', String(patience), '--max-time', String(2 * patience)],
    ...curlModes[wanted.mode],
    ...(tls ? ['--ssl-reqd', '--insecure'] : []),
    urlOf(wanted),
  ],
  lftp: ({ tls = false, ...wanted }: Fetch) => {
    const settings = [
      `net:timeout ${patience}`,
      ...lftpSettings,
      ...(tls ? lftpWithTls : lftpWithoutTls),
      ...lftpModes[wanted.mode],
    ];
    return ['--norc', '-c', [...settings.map((each) => `set ${each}`), `cat ${urlOf(wanted)}`].join('; ')];
  },
} satisfies Record<Fetch['client'], (wanted: Fetch) => readonly string[]>;

const curlModes = {
  PASV: ['--disable-epsv', '--ftp-skip-pasv-ip'],
  'PASV-address': ['--disable-epsv', '--no-ftp-skip-pasv-ip'],
  EPSV: [],
  PORT: ['--ftp-port', '-', '--disable-eprt'],
  EPRT: ['--ftp-port', '-'],
} satisfies Record<Mode, readonly string[]>;

const lftpSettings = ['net:max-retries 1', 'net:persist-retries 0', 'cmd:verbose false'];
const lftpWithoutTls = ['ftp:ssl-allow false'];
const lftpWithTls = ['ftp:ssl-force true', 'ftp:ssl-protect-data true', 'ssl:verify-certificate false'];

const lftpModes = {
  PASV: ['ftp:passive-mode true', 'ftp:prefer-epsv false', 'ftp:fix-pasv-address true'],
  'PASV-address': ['ftp:passive-mode true', 'ftp:prefer-epsv false', 'ftp:fix-pasv-address false'],
  EPSV: ['ftp:passive-mode true', 'ftp:prefer-epsv true'],
  PORT: ['ftp:passive-mode false'],
  EPRT: ['ftp:passive-mode false'],
} satisfies Record<Mode, readonly string[]>;
