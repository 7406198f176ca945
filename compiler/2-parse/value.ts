/** One cell: its text through the start rule of its value type. */
import { syntaxProblem } from '../1-read/syntax-problem.ts';
import { unreadableValue } from '../diagnostics/catalogue/parsing.ts';
import type { Report } from '../diagnostics/report.ts';
import { parse as parseText } from '../generated/values.js';
import type { Cell } from '../language/schema.ts';
import { type ValueTypes, valueTypes } from '../language/value-types.ts';
import type { At } from '../language/values.ts';
import { type Span, spanOf, type TracedText } from '../source.ts';

/** Texts that fitted, by rule: files say the same words again and again, and what they mean depends on nothing else. */
const read = new Map<string, unknown>();

/** The value of a cell, or undefined after a message at the smallest place. */
export function parseValue<Type extends keyof ValueTypes>(
  type: Type,
  column: string,
  text: TracedText,
  report: Report,
): Cell<ValueTypes[Type]> | undefined {
  const value = parseWithRule(
    valueTypes[type].rule,
    text,
    (span, expected) => unreadableValue(span, column, valueTypes[type], expected, text.text),
    report,
  );
  return value === undefined ? undefined : { value: value as ValueTypes[Type], text, span: spanOf(text) };
}

/** Reads text by any start rule of `grammar/values.peggy`: for parameters, whose type depends on their action. */
export function parseWithRule(
  rule: string,
  text: TracedText,
  say: (span: Span, expected: string) => Parameters<Report['add']>[0],
  report: Report,
): unknown {
  const key = `${rule}\0${text.text}`;
  if (read.has(key)) return read.get(key);
  try {
    const value = parseText(text.text, { startRule: rule });
    if (read.size < 10_000) read.set(key, value);
    return value;
  } catch (thrown) {
    const { start, end, expected } = syntaxProblem(thrown, text.text);
    report.add(say(spanOf(text, start, end), `expected ${expected}`));
    return undefined;
  }
}

/** The place of a part of a cell. */
export function placeIn(cell: Cell<unknown>, at: At): Span {
  return spanOf(cell.text, at.start, at.end);
}
