/** `INCLUDE file`: the lines of another file in place of this one. */
import {
  badInclude,
  includeCycle,
  includeTooDeep,
  includeTooMany,
  missingInclude,
  unreadableFile,
} from '../diagnostics/catalogue/reading.ts';
import { slice, spanOf, type TracedText } from '../source.ts';
import type { Reading } from './reading.ts';

/** How deep files may include each other (Config.pm 5.2.8, INCLUDE_LIMIT). */
export const mostNested = 20;

/** How many files one configuration file may include, with all that these include: no real one has a tenth. */
const mostIncluded = 1000;

/** Takes an INCLUDE line. Tells whether it was one. */
export function takeInclude(line: TracedText, reading: Reading): boolean {
  const found = /^(\?include|INCLUDE)(?=\s|$)\s*(.*)$/is.exec(line.text);
  if (!found || (!line.text.startsWith('?') && !line.text.startsWith('INCLUDE'))) return false;
  const rest = found[2] ?? '';
  const name = slice(line, line.text.length - rest.length);
  if (/^\S+$/.test(rest)) {
    if (!include(name, reading)) reading.leaveOut();
  } else {
    reading.add(badInclude(spanOf(rest === '' ? line : name)));
    reading.leaveOut();
  }
  return true;
}

/** Opens the file; false after a message. */
function include(name: TracedText, reading: Reading): boolean {
  const place = spanOf(name);
  if (reading.inputs.length > mostNested) {
    reading.add(includeTooDeep(place, mostNested));
    return false;
  }
  // Said once: files that include each other twice would say it without end.
  if (reading.included >= mostIncluded) {
    if (reading.included === mostIncluded) reading.add(includeTooMany(place, mostIncluded));
    reading.included = mostIncluded + 1;
    return false;
  }
  const result = reading.environment.readFile(name.text);
  if (result.kind === 'absent') {
    reading.add(missingInclude(place, name.text));
  } else if (result.kind === 'unreadable') {
    reading.add(unreadableFile(place, result.path, result.reason));
  } else {
    const open = reading.inputs.flatMap((input) => input.path ?? []);
    const circle = open.indexOf(result.source.path);
    if (circle === -1) {
      reading.included += 1;
      reading.openSource(result.source);
      return true;
    }
    reading.add(includeCycle(place, [...open.slice(circle), result.source.path]));
  }
  return false;
}
