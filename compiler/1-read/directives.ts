/** Directives that act at once, wherever they stand: `?IF`, `?SET`, `?FORMAT`, `?COMMENT`, `?ERROR` and the like. */
import {
  badVariableName,
  commentNotHere,
  directiveWithoutText,
  directiveWithText,
  errorDirective,
  formatNotHere,
  infoDirective,
  missingRequirement,
  requireOutsideAction,
  unknownCapability,
  unknownDirective,
  unknownFormat,
  warningDirective,
} from '../diagnostics/catalogue/reading.ts';
import type { CatalogueEntry } from '../diagnostics/diagnostic.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { allCapabilityNames } from '../language/capability-names.ts';
import { type Span, slice, spanOf, type TracedText } from '../source.ts';
import { expand, type Said } from './expand.ts';
import { evaluate, isTrue, type Value } from './expression.ts';
import type { Input, Reading } from './reading.ts';
import { capability } from './variables.ts';

/** A directive as it was written. */
export interface Directive {
  readonly name: DirectiveName;
  /** The place of `?NAME`. */
  readonly span: Span;
  /** What follows the name, without a comment and the blanks around it. */
  readonly text: TracedText;
  /** What follows the name, with everything. */
  readonly whole: TracedText;
  /** It was written otherwise, and has a message. */
  readonly mistyped?: true;
}

/** What the directives do. `whileOmitting` ones are obeyed inside a branch that is left out. */
interface Obedience {
  readonly whileOmitting?: true;
  /** What has to follow the name, for the message when nothing does; `none` when nothing may follow. */
  readonly follows: string | 'none' | 'anything';
  readonly obey: (directive: Directive, reading: Reading, input: Input) => void;
}

const silent: Said = { add: () => undefined };

const directives = {
  IF: {
    whileOmitting: true,
    follows: 'a condition',
    obey: ({ text, span, mistyped }, reading, { conditions }) =>
      conditions.begin(mistyped ? undefined : span, () => holds(text, reading)),
  },
  ELSIF: {
    whileOmitting: true,
    follows: 'a condition',
    obey: ({ text, span, mistyped }, reading, { conditions }) =>
      conditions.otherwise('ELSIF', span, () => holds(text, reading), mistyped ? silent : reading),
  },
  ELSE: {
    whileOmitting: true,
    follows: 'none',
    obey: ({ span, mistyped }, reading, { conditions }) =>
      conditions.otherwise('ELSE', span, () => true, mistyped ? silent : reading),
  },
  ENDIF: {
    whileOmitting: true,
    follows: 'none',
    obey: ({ span, mistyped }, reading, { conditions }) => conditions.end(span, mistyped ? silent : reading),
  },
  SET: { follows: 'a variable and its value', obey: set },
  RESET: { follows: 'a variable', obey: reset },
  FORMAT: { follows: 'a number', obey: ({ text }, reading) => beginFormat(text, reading) },
  COMMENT: { follows: 'anything', obey: ({ whole, span }, reading) => beginComment(whole, span, reading) },
  REQUIRE: { follows: 'the name of a capability', obey: require },
  ERROR: { follows: 'a message', obey: (directive, reading) => say(errorDirective, directive, reading) },
  WARNING: { follows: 'a message', obey: (directive, reading) => say(warningDirective, directive, reading) },
  INFO: { follows: 'a message', obey: (directive, reading) => say(infoDirective, directive, reading) },
} as const satisfies Record<string, Obedience>;

type DirectiveName = keyof typeof directives;

/** Directives that print a message or refuse to go on: a mistyped one has a message already. */
const messages: readonly string[] = ['REQUIRE', 'ERROR', 'WARNING', 'INFO'];

/** Directives that wait until their line is complete: see `take-line.ts` and `scripts.ts`. */
const laterDirectives = ['SECTION', 'INCLUDE', 'SHELL', 'PERL', 'BEGIN', 'END'];

const written = /^[ \t]*\?([A-Za-z]\w*)!?/;

/** Whether a physical line is a directive, or a mistyped one, that does not wait until its line is complete. */
export function actsAtOnce(line: string): boolean {
  const name = written.exec(line)?.[1];
  return name !== undefined && !laterDirectives.includes(name.toUpperCase());
}

/** The directive that a physical line is; a mistyped one is reported, and then taken for the one it resembles. */
export function directiveIn(line: TracedText, reading: Reading): Directive | 'mistyped' | undefined {
  const found = written.exec(line.text);
  if (!found) return undefined;
  const name = (found[1] ?? '').toUpperCase();
  const start = line.text.indexOf('?');
  if (isDirective(name)) {
    const whole = slice(line, found[0].length);
    return { name, span: spanOf(line, start, start + 1 + name.length), whole, text: withoutTrailing(whole) };
  }
  if (laterDirectives.includes(name) || reading.script) return undefined;
  const near = nearest(name, [...Object.keys(directives), ...laterDirectives]);
  const span = spanOf(line, start, start + 1 + name.length);
  reading.add(unknownDirective(span, found[1] ?? '', near));
  if (near === undefined || !isDirective(near) || messages.includes(near)) {
    reading.leaveOut();
    return 'mistyped';
  }
  // It most likely is the near one; without its ?IF an ?ENDIF would be a second mistake.
  const whole = slice(line, found[0].length);
  return { name: near, span, whole, text: withoutTrailing(whole), mistyped: true };
}

function isDirective(name: string): name is DirectiveName {
  return Object.hasOwn(directives, name);
}

/** Does what a directive says. */
export function obey(directive: Directive | 'mistyped', reading: Reading, input: Input): void {
  if (directive === 'mistyped') return;
  const rule: Obedience = directives[directive.name];
  if (input.conditions.omitting && !rule.whileOmitting) return;
  const empty = directive.text.text === '';
  if (rule.follows === 'none') {
    if (!empty) reading.add(directiveWithText(spanOf(directive.text), directive.name));
  } else if (empty && rule.follows !== 'anything') {
    reading.add(directiveWithoutText(directive.span, directive.name, rule.follows));
    // The line still opens or continues a condition, so that its ?ENDIF is not a second mistake.
    if (!rule.whileOmitting) return;
  }
  rule.obey(directive, reading, input);
}

function withoutTrailing(text: TracedText): TracedText {
  const end = text.text.search(/\s*(#|$)/);
  const start = /^\s*/.exec(text.text)?.[0].length ?? 0;
  return slice(text, Math.min(start, end), end);
}

function holds(text: TracedText, reading: Reading): boolean | undefined {
  const value = text.text === '' ? undefined : worthOf(text, reading);
  if (value !== undefined) return isTrue(value);
  // No branch is read then.
  reading.leaveOut();
  return undefined;
}

function worthOf(text: TracedText, reading: Reading): Value | undefined {
  return evaluate(text, { scope: reading.scope, said: reading });
}

/** Variables of all files are named with or without `$`; those of an action with `@`. */
function target(
  name: TracedText,
  reading: Reading,
): { readonly name: string; readonly variables: Map<string, string> } | undefined {
  const { variables, parameters } = reading.scope;
  const shared = /^\$?([A-Za-z]\w*)$/.exec(name.text)?.[1];
  if (shared !== undefined) return { name: shared, variables };
  const own = /^@(\d+|[A-Za-z]\w*)$/.exec(name.text)?.[1];
  if (own !== undefined && parameters) return { name: /^0+$/.test(own) ? 'chain' : own, variables: parameters };
  reading.add(badVariableName(spanOf(name), name.text));
  return undefined;
}

function set({ text, span }: Directive, reading: Reading): void {
  const [, name = '', blanks = ''] = /^(\S+)(\s*)/.exec(text.text) ?? [];
  const variable = target(slice(text, 0, name.length), reading);
  if (!variable) return;
  const expression = slice(text, name.length + blanks.length);
  if (expression.text === '') {
    reading.add(directiveWithoutText(span, 'SET', 'a variable and its value'));
    return;
  }
  const value = worthOf(expression, reading);
  variable.variables.set(variable.name, String(value ?? ''));
  if (value === undefined) reading.scope.broken.names.add(variable.name);
  else reading.scope.broken.names.delete(variable.name);
}

function reset({ text }: Directive, reading: Reading): void {
  const variable = target(text, reading);
  variable?.variables.delete(variable.name);
}

/** `?FORMAT`: in what format the columns of this file are from here on. */
export function beginFormat(text: TracedText, reading: Reading): void {
  const { formats } = reading.features;
  const format = formats.find((each) => String(each) === text.text);
  if (format !== undefined) reading.format = format;
  else if (formats.length < 2 && reading.features.firstFormat === 1)
    reading.add(formatNotHere(spanOf(text), reading.name));
  else {
    reading.add(unknownFormat(spanOf(text), text.text, formats));
    // What follows is most likely written in the newest format; read in another it would be one mistake after the other.
    reading.format = formats.at(-1) ?? reading.format;
  }
}

/** `?COMMENT`: what goes into the ruleset beside the rules that follow; nothing ends it. A `#` is a part of it. */
export function beginComment(text: TracedText, place: Span, reading: Reading): void {
  const comment = text.text.trim();
  if (comment !== '' && !reading.features.comments) reading.add(commentNotHere(place, reading.name));
  else reading.comment = comment === '' ? undefined : comment;
}

function require({ text, span }: Directive, reading: Reading): void {
  if (!reading.scope.parameters) {
    reading.add(requireOutsideAction(span));
    return;
  }
  const name = text.text.replace(/^__/, '');
  const value = capability(name, reading.scope);
  const place = spanOf(text);
  if (value === undefined) reading.add(unknownCapability(place, name, nearest(name, allCapabilityNames)));
  else if (value === 0) reading.add(missingRequirement(place, name));
}

function say(entry: CatalogueEntry<readonly [string]>, directive: Directive, reading: Reading): void {
  const text = expand(directive.text, { ...reading.scope, unknownIsEmpty: true }, reading);
  if (text) reading.add(entry(directive.span, text.text.replace(/^"(.*)"$/, '$1')));
}
