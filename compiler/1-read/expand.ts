/** `$NAME` and `${NAME}` become their values; what comes of them still points at the `$NAME` that was written. */
import {
  endlessExpansion,
  parameterOutsideAction,
  unknownParameter,
  unknownVariable,
  variableSyntax,
} from '../diagnostics/catalogue/reading.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { join, type Origin, type Span, slice, spanOf, standsFor, type TracedText } from '../source.ts';
import { actionMeaning, type Meaning, meaningOf, type Scope } from './variables.ts';

/** Where mistakes go, and the place of a span among its users. */
export interface Said {
  add(diagnostic: Diagnostic): void;
  place(span: Span): Origin;
}

const variable = /\$(?:\{(\d+|[A-Za-z_]\w*)\}|(\d+|[A-Za-z_]\w*))/g;
const actionVariable = /(?<!\\)@(?:\{(\d+|[A-Za-z_]\w*)\}|(\d+|[A-Za-z_]\w*))/g;

/** Values may name variables in turn. More steps than this on one line are a circle. */
const mostExpansions = 1000;
/** Growth beyond this is a circle too, one that doubles itself. */
const mostCharacters = 262_144;

/** The text with all variables expanded, from left to right and again in their values. Undefined after a mistake. */
export function expand(text: TracedText, scope: Scope, said: Said): TracedText | undefined {
  const plain = text.text.includes('$')
    ? expandAll(text, variable, (name) => meaningOf(name, scope), scope, said)
    : text;
  if (!plain) return undefined;
  const { parameters } = scope;
  if (!parameters || !plain.text.includes('@')) return plain;
  const whole = expandAll(
    plain,
    actionVariable,
    (name) => ({ kind: 'value', value: actionMeaning(name, parameters) }),
    scope,
    said,
  );
  return whole && withoutEscapes(whole);
}

function expandAll(
  text: TracedText,
  pattern: RegExp,
  meaning: (name: string) => Meaning,
  scope: Scope,
  said: Said,
): TracedText | undefined {
  let whole = text;
  let sound = true;
  let from = 0;
  for (let count = 0; ; count++) {
    pattern.lastIndex = from;
    const found = pattern.exec(whole.text);
    if (!found) break;
    const name = found[1] ?? found[2] ?? '';
    const end = found.index + found[0].length;
    const span = spanOf(whole, found.index, end);
    if (count >= mostExpansions || whole.text.length > mostCharacters) {
      said.add(endlessExpansion(said.place(span), name));
      return undefined;
    }
    const meant = meaning(name);
    if (meant.kind === 'mistake') {
      said.add(mistakeOf(meant.mistake, name, found[0], said.place(span), scope));
      sound = false;
    }
    const value = standsFor(meant.kind === 'value' ? meant.value : '', span);
    whole = join([slice(whole, 0, found.index), value, slice(whole, end)]);
    // `${$NAME}` and `$$NAME` name a variable by the value of another, so the sign before is looked at again.
    from = Math.max(0, found.index - 2);
  }
  return sound && spelledWell(whole, said) ? whole : undefined;
}

function mistakeOf(
  mistake: (Meaning & { kind: 'mistake' })['mistake'],
  name: string,
  written: string,
  place: Origin,
  scope: Scope,
): Diagnostic {
  if (mistake === 'outside-action') return parameterOutsideAction(place, written);
  if (mistake === 'unknown-parameter') return unknownParameter(place, name);
  return unknownVariable(place, name, nearest(name, scope.variables.keys()));
}

/** Whether no other expansion of the shell was tried: it would be taken for text. */
function spelledWell(text: TracedText, said: Said): boolean {
  const other = /\$(?:\{[^}\s]*\}?|\([^)]*\)?)/.exec(text.text);
  if (!other) return true;
  said.add(variableSyntax(said.place(spanOf(text, other.index, other.index + other[0].length)), other[0]));
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
