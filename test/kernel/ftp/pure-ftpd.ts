/** Pure-FTPd in a host of the lab: pure-ftpd(8) with a configuration file, and an account of its own database, pure-pw(8). */
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../programs.ts';
import { account, type FtpServerOptions, type ServerFolders } from './server.ts';

/** crypt(5) of the account's password, so that each login takes little time. */
const passwordHash =
  '$6$ftpwall$QWlXGiBJQQ1OwlgoYQgUGT15pgAMQWJWM6ro6sBeUSshoLO9JwzNtgb6T.9XR.60vOY21tooZvOqfLsY8CpyB0';

export function pureFtpdWords(folders: ServerFolders, options: FtpServerOptions): readonly string[] {
  const file = join(folders.home, 'pure-ftpd.conf');
  writeFileSync(file, settings(folders, options));
  return [file];
}

function settings({ home, files }: ServerFolders, { port, lines = [], certificate }: FtpServerOptions): string {
  return [
    `Bind ,${port}`,
    `PIDFile ${join(home, 'pid')}`,
    `PureDB ${accounts(home, files)}`,
    'NoAnonymous yes',
    'ChrootEveryone yes',
    'DontResolve yes',
    // More than one run of the tests makes at once.
    'MaxClientsNumber 50',
    'MaxClientsPerIP 50',
    ...(certificate ? [`CertFile ${certificate.bothFile}`] : []),
    ...lines,
    '',
  ].join('\n');
}

/** The database of one account. Its user and group are those of daemon(7): pure-ftpd refuses uid 0. */
function accounts(home: string, files: string): string {
  const text = join(home, 'accounts');
  const database = join(home, 'accounts.pdb');
  writeFileSync(text, `${account.name}:${passwordHash}:1:1::${files}/./::::::::::::\n`, { mode: 0o600 });
  const { path, env } = program('pure-pw');
  execFileSync(path, ['mkdb', database, '-f', text], { env });
  chmodSync(database, 0o600);
  return database;
}
