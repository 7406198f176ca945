/** Programs that a compilation runs: the shell, for `params` and commands of `?SHELL`, and the resolver. */
import type { ShellResult } from '../../compiler/environment.ts';
import { childProcess } from './child-process.ts';

/** Seconds after which a program is stopped. */
const patience = { shell: 60, resolver: 10 };

const mostOutput = 16 * 1024 * 1024; // bytes

/** What the shell starts from: nothing of the caller's own environment, so that a result does not depend on who compiles. */
const cleanVariables: ReadonlyMap<string, string> = new Map([
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['LC_ALL', 'C'],
]);

/** Where and with which variables a shell runs. */
export interface Surroundings {
  readonly folder: string;
  readonly variables: ReadonlyMap<string, string>;
  /** The user whose program it is, when it is to run as another one than ourselves. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Runs a command in the folder and takes what it printed. */
export function runShell(command: string, surroundings: Surroundings): ShellResult {
  const ended = runSh(['-c', command, 'sh'], surroundings, patience.shell);
  if (ended.kind === 'failed') return ended;
  if (ended.status === 0) return { kind: 'output', text: ended.output };
  return { kind: 'failed', reason: whyItEnded(ended) };
}

/** The addresses of a host, as the system resolves them (getent(1)), each once. */
export function resolveHost(name: string): readonly string[] {
  const ended = childProcess().spawnSync('getent', ['ahosts', '--', name], {
    encoding: 'utf8',
    timeout: patience.resolver * 1000,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (ended.status !== 0) return [];
  const addresses = ended.stdout.split('\n').map((line) => line.split(/\s+/)[0] ?? '');
  return [...new Set(addresses)].filter((address) => address !== '' && !address.includes('%'));
}

/** How a shell ended; `variables` is what came by the channel of its own, number 3. */
export type Ended =
  | { readonly kind: 'failed'; readonly reason: string }
  | {
      readonly kind: 'ended';
      readonly status: number;
      readonly output: string;
      readonly errors: string;
      readonly variables: string;
    };

/** What a shell has in its environment when it begins. */
export function startVariables({ variables }: Surroundings): ReadonlyMap<string, string> {
  return new Map([...cleanVariables, ...variables]);
}

/** Runs /bin/sh with these words, for so many seconds at most. */
export function runSh(words: readonly string[], surroundings: Surroundings, seconds: number): Ended {
  const child = childProcess().spawnSync('/bin/sh', words, {
    cwd: surroundings.folder,
    ...(surroundings.user && { uid: surroundings.user.uid, gid: surroundings.user.gid }),
    env: Object.fromEntries(startVariables(surroundings)),
    encoding: 'utf8',
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: mostOutput,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, output, errors, variables] = child.output ?? [];
  const code = child.error && 'code' in child.error ? child.error.code : undefined;
  if (code === 'ETIMEDOUT') return { kind: 'failed', reason: `it did not end within ${seconds} seconds` };
  if (code === 'ENOBUFS') return { kind: 'failed', reason: 'it printed more than 16 MiB' };
  if (child.error) return { kind: 'failed', reason: child.error.message };
  if (child.status === null) return { kind: 'failed', reason: `it was ended by ${child.signal}` };
  return {
    kind: 'ended',
    status: child.status,
    output: output ?? '',
    errors: errors ?? '',
    variables: variables ?? '',
  };
}

/** In words of the shell, when it complained. */
function whyItEnded({ status, errors }: { readonly status: number; readonly errors: string }): string {
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  return last.replace(/^(sh|\/bin\/sh): /, '') || `it ended with status ${status}`;
}
