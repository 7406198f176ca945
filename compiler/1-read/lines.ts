/**
 * The order in which a physical line becomes a logical one, as Shorewall has it (Config.pm 5.2.8, read_a_line):
 * directives at once, even inside a continued line; lines left out by ?IF; comments behind `\`; continuation; then the
 * logical line: scripts, comments, blanks, variables, INCLUDE and ?SECTION.
 */
import { join, slice, type TracedText } from '../source.ts';
import { directiveIn, obey } from './directives.ts';
import type { Reading } from './reading.ts';

/** What is done with a logical line: configuration files and the settings file differ. */
export type TakeLine = (reading: Reading, line: TracedText) => void;

/** Reads all that is open, to its end. */
export function readLines(reading: Reading, take: TakeLine): void {
  for (let input = reading.input; input; input = reading.input) {
    const physical = input.lines.next();
    if (physical.done) {
      const rest = input.continuation.finish();
      if (rest && !input.conditions.omitting) take(reading, rest);
      // What the last line opened, a file or a script's output, comes first.
      if (reading.input === input) reading.close(input);
      continue;
    }
    const directive = directiveIn(physical.value, reading);
    if (directive) {
      obey(directive, reading, input);
      continue;
    }
    if (input.conditions.omitting) continue;
    const line = input.continuation.add(physical.value);
    if (line) take(reading, line);
  }
}

/** The text without the blanks around it. */
export function trimmed(text: TracedText): TracedText {
  return trimmedAt(text, text.text.length);
}

/** The text before its comment, without the blanks around it. Quotes do not protect a `#`. */
export function withoutComment(text: TracedText): TracedText {
  const hash = text.text.indexOf('#');
  return trimmedAt(text, hash === -1 ? text.text.length : hash);
}

function trimmedAt(text: TracedText, end: number): TracedText {
  const kept = text.text.slice(0, end);
  const start = kept.length - kept.trimStart().length;
  const stop = kept.trimEnd().length;
  return start === 0 && stop === text.text.length ? text : start >= stop ? join([]) : slice(text, start, stop);
}
