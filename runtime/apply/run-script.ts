/** Runs the stand-alone script: the one place where the machine is changed. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { childProcess } from '../environment/child-process.ts';
import { reasonOf } from '../environment/system-errors.ts';
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
  const words = [...(script.kind === 'file' ? [script.path] : ['-s', '--']), verb, ...more];
  const text = script.kind === 'text' ? script.text : input;
  // What scripts of the user print is no result of ours.
  const output = telling.has(verb) ? 'pipe' : 2;
  // When we die the script goes on to a good end by itself.
  const child = childProcess().spawn('/bin/sh', words, {
    stdio: [text === undefined ? 'ignore' : 'pipe', output, quiet ? 'pipe' : 'inherit'],
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  const ended = await endOf(child, text);
  for (const signal of signals) process.off(signal, forward);

  // A monitor runs until somebody ends it.
  if (verb === 'monitor' && signals.some((each) => each === ended.signal)) return { status: status.done, output: '' };
  if (ended.exitCode === null) say(`the script was ended by ${ended.signal ?? `the system: ${ended.reason}`}`);
  const end = statusOf(ended.exitCode);
  if (quiet && end !== status.done) process.stderr.write(ended.errors);
  return { status: end, output: ended.output.replace(/\n$/, '') };
}

/** What a process ended with: `reason` tells why it was not started. */
interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason?: string;
  readonly output: string;
  readonly errors: string;
}

/** Gives a process its standard input, and waits until it has ended and all that it printed is read. */
async function endOf(child: ChildProcess, input: string | undefined): Promise<ProcessEnd> {
  // One that ends without reading all of it says so by its status.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const printed = Promise.all([child.stdout, child.stderr].map((stream) => (stream === null ? '' : textOf(stream))));
  return new Promise((resolve) => {
    const end = async (how: Pick<ProcessEnd, 'exitCode' | 'signal' | 'reason'>) => {
      const [output = '', errors = ''] = await printed;
      resolve({ ...how, output, errors });
    };
    child.once('error', (error) => end({ exitCode: null, signal: null, reason: reasonOf(error) }));
    child.once('exit', (exitCode, signal) => end({ exitCode, signal }));
  });
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const ended: readonly Status[] = [status.done, status.notRunning, status.pending, status.drifted];

function statusOf(exitCode: number | null): Status {
  return ended.find((each) => each === exitCode) ?? status.refused;
}
