/** A program at a terminal of its own (test/terminal.py). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a terminal showed, without the seconds that a program tells while it works: on a busy machine all take long. */
export function withoutProgress(shown: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the line is gone when the work is done (ECMA-48, EL)
  return shown.replace(/(\r[^\r\n]* … \d+ s)+\r\u001b\[K/g, '');
}

export interface AtTerminal {
  /** Typed one after the other when it asks so. */
  readonly answers?: readonly (readonly [question: string, answer: string])[];
  readonly env?: NodeJS.ProcessEnv;
}

/** How the program ended, and all that the terminal showed, with its control characters. */
export function atTerminal(
  words: readonly string[],
  { answers = [], env = {} }: AtTerminal = {},
): { readonly status: number | null; readonly shown: string } {
  const { status, stdout, stderr } = spawnSync(
    'python3',
    [join(import.meta.dirname, 'terminal.py'), JSON.stringify(answers), ...words],
    {
      encoding: 'utf8',
      timeout: 240_000,
      env: { ...process.env, TERM: 'xterm', NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined, ...env },
    },
  );
  if (stderr !== '') throw new Error(stderr);
  return { status, shown: stdout };
}
