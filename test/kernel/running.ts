/** A program that goes on while a test does something, with what it has said so far. */
import { type ChildProcess, spawn } from 'node:child_process';
import { until } from '../support/until.ts';
import type { Ended, Host } from './host.ts';

export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far, in whole lines. */
  lines(): readonly string[];
  /** Returns when its output or its errors have this; fails when it ends without. */
  says(wanted: RegExp): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts a program on a host. `input` is open, so that the test can type; otherwise there is none. */
export function startRunning(
  host: Host,
  words: readonly string[],
  { env = process.env, input = false }: { readonly env?: NodeJS.ProcessEnv; readonly input?: boolean } = {},
): Running {
  const [file, ...rest] = host.command(words);
  const child = spawn(file, rest, { env, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let over = false;
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status) => {
      over = true;
      resolve({ status, output, errors });
    }),
  );
  return {
    child,
    ended,
    lines: () => output.split('\n').slice(0, -1),
    async says(wanted) {
      const said = () => wanted.test(`${output}${errors}`);
      await until(() => over || said());
      if (!said()) throw new Error(`it ended without saying ${wanted}:\n${output}${errors}`);
    },
  };
}
