/** Where words go: standard output and standard error, written at once, so that nothing is lost when the program ends. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { codeOf } from '../environment/system-errors.ts';

export type Stream = 1 | 2;

/** Writes all of the text. A reader that has gone away (`ftpwall compile | head`) is no error; then it is false. */
export function write(stream: Stream, text: string): boolean {
  let rest = Buffer.from(text, 'utf8');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') return false;
      // A pipe that does not block and is full: look again when its reader had time to read.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}

/** A sentence of the program about itself or the system, as distinct from diagnostics of the configuration. */
export function say(text: string): void {
  write(2, `ftpwall: ${text}\n`);
}

/** `--color`; `auto` looks at NO_COLOR (no-color.org), FORCE_COLOR, TERM and whether a person is likely to read. */
export function wantsColor(choice: 'always' | 'never' | 'auto', stream: Stream): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '0') return true;
  return TERM !== 'dumb' && isTerminal(stream);
}

/** Whether somebody is likely to wait at a terminal who can be shown a line that changes. */
export function wantsProgress({ quiet, json }: { readonly quiet: boolean; readonly json: boolean }): boolean {
  const { TERM } = process.env;
  // A thread is too much for /dev/null, where a colour is not.
  return !quiet && !json && TERM !== undefined && TERM !== 'dumb' && isTerminal(2) && !isNull(2);
}

function isNull(stream: Stream): boolean {
  return fstatSync(stream).rdev === statSync('/dev/null').rdev;
}

/** A terminal, or /dev/null where colour does no harm: asking for the terminal itself would load half of node:net. */
export function isTerminal(stream: Stream): boolean {
  try {
    return fstatSync(stream).isCharacterDevice();
  } catch {
    return false;
  }
}
