/** One cell: its text through the start rule of its value type. */
import { type SyntaxProblem, syntaxProblem } from '../1-read/syntax-problem.ts';
import { unreadableValue } from '../diagnostics/catalogue/parsing.ts';
import type { Report } from '../diagnostics/report.ts';
import { parse as parseText } from '../generated/values.js';
import type { Cell } from '../language/schema.ts';
import { type ValueTypes, valueTypes } from '../language/value-types.ts';
import type { At } from '../language/values.ts';
import { type Span, spanOf, type TracedText } from '../source.ts';
import { hintFor } from './hints.ts';
import { itemAround, type Part, withoutItem } from './list-items.ts';
import { plainCells } from './plain-cells.ts';

/** Texts that fitted, by rule: files say the same words again and again, and what they mean depends on nothing else. */
const read = new Map<string, Map<string, unknown>>();

/** More texts are not kept of one rule. */
const mostTexts = 10_000;

/** The value of a cell, or undefined after a message for each item that is wrong. */
export function parseValue<Type extends keyof ValueTypes>(
  type: Type,
  column: string,
  text: TracedText,
  report: Report,
): Cell<ValueTypes[Type]> | undefined {
  const value = parseWithRule(
    valueTypes[type].rule,
    text,
    (span, expected) =>
      unreadableValue(span, column, valueTypes[type], expected, text.text, hintFor(type, column, text)),
    report,
  );
  return value === undefined ? undefined : { value: value as ValueTypes[Type], text, span: spanOf(text) };
}

/** Whether text is a value of a type. */
export function fits(type: keyof ValueTypes, text: string): boolean {
  return !(readText(valueTypes[type].rule, text) instanceof Unreadable);
}

/** The value of a text that fits its type; undefined for all others. */
export function valueIn(type: keyof ValueTypes, text: string): unknown {
  const value = readText(valueTypes[type].rule, text);
  return value instanceof Unreadable ? undefined : value;
}

/** Of one list no more wrong items are shown: whoever has written more has meant another thing. */
const mostWrongItems = 10;

/** Reads text by any start rule of `grammar/values.peggy`: for parameters, whose type depends on their action. */
export function parseWithRule(
  rule: string,
  text: TracedText,
  say: (span: Span, expected: string) => Parameters<Report['add']>[0],
  report: Report,
): unknown {
  const value = readText(rule, text.text);
  if (!(value instanceof Unreadable)) return value;
  let rest: TracedText | undefined = text;
  for (let wrong = 0; rest && wrong < mostWrongItems; wrong += 1) {
    const flaw = readText(rule, rest.text);
    if (!(flaw instanceof Unreadable)) break;
    const item = itemAround(rest.text, flaw.problem.start);
    report.add(say(spanOf(rest, item.start, item.end), expectation(rest.text, item, flaw.problem)));
    rest = withoutItem(rest, item);
  }
  return undefined;
}

/** Text that does not fit its rule. */
class Unreadable {
  readonly problem: SyntaxProblem;

  constructor(problem: SyntaxProblem) {
    this.problem = problem;
  }
}

function readText(rule: string, text: string): unknown {
  const plain = plainCells[rule]?.read(text);
  if (plain !== undefined) return plain;
  const known = read.get(rule) ?? new Map<string, unknown>();
  const before = known.get(text);
  if (before !== undefined || known.has(text)) return before;
  try {
    const value = parseText(text, { startRule: rule });
    if (known.size < mostTexts) read.set(rule, known.set(text, value));
    return value;
  } catch (thrown) {
    return new Unreadable(syntaxProblem(thrown, text));
  }
}

/** What could have stood where the text stopped to fit, and after which part of the item. */
function expectation(text: string, item: Part, { start, expected }: SyntaxProblem): string {
  const before = text.slice(item.start, start);
  return before === '' ? `expected ${expected}` : `expected ${expected} after \`${before}\``;
}

/** The place of a part of a cell. */
export function placeIn(cell: Cell<unknown>, at: At): Span {
  return spanOf(cell.text, at.start, at.end);
}
