/** The items of a list in a cell, as commas part them: a mistake is shown under the item that it stands in. */
import { join, slice, type TracedText } from '../source.ts';

/** A part of a text; `end` is behind its last character. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** The item around an offset; all of the text where that is a comma too many, or no list at all. */
export function itemAround(text: string, offset: number): Part {
  const whole = { start: 0, end: text.length };
  const commas = commasOf(text);
  if (commas.includes(offset)) return whole;
  const start = (commas.findLast((at) => at < offset) ?? -1) + 1;
  const end = commas.find((at) => at > offset) ?? text.length;
  return start < end ? { start, end } : whole;
}

/** The text without one of its items; undefined where what is left would mean something else, or is nothing. */
export function withoutItem(text: TracedText, { start, end }: Part): TracedText | undefined {
  const item = text.text.slice(start, end);
  const isFirst = start === 0;
  if (isFirst && (end === text.text.length || /[:!]/.test(item))) return undefined;
  return isFirst ? slice(text, end + 1) : join([slice(text, 0, start - 1), slice(text, end)]);
}

/** The offsets of commas outside parentheses and brackets. */
function commasOf(text: string): readonly number[] {
  const found: number[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if ('(['.includes(character)) depth += 1;
    else if (')]'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 0) found.push(at);
  }
  return found;
}
