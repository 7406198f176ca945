/** One cell: its text through the start rule of its value type. */
import { unreadableValue } from '../diagnostics/catalogue/parsing.ts';
import type { Report } from '../diagnostics/report.ts';
import { parse as parseText } from '../generated/values.js';
import type { Cell } from '../language/schema.ts';
import { type ValueTypes, valueTypes } from '../language/value-types.ts';
import type { At } from '../language/values.ts';
import { type Span, spanOf, type TracedText } from '../source.ts';

/** What a generated parser throws: where it stopped and what it hoped for (peggy, error messages). */
interface SyntaxProblem {
  readonly location: { readonly start: { readonly offset: number }; readonly end: { readonly offset: number } };
  readonly expected: readonly { readonly type: string; readonly description?: string; readonly text?: string }[] | null;
}

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
    (span, expected) => unreadableValue(span, column, valueTypes[type].noun, expected, text.text),
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
  try {
    return parseText(text.text, { startRule: rule });
  } catch (problem) {
    if (!isSyntaxProblem(problem)) throw problem;
    const { start, end } = problem.location;
    report.add(
      say(
        spanOf(text, start.offset, Math.max(end.offset, Math.min(start.offset + 1, text.text.length))),
        expectation(problem),
      ),
    );
    return undefined;
  }
}

/** The place of a part of a cell. */
export function placeIn(cell: Cell<unknown>, at: At): Span {
  return spanOf(cell.text, at.start, at.end);
}

function isSyntaxProblem(problem: unknown): problem is SyntaxProblem {
  return problem instanceof Error && 'location' in problem && 'expected' in problem;
}

/** `expected a port or a protocol`: the named leaf rules, without the punctuation that could stand there too. */
function expectation(problem: SyntaxProblem): string {
  const named = new Set(
    (problem.expected ?? []).flatMap((each) => (each.type === 'other' && each.description ? [each.description] : [])),
  );
  const literals = new Set(
    (problem.expected ?? []).flatMap((each) => (each.type === 'literal' && each.text ? [`\`${each.text}\``] : [])),
  );
  const hopes = named.size > 0 ? [...named] : [...literals];
  if (hopes.length === 0) return 'expected nothing more';
  return `expected ${hopes.length === 1 ? hopes[0] : `${hopes.slice(0, -1).join(', ')} or ${hopes.at(-1)}`}`;
}
