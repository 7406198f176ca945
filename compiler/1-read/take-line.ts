/** One complete line of a configuration file: what is no directive becomes a logical line. */
import {
  directiveWithoutText,
  legacyDirective,
  sectionNotHere,
  sectionOrder,
  unknownSection,
  unprintableCharacter,
} from '../diagnostics/catalogue/reading.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { slice, spanOf, type TracedText } from '../source.ts';
import { trimmed, withoutComment } from './blanks.ts';
import { beginComment, beginFormat } from './directives.ts';
import { expandKnown } from './expand.ts';
import { firewallZoneIn } from './firewall-zone.ts';
import { takeInclude } from './includes.ts';
import { noValue } from './logical-line.ts';
import type { Reading } from './reading.ts';
import { takeScriptLine } from './scripts.ts';

/**
 * Lines that are columns and nothing else, as nearly all of long files: printable, without a sign that this stage reads, or
 * blanks around them, and with no word at the beginning that may be a directive's.
 */
const onlyColumns =
  /^(?!(?:BEGIN|END|SHELL|PERL|INCLUDE|SECTION|FORMAT|COMMENT|DEFAULTS)\b)[!"%'->A-[\]-~](?:[ \t!"%'->A-[\]-~]*[!"%'->A-[\]-~])?$/i;

/** Takes a line of a configuration file. */
export function takeLine(reading: Reading, raw: TracedText): void {
  if (!reading.script && onlyColumns.test(raw.text)) {
    keep(raw, reading);
    return;
  }
  if (takeScriptLine(raw, reading)) return;
  const written = withoutComment(raw);
  if (written.text === '') return;
  const expanded = expandKnown(written, reading.scope, reading);
  if (!expanded || expanded.text.includes(noValue)) {
    reading.leaveOut(written);
    if (expanded && !/^\s*\??(?:[A-Z]+\s*$|INCLUDE|SECTION|FORMAT|COMMENT|DEFAULTS)\b/i.test(written.text))
      keepKnown(trimmed(expanded), reading);
    return;
  }
  const line = trimmed(expanded);
  if (line.text === '' || takeInclude(line, reading) || takeSection(line, reading)) return;
  if (!printable(line, reading)) {
    reading.leaveOut(line);
    return;
  }
  if (takeOldDirective(line, reading) || takeDefaults(line, reading)) return;
  keep(line, reading);
}

/** Keeps a line with a variable that has no value, for its other columns. */
function keepKnown(line: TracedText, reading: Reading): void {
  const known = line.text.replaceAll(noValue, '');
  const { section, format } = reading;
  if (known.trim() !== '' && !unprintable.test(known)) reading.partial.push({ text: line, section, format });
}

function keep(text: TracedText, reading: Reading): void {
  const { section, format, comment, scope, name } = reading;
  // Lines before the first ?SECTION belong to the last section, so only that one can follow.
  if (reading.begun === undefined) reading.hasEarlyLines = true;
  if (name === 'zones') {
    const zone = firewallZoneIn(text.text);
    if (zone !== undefined) scope.variables.set('FW', zone);
  }
  const disposition = scope.parameters?.get('disposition');
  const line = { text, section, format };
  if (comment === undefined && !disposition) reading.lines.push(line);
  else
    reading.lines.push({
      ...line,
      ...(comment === undefined ? {} : { comment }),
      ...(disposition ? { disposition } : {}),
    });
}

/** What is neither printable ASCII nor a blank. */
export const unprintable = /[^\s\x20-\x7e]|[\ufeff\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;

/** Reports the first character that is neither printable ASCII nor a blank. */
export function printable(line: TracedText, reading: Reading): boolean {
  const at = line.text.search(unprintable);
  if (at === -1) return true;
  const character = String.fromCodePoint(line.text.codePointAt(at) ?? 0);
  reading.add(unprintableCharacter(spanOf(line, at, at + character.length), character));
  return false;
}

function takeSection(line: TracedText, reading: Reading): boolean {
  const found = /^\?SECTION\b\s*(.*)$/i.exec(line.text);
  if (!found) return false;
  const [, name = ''] = found;
  if (name === '') reading.add(directiveWithoutText(spanOf(line), 'SECTION', 'the name of a section'));
  else beginSection(slice(line, line.text.length - name.length), reading);
  return true;
}

function beginSection(name: TracedText, reading: Reading): void {
  const { sections } = reading.features;
  const place = spanOf(name);
  if (sections.length === 0) {
    reading.add(sectionNotHere(place, reading.name));
    return;
  }
  const section = sections.find((each) => each === name.text);
  if (!section) {
    reading.add(unknownSection(place, name.text, nearest(name.text, sections), sections));
    return;
  }
  const { begun } = reading;
  if (begun !== undefined && sections.indexOf(begun) >= sections.indexOf(section)) {
    reading.add(sectionOrder(place, section, begun, sections));
  } else if (begun === undefined && reading.hasEarlyLines && sections.includes('NEW') && section !== 'NEW') {
    reading.add(sectionOrder(place, section, 'NEW', sections));
  }
  // A section that comes too late does not make those after it right.
  if (begun === undefined || sections.indexOf(begun) < sections.indexOf(section)) reading.begun = section;
  reading.section = section;
}

/** Before Shorewall 5, three directives were written without their `?`. */
function takeOldDirective(line: TracedText, reading: Reading): boolean {
  const [, name, rest = ''] = /^(SECTION|FORMAT|COMMENT)(?:\s+(.*))?$/s.exec(line.text) ?? [];
  if (name === undefined) return false;
  const { sections, formats, comments, firstFormat } = reading.features;
  const text = slice(line, line.text.length - rest.length);
  const word = spanOf(line, 0, name.length);
  if (name === 'SECTION' && sections.length > 0 && rest !== '') beginSection(text, reading);
  else if (name === 'FORMAT' && /^\d+$/.test(rest) && (formats.length > 1 || firstFormat > 1))
    beginFormat(text, reading);
  else if (name === 'COMMENT' && comments) beginComment(text, word, reading);
  else return false;
  reading.add(legacyDirective(word, name, word));
  return true;
}

/** `DEFAULTS a,b,-` in an action: the values of parameters that the caller left out. */
function takeDefaults(line: TracedText, reading: Reading): boolean {
  const { parameters } = reading.scope;
  const list = /^DEFAULTS\s+(\S+)$/.exec(line.text)?.[1];
  if (!parameters || list === undefined) return false;
  let at = line.text.length - list.length;
  const defaults = splitOutsideParentheses(list).map((text) => {
    const value = slice(line, at, at + text.length);
    at += text.length + 1;
    return value;
  });
  defaults.forEach(({ text }, index) => {
    const name = String(index + 1);
    if ((parameters.get(name) ?? '') === '') parameters.set(name, text);
  });
  reading.defaults = defaults;
  return true;
}

function splitOutsideParentheses(list: string): readonly string[] {
  const items: string[] = [''];
  let depth = 0;
  for (const character of list) {
    if (character === ',' && depth === 0) {
      items.push('');
      continue;
    }
    if (character === '(') depth++;
    if (character === ')') depth--;
    items.push((items.pop() ?? '') + character);
  }
  return items;
}
