/**
 * Runs `params` and takes what it assigned. A command that fails ends it, as `set -e` says (sh(1)): half of the
 * variables would have their values and half would not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParamsResult } from '../../compiler/environment.ts';
import { write } from '../output/output.ts';
import { type Ended, runSh, type Surroundings, startVariables } from './shell.ts';

const patience = 60; // seconds

/** Variables that the shell itself makes or changes, and that of ours. */
const ofTheShell: ReadonlySet<string> = new Set([
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
  'LINENO',
  'PPID',
  'OPTIND',
  'IFS',
  'FTPWALL_PARAMS',
]);

/**
 * Runs `params` in the folder. What it assigned comes separated by NUL bytes on a channel of its own, so that no value
 * and nothing that the script prints can be mistaken for something else. `g_family` is the IP version, as in Shorewall.
 */
export function evaluateParams(surroundings: Surroundings, version: 4 | 6 = 4): ParamsResult {
  const ended = runParams(surroundings, version, sourced);
  if (ended.kind === 'failed') return ended;
  if (ended.variables !== '') return assigned(ended, surroundings);
  const at = namedPlace(ended.errors);
  if (at !== undefined) return { kind: 'failed', ...at };
  // A last line such as `[ -n "$A" ] && B=1` fails nothing, but is the status of the file.
  const whole = ended.status === 0 ? undefined : runParams(withText(surroundings), version, evaluated);
  if (whole?.kind === 'ended' && whole.variables !== '') return assigned(whole, surroundings);
  const reason = ended.status === 0 ? 'it ended before its last line' : lastWords(ended);
  const line = lastLineRead(surroundings, version);
  return { kind: 'failed', reason, ...(line !== undefined && { at: { file: 'params', line } }) };
}

/** How the text of `params` is run: as a file, whose lines the shell counts; or with one more command behind it. */
const sourced = '. ./params';
const evaluated = 'params';

function runParams(surroundings: Surroundings, version: 4 | 6, how: string, option = ''): Ended {
  const program = [
    'INCLUDE() { case $1 in /*) . "$1" ;; *) . "./$1" ;; esac; }',
    'params() { eval "$FTPWALL_PARAMS',
    ':"; }',
    `g_family=${version}`,
    `set -ae${option}`,
    `${how} >&2 3>&-`,
    'set +ae',
    'exec /usr/bin/env -0 >&3',
  ].join('\n');
  return runSh(['-c', program, 'params'], surroundings, patience);
}

/** What Linux takes as one variable (execve(2), MAX_ARG_STRLEN) is less; a longer file is only run as a file. */
function withText(surroundings: Surroundings): Surroundings {
  const text = readFileSync(join(surroundings.folder, 'params'), 'utf8');
  const last = text.length < 100_000 ? text : 'false';
  return { ...surroundings, variables: new Map([...surroundings.variables, ['FTPWALL_PARAMS', last]]) };
}

function assigned(ended: Extract<Ended, { readonly kind: 'ended' }>, surroundings: Surroundings): ParamsResult {
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

type Place = Pick<Extract<ParamsResult, { readonly kind: 'failed' }>, 'reason' | 'at'>;

/**
 * The place in the last complaint: `params: 2: ./params: …` of dash, `./params: line 2: …` of bash and busybox. One
 * that names a command in the place of the file has none.
 */
function namedPlace(errors: string): Place | undefined {
  // bash adds a word about itself when it ends within a function.
  const lines = errors.trimEnd().split('\n');
  const last = lines.filter((line) => !line.includes(': pop_var_context: ')).at(-1) ?? '';
  const dash = /^params: (?<line>\d+): (?<file>(?:\.|)\/[^:\s]+): (?<reason>.*)$/.exec(last);
  const others = /^(?:params: )?(?<file>(?:\.|)\/[^:\s]+): line (?<line>\d+): (?<reason>.*)$/.exec(last);
  const { line, file, reason } = dash?.groups ?? others?.groups ?? {};
  if (line === undefined || file === undefined || reason === undefined) return undefined;
  return { reason, at: { file: file.replace(/^\.\//, ''), line: Number(line) } };
}

function lastWords({ status, errors }: Extract<Ended, { readonly kind: 'ended' }>): string {
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  return last === '' ? `a command failed with status ${status}` : `a command failed with status ${status}: ${last}`;
}

/** The line that the shell had read when it ended: with -v it repeats each before it runs it. */
function lastLineRead(surroundings: Surroundings, version: 4 | 6): number | undefined {
  const ended = runParams(surroundings, version, sourced, 'v');
  if (ended.kind === 'failed') return undefined;
  const lines = readFileSync(join(surroundings.folder, 'params'), 'utf8').split('\n');
  let read = 0;
  for (const said of ended.errors.split('\n')) if (read < lines.length && said === lines[read]) read += 1;
  // The last command is the one that ends on the last line with something on it.
  while (read > 0 && (lines[read - 1] ?? '').trim() === '') read -= 1;
  return read === 0 ? undefined : read;
}
