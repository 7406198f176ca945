/**
 * The order in which a physical line becomes a logical one, as Shorewall has it (Config.pm 5.2.8, read_a_line):
 * directives at once, even inside a continued line; lines left out by ?IF; comments behind `\`; continuation; then the
 * logical line: scripts, comments, blanks, variables, INCLUDE and ?SECTION.
 */
import type { TracedText } from '../source.ts';
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
