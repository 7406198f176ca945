/** Runs the stand-alone script: the one place where the machine is changed. */
import { say } from '../output/output.ts';
import { type Status, status } from '../verb.ts';

/** The script itself, or where it lies. */
export type Script =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'text'; readonly text: string };

export type ScriptVerb =
  | 'start'
  | 'restart'
  | 'replace'
  | 'stop'
  | 'clear'
  | 'confirm'
  | 'rollback'
  | 'refresh'
  | 'enable'
  | 'disable'
  | 'reenable'
  | 'monitor'
  | 'probe'
  | 'exchange'
  | 'contents'
  | 'mend'
  | 'status';

/** Verbs whose standard output is their result. */
const telling: ReadonlySet<ScriptVerb> = new Set(['status', 'exchange', 'contents']);

/** What the script ended with, and what it printed on standard output. */
export interface ScriptEnd {
  readonly status: Status;
  readonly output: string;
}

/** Signals that end a program unless it does otherwise. The script decides what they do: it finishes, or it undoes. */
const signals = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/** How a verb of the script is run: `words` follow it, a file reads `input`; `quiet` keeps only the messages of a refusal. */
export interface ScriptCall {
  readonly words?: readonly string[];
  readonly input?: string;
  readonly quiet?: boolean;
}

/** Runs one verb of the script; its messages go to standard error as they come. */
export async function runScript(
  script: Script,
  verb: ScriptVerb,
  { words: more = [], input, quiet = false }: ScriptCall = {},
): Promise<ScriptEnd> {
  const { execa } = await import('execa');
  const words = [...(script.kind === 'file' ? [script.path] : ['-s', '--']), verb, ...more];
  const child = execa('/bin/sh', words, {
    ...inputOf(script, input),
    // What scripts of the user print is no result of ours.
    stdout: telling.has(verb) ? 'pipe' : 2,
    stderr: quiet ? 'pipe' : 'inherit',
    reject: false,
    // When we die the script goes on to a good end by itself.
    cleanup: false,
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  const ended = await child;
  for (const signal of signals) process.off(signal, forward);

  if (ended.exitCode === undefined)
    say(`the script was ended by ${ended.signal ?? 'the system'}: ${ended.shortMessage}`);
  const end = statusOf(ended.exitCode);
  if (quiet && end !== status.done) process.stderr.write(`${ended.stderr}\n`);
  return { status: end, output: ended.stdout ?? '' };
}

function inputOf(script: Script, input: string | undefined) {
  if (script.kind === 'text') return { input: script.text };
  return input === undefined ? ({ stdin: 'ignore' } as const) : { input };
}

const ended: readonly Status[] = [status.done, status.notRunning, status.pending, status.drifted];

function statusOf(exitCode: number | undefined): Status {
  return ended.find((each) => each === exitCode) ?? status.refused;
}
