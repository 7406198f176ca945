/** A real FTP server (vsftpd) in a host of the lab: anonymous, read-only, on IPv4 and IPv6. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from './host.ts';
import { program } from './programs.ts';

export interface FtpServerOptions {
  readonly port: number;
  /** First and last port for passive data connections; any when left out. */
  readonly passivePorts?: readonly [number, number];
}

/** The text of the one file that the server has, under the name `fileName`. */
export const fileName = 'greeting.txt';
export const fileText = 'This came through the firewall.\n'.repeat(4000);

/** Starts the server and returns when it listens. `folder` holds its files; the lab removes it. */
export async function startFtpServer(host: Host, folder: string, options: FtpServerOptions): Promise<void> {
  const home = mkdtempSync(join(folder, 'ftp-'));
  const files = join(home, 'files');
  const empty = join(home, 'empty');
  for (const each of [files, empty]) mkdirSync(each);
  // The server gives up root and must still reach its files.
  for (const each of [folder, home, files, empty]) chmodSync(each, 0o755);
  writeFileSync(join(files, fileName), fileText, { mode: 0o644 });
  const configuration = join(home, 'vsftpd.conf');
  writeFileSync(configuration, settings(files, empty, options));
  const server = host.start(program('vsftpd'), [configuration]);
  let words = '';
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (text) => (words += String(text)));
  await listening(host, options.port, () => {
    if (server.exitCode !== null) throw new Error(`vsftpd ended with ${server.exitCode}: ${words}`);
  });
}

function settings(files: string, empty: string, { port, passivePorts }: FtpServerOptions): string {
  return [
    'background=NO',
    'listen=NO',
    'listen_ipv6=YES', // IPv4 comes in by mapped addresses
    `listen_port=${port}`,
    'anonymous_enable=YES',
    'no_anon_password=YES',
    `anon_root=${files}`,
    'ftp_username=daemon', // unlike nobody it has a home that exists, and vsftpd looks there first
    'nopriv_user=nobody',
    `secure_chroot_dir=${empty}`,
    'local_enable=NO',
    'xferlog_enable=NO',
    // Its own sandboxes need rights that not every machine gives.
    'seccomp_sandbox=NO',
    'isolate=NO',
    'isolate_network=NO',
    ...(passivePorts === undefined ? [] : [`pasv_min_port=${passivePorts[0]}`, `pasv_max_port=${passivePorts[1]}`]),
    '',
  ].join('\n');
}

/** Waits until something listens on the port, five seconds at most. Looks at the kernel's table: a connection would be logged. */
async function listening(host: Host, port: number, check: () => void): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  for (let tries = 0; tries < 250; tries += 1) {
    check();
    const sockets = await host.must(['cat', '/proc/net/tcp', '/proc/net/tcp6']);
    if (sockets.split('\n').some((line) => line.includes(wanted) && line.includes(' 0A '))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nothing listens on port ${port} of ${host.name}`);
}
