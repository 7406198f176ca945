/** Connections to hosts: OpenSSH's ssh(1), a new one for each question. */
import { invariant } from '../../compiler/invariant.ts';
import { remote } from '../generated/remote.js';
import type { RemoteHost } from './hosts.ts';

/** How hosts are reached. */
export interface Reaching {
  /** A file in place of ~/.ssh/config. */
  readonly sshConfig?: string;
  /** Become root there by sudo(8), without a password. */
  readonly sudo: boolean;
  /** Seconds to wait for a connection. */
  readonly patience: number;
}

/** What a host answered. */
export type Reply =
  | { readonly kind: 'answered'; readonly status: number; readonly output: string; readonly errors: string }
  /** There was no connection, or it broke; `reason` is a clause in the words of ssh. */
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Seconds after which an answer is none. The host itself waits a minute for the end of a load. */
const longest = 90;

/** Runs a verb of host.sh on a host; its words are plain, since the shell of the host reads them. */
export function askHost(host: RemoteHost, words: readonly string[], reaching: Reaching): Promise<Reply> {
  return overSsh(host, ['sh', '-s', '--', ...words].join(' '), words, hostPart(), reaching);
}

/** Writes a file into the folder that was staged for this token. */
export function putFile(
  host: RemoteHost,
  { token, name, content }: { readonly token: string; readonly name: string; readonly content: string },
  reaching: Reaching,
): Promise<Reply> {
  const path = `/var/lib/ftpwall-lite/generations/new-${token}/${name}`;
  // It is the shell of root that opens the file.
  const command = reaching.sudo ? `sh -c 'cat >${path}'` : `cat >${path}`;
  return overSsh(host, command, [token, name.replaceAll('.', '')], content, reaching);
}

function hostPart(): string {
  const text = remote()['host.sh'];
  invariant(text, "the host's part is built in");
  return text;
}

/** ssh ends with this status when it has no connection. */
const noConnection = 255;

async function overSsh(
  { destination }: RemoteHost,
  command: string,
  plainWords: readonly string[],
  input: string,
  { sshConfig, sudo, patience }: Reaching,
): Promise<Reply> {
  invariant(
    plainWords.every((word) => /^[A-Za-z0-9-]+$/.test(word)),
    'what the shell of a host reads is plain',
  );
  const { execa } = await import('execa');
  const options: readonly string[] = [
    ...['ControlMaster=no', 'ControlPath=none', `ConnectTimeout=${patience}`],
    ...[
      'ServerAliveInterval=5',
      'ServerAliveCountMax=3',
      'ForwardX11=no',
      'ForwardAgent=no',
      'ClearAllForwardings=yes',
    ],
    // A pipeline must not wait for a password.
    ...(process.stdin.isTTY ? [] : ['BatchMode=yes']),
  ].flatMap((option) => ['-o', option]);
  const asRoot = sudo ? `sudo -n ${command}` : command;
  const words = [...(sshConfig === undefined ? [] : ['-F', sshConfig]), '-T', ...options, '--', destination, asRoot];
  const ended = await execa('ssh', words, { input, reject: false, timeout: longest * 1000, stripFinalNewline: false });
  const said = printable(ended.stderr ?? '');
  if (ended.exitCode === undefined)
    return {
      kind: 'unreachable',
      reason: ended.timedOut ? 'it gives no answer' : (ended.shortMessage ?? 'ssh cannot be run'),
    };
  if (ended.exitCode === noConnection)
    return { kind: 'unreachable', reason: clauseOf(said) || 'ssh has no connection and says nothing of it' };
  return { kind: 'answered', status: ended.exitCode, output: printable(ended.stdout ?? ''), errors: said };
}

/** What a host says may be anybody's words: none of them commands the terminal that shows them. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?');
}

/** The lines of a program as one clause. */
export function clauseOf(said: string): string {
  return said
    .split('\n')
    .map((line) => line.trim().replace(/^ftpwall: /, ''))
    .filter((line) => line !== '')
    .join('; ');
}
