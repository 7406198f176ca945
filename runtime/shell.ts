/** Programs that a compilation runs: `params`, commands of `?SHELL`, and the resolver. */
import type { ParamsResult, ShellResult } from '../compiler/environment.ts';
import { childProcess } from './child-process.ts';
import { write } from './output.ts';

/** Seconds after which a program is stopped. */
const patience = { params: 60, shell: 60, resolver: 10 };

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
}

/** Variables that the shell itself makes or changes. */
const ofTheShell: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'LINENO', 'PPID', 'OPTIND', 'IFS']);

/**
 * Runs `params` in the folder and takes what it assigned, separated by NUL bytes on a channel of its own, so that no
 * value and nothing that the script prints can be mistaken for something else. `g_family` is the IP version, as in Shorewall.
 */
export function evaluateParams(surroundings: Surroundings, version: 4 | 6 = 4): ParamsResult {
  const program = [
    'INCLUDE() { case $1 in /*) . "$1" ;; *) . "./$1" ;; esac; }',
    `g_family=${version}`,
    'set -a',
    '. ./params >&2 3>&-',
    'set +a',
    'exec /usr/bin/env -0 >&3',
  ].join('\n');
  const ended = run(['-c', program, 'params'], surroundings, patience.params);
  if (ended.kind === 'failed') return ended;
  if (ended.variables === '') return { kind: 'failed', reason: whyItEnded(ended) };
  write(2, ended.errors);
  const start = startVariables(surroundings);
  const variables = new Map<string, string>();
  for (const entry of ended.variables.split('\0')) {
    const [, name = '', value = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(entry) ?? [];
    if (name === '' || ofTheShell.has(name) || start.get(name) === value) continue;
    variables.set(name, value);
  }
  return { kind: 'variables', variables };
}

/** Runs a command in the folder and takes what it printed. */
export function runShell(command: string, surroundings: Surroundings): ShellResult {
  const ended = run(['-c', command, 'sh'], surroundings, patience.shell);
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

type Ended =
  | { readonly kind: 'failed'; readonly reason: string }
  | {
      readonly kind: 'ended';
      readonly status: number;
      readonly output: string;
      readonly errors: string;
      readonly variables: string;
    };

function startVariables({ variables }: Surroundings): ReadonlyMap<string, string> {
  return new Map([...cleanVariables, ...variables]);
}

function run(words: readonly string[], surroundings: Surroundings, seconds: number): Ended {
  const child = childProcess().spawnSync('/bin/sh', words, {
    cwd: surroundings.folder,
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
  if (status === 0) return 'it ended before its last line';
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  return last.replace(/^(params|sh|\/bin\/sh): /, '') || `it ended with status ${status}`;
}
