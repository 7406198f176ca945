/** `$NAME` and `${NAME}` become their values; what comes of them still points at the `$NAME` that was written. */
import {
  endlessExpansion,
  parameterOutsideAction,
  unknownParameter,
  unknownVariable,
  variableSyntax,
} from '../diagnostics/catalogue/reading.ts';
import type { Diagnostic } from '../diagnostics/message.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { join, type Span, slice, spanOf, standsFor, type TracedText } from '../source.ts';
import { noValue } from './logical-line.ts';
import { actionMeaning, type Meaning, meaningOf, type Scope } from './variables.ts';

/** Where mistakes go. */
export interface Said {
  add(diagnostic: Diagnostic): void;
}

// The longer alternatives are names that are themselves given by variables: `${$NAME}`, `$$NAME`.
const variable = /(?:\$\{?(?=\$)){1,8}\$(?:\{\w+\}|\w+)\}*|\$(?:\{(\d+|[A-Za-z_]\w*)\}|(\d+|[A-Za-z_]\w*))/g;
const actionVariable = /(?<!\\)@(?:\{(\d+|[A-Za-z_]\w*)\}|(\d+|[A-Za-z_]\w*))/g;
/** An address that Shorewall takes from a variable at run time; here it is that of `params`. */
const addressVariable = /&\{([A-Za-z_]\w*)\}/g;
const innermost = /\$(?:\{(\d+|[A-Za-z_]\w*)\}|(\d+|[A-Za-z_]\w*))/;

/** Values may name variables in turn. More steps than this for one variable are a circle. */
const mostSteps = 1000;
/** Growth beyond this is a circle too, one that doubles itself. */
const mostCharacters = 262_144;

/** The text with all variables expanded, and those in their values. Undefined after a mistake. */
export function expand(text: TracedText, scope: Scope, said: Said): TracedText | undefined {
  const whole = expandKnown(text, scope, said);
  return whole?.text.includes(noValue) ? undefined : whole;
}

/** The same, with `noValue` for each variable that has none, after a message. Undefined when nothing can be read of it. */
export function expandKnown(text: TracedText, scope: Scope, said: Said): TracedText | undefined {
  const plain = expandVariables(withAddresses(text, scope), scope, said);
  if (!plain || !spelledWell(plain, said)) return undefined;
  const { parameters } = scope;
  if (!parameters || !plain.text.includes('@')) return plain;
  const whole = replaceAll(plain, actionVariable, ([, inBraces, bare]) =>
    actionMeaning(inBraces ?? bare ?? '', parameters),
  );
  return withoutEscapes(whole);
}

/** `&{NAME}` as `$NAME`, so that its value is put in like any other; what is no variable is an interface. */
function withAddresses(text: TracedText, { variables }: Scope): TracedText {
  if (!text.text.includes('&{')) return text;
  return replaceAll(text, addressVariable, ([written, name = '']) => (variables.has(name) ? `\${${name}}` : written));
}

function expandVariables(text: TracedText, scope: Scope, said: Said): TracedText | undefined {
  if (!text.text.includes('$')) return text;
  let length = text.text.length;
  const whole = replaceAll(text, variable, ([written], span) => {
    if (length > mostCharacters) return '';
    const value = valueOfVariable(written, scope, mostCharacters - length);
    length += value.kind === 'value' ? value.value.length : 0;
    if (value.kind === 'value') return value.value;
    if (value.mistake !== 'broken') said.add(mistakeOf(value, span, scope));
    if (value.mistake === 'endless') length = mostCharacters + 1;
    return noValue;
  });
  return length > mostCharacters ? undefined : whole;
}

/** Text with each match of a pattern replaced; what replaces it points at the match. */
function replaceAll(
  text: TracedText,
  pattern: RegExp,
  value: (found: RegExpExecArray, span: Span) => string,
): TracedText {
  const parts: TracedText[] = [];
  let from = 0;
  for (const found of text.text.matchAll(pattern)) {
    const end = found.index + found[0].length;
    const span = spanOf(text, found.index, end);
    parts.push(slice(text, from, found.index), standsFor(value(found, span), span));
    from = end;
  }
  return from === 0 ? text : join([...parts, slice(text, from)]);
}

interface Mistake {
  readonly kind: 'mistake';
  readonly mistake: (Meaning & { kind: 'mistake' })['mistake'] | 'endless';
  readonly name: string;
  /** As it was written, or stands in the value of another. */
  readonly written: string;
}

/** What a variable as it was written comes to, with at most `room` characters. */
function valueOfVariable(
  written: string,
  scope: Scope,
  room: number,
): { readonly kind: 'value'; readonly value: string } | Mistake {
  let value = written;
  for (let step = 0; ; step++) {
    const found = innermost.exec(value);
    if (!found) return { kind: 'value', value };
    const name = found[1] ?? found[2] ?? '';
    if (step >= mostSteps || value.length > room)
      return { kind: 'mistake', mistake: 'endless', name, written: found[0] };
    const meant = meaningOf(name, scope);
    if (meant.kind === 'mistake') return { ...meant, name, written: found[0] };
    value = value.slice(0, found.index) + meant.value + value.slice(found.index + found[0].length);
  }
}

function mistakeOf({ mistake, name, written }: Mistake, place: Span, scope: Scope): Diagnostic {
  if (mistake === 'endless') return endlessExpansion(place, name);
  if (mistake === 'outside-action') return parameterOutsideAction(place, written);
  if (mistake === 'unknown-parameter') return unknownParameter(place, name);
  return unknownVariable(place, name, nearest(name, scope.variables.keys()));
}

/** Whether no other expansion of the shell was tried: it would be taken for text. */
function spelledWell(text: TracedText, said: Said): boolean {
  const other = /\$(?:\{[^}\s]{0,60}\}?|\([^)]{0,60}\)?)/.exec(text.text);
  if (!other) return true;
  said.add(variableSyntax(spanOf(text, other.index, other.index + other[0].length), other[0]));
  return false;
}

/** `\@` is an `@` that is no variable. */
function withoutEscapes(text: TracedText): TracedText {
  if (!text.text.includes('\\@')) return text;
  const parts: TracedText[] = [];
  let from = 0;
  for (let at = text.text.indexOf('\\@'); at !== -1; at = text.text.indexOf('\\@', at + 2)) {
    parts.push(slice(text, from, at));
    from = at + 1;
  }
  return join([...parts, slice(text, from)]);
}
