/** Real FTP servers in a host of the lab: read-only, on IPv4 and IPv6, with one file, plain or with TLS. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { program } from '../programs.ts';
import type { Certificate } from './certificate.ts';
import { pureFtpdWords } from './pure-ftpd.ts';
import { vsftpdWords } from './vsftpd.ts';

export const serverKinds = ['vsftpd', 'pure-ftpd'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface FtpServerOptions {
  readonly kind?: ServerKind;
  readonly port: number;
  /** More lines for its configuration file, as they are. */
  readonly lines?: readonly string[];
  /** With it the server can speak TLS, on control and data connections (RFC 4217). */
  readonly certificate?: Certificate;
}

/** Where the server finds its things: `files` is what clients see, `home` is its own. */
export interface ServerFolders {
  readonly home: string;
  readonly files: string;
  readonly empty: string;
}

/** The name and the text of the one file that each server has. */
export const fileName = 'greeting.txt';
export const fileText = 'This came through the firewall.\n'.repeat(4000);

/** Who may log in: an account of the servers, not of this machine. */
export const account = { name: 'anonymous', password: 'secret' } as const;

const commandLines = {
  vsftpd: vsftpdWords,
  'pure-ftpd': pureFtpdWords,
} satisfies Record<ServerKind, (folders: ServerFolders, options: FtpServerOptions) => readonly string[]>;

/** Starts the server and returns when it listens. `folder` holds its files; the lab removes it. */
export async function startFtpServer(host: Host, folder: string, options: FtpServerOptions): Promise<void> {
  const kind = options.kind ?? 'vsftpd';
  const home = mkdtempSync(join(folder, 'ftp-'));
  const folders = { home, files: join(home, 'files'), empty: join(home, 'empty') };
  for (const each of [folders.files, folders.empty]) mkdirSync(each);
  // The server gives up root and must still reach its files.
  for (const each of [folder, home, folders.files, folders.empty]) chmodSync(each, 0o755);
  writeFileSync(join(folders.files, fileName), fileText, { mode: 0o644 });
  const { path, env } = program(kind);
  // A server leaves notes in /run: what ip-netns-exec(8) mounts is its own, so this machine never sees them.
  // Its input is no socket, or it would serve that one as under inetd(8).
  const apart = ['sh', '-c', 'mount -t tmpfs none /run && exec "$@" </dev/null', kind] as const;
  const server = host.start({ path: apart[0], env }, [
    ...apart.slice(1),
    path,
    ...commandLines[kind](folders, options),
  ]);
  let words = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (words += String(text)));
  await listening(host, options.port, () => {
    if (server.exitCode !== null) throw new Error(`${kind} ended with ${server.exitCode}: ${words}`);
  });
}

/** Waits until something listens on the port, a minute at most. Looks at the kernel's table: a connection would be logged. */
async function listening(host: Host, port: number, check: () => void): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  for (let tries = 0; tries < 3000; tries += 1) {
    check();
    const sockets = await host.must(['cat', '/proc/net/tcp', '/proc/net/tcp6']);
    if (sockets.split('\n').some((line) => line.includes(wanted) && line.includes(' 0A '))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on port ${port} of ${host.name}`);
}
