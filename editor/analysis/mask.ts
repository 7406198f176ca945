/** Leaves lines out of a folder: what is found in the others is found sooner, and at lines that `lineIn` tells. */
import type { Environment } from '../../compiler/environment.ts';
import type { Source } from '../../compiler/source.ts';

/** Whether line `line` (from 0) of a file is read, by the name of the file. */
export type Reads = (name: string, line: number) => boolean;

/** The line of a file that a line of its text, as it is read, stands at; both from 0. */
export type LineIn = (name: string, line: number) => number;

/** Where every line is read, each stands where it is. */
export const allLines: LineIn = (_name, line) => line;

/** A part of a folder. */
export interface Part {
  readonly environment: Environment;
  readonly lineIn: LineIn;
}

/** The folder without the lines that are not read. Directives, and lines that go on, are always read. */
export function withoutLines(environment: Environment, reads: Reads): Part {
  const kept = new Map<string, readonly number[]>();
  return {
    environment: {
      ...environment,
      readFile: (name) => {
        const result = environment.readFile(name);
        if (result.kind !== 'text' || !hasRows(name)) return result;
        const lines = result.source.text.split('\n');
        const numbers = linesToRead(name, lines, reads);
        kept.set(name, numbers);
        const source: Source = { path: name, text: numbers.map((line) => lines[line]).join('\n') };
        return { kind: 'text', source };
      },
    },
    lineIn: (name, line) => kept.get(name)?.[line] ?? line,
  };
}

/** Settings and shell are read as they are. */
function hasRows(name: string): boolean {
  return !/(?:^|\/)(?:params|(?:ftpwall|shorewall6?)\.conf)$/.test(name);
}

function linesToRead(name: string, lines: readonly string[], reads: Reads): readonly number[] {
  let continued = false;
  let script = false;
  const numbers: number[] = [];
  for (const [number, line] of lines.entries()) {
    const goesOn = line.includes('\\') && /\\\s*(?:#.*)?$/.test(line);
    if (continued || script || goesOn || reads(name, number) || isDirective(line)) numbers.push(number);
    continued = goesOn;
    if (/^\s*\??BEGIN\s/i.test(line)) script = true;
    else if (/^\s*\??END\b/i.test(line)) script = false;
  }
  return numbers;
}

function isDirective(line: string): boolean {
  return /^\s*(?:\?|(?:INCLUDE|SECTION|FORMAT|COMMENT|DEFAULTS|SHELL|PERL|BEGIN|END)\b)/.test(line);
}
