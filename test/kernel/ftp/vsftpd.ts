/** vsftpd in a host of the lab: vsftpd.conf(5). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FtpServerOptions, ServerFolders } from './server.ts';

export function vsftpdWords(folders: ServerFolders, options: FtpServerOptions): readonly string[] {
  const file = join(folders.home, 'vsftpd.conf');
  writeFileSync(file, settings(folders, options));
  return [file];
}

function settings({ files, empty }: ServerFolders, options: FtpServerOptions): string {
  const { port, lines = [], certificate } = options;
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
    ...(certificate ? tls(certificate.keyFile, certificate.certificateFile) : []),
    ...lines,
    '',
  ].join('\n');
}

function tls(keyFile: string, certificateFile: string): readonly string[] {
  return [
    'allow_anon_ssl=YES',
    'require_ssl_reuse=NO', // lftp starts a session of its own for the data
    'ssl_ciphers=HIGH',
    `rsa_private_key_file=${keyFile}`,
    `rsa_cert_file=${certificateFile}`,
  ];
}
