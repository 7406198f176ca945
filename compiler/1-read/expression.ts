/** Expressions of ?IF, ?ELSIF and ?SET: what they are worth, by the rules of Perl (perlop(1)). */
import {
  badExpression,
  definedIsTrue,
  expressionTooDeep,
  missingQuotes,
  notANumber,
  parameterOutsideAction,
  unknownCapability,
  unusablePattern,
  valueTooLong,
} from '../diagnostics/catalogue/reading.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { parse } from '../generated/condition.js';
import { allCapabilityNames, capabilityNames } from '../language/capability-names.ts';
import { type Span, slice, spanOf, type TracedText } from '../source.ts';
import { longestLine } from './continuation.ts';
import type { Said } from './expand.ts';
import { type Match, matcher } from './pattern.ts';
import { syntaxProblem } from './syntax-problem.ts';
import { actionMeaning, capability, isBroken, type Scope } from './variables.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What `grammar/condition.peggy` makes of the text. */
type Node =
  | { readonly kind: 'literal'; readonly value: number; readonly at: Range }
  | { readonly kind: 'text'; readonly parts: readonly (string | Node)[]; readonly at: Range }
  | { readonly kind: 'bareword'; readonly text: string; readonly at: Range }
  | { readonly kind: 'variable' | 'actionVariable' | 'capability'; readonly name: string; readonly at: Range }
  | { readonly kind: 'passed'; readonly parameter: string; readonly at: Range }
  | { readonly kind: 'not' | 'minus'; readonly of: Node }
  | { readonly kind: 'defined'; readonly of: Node; readonly at: Range }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | {
      readonly kind: 'match';
      readonly of: Node;
      readonly pattern: string;
      readonly flags: string;
      readonly negated: boolean;
      readonly at: Range;
    };

/** A value as Perl has it: text and numbers turn into each other as needed. */
export type Value = string | number;

/** What is known while an expression is evaluated. */
export interface Circumstances {
  readonly scope: Scope;
  readonly said: Said;
}

/** Bounds that no expression of a person reaches; beyond them the parser's stack could run out. */
const mostCharacters = 2000;
const mostParentheses = 30;

/** Whether a value counts as yes: not empty, not 0 (perlsyn(1), Truth and Falsehood). */
export function isTrue(value: Value): boolean {
  return value !== '' && value !== '0' && value !== 0;
}

/** The value of the expression, or undefined after a mistake. */
export function evaluate(text: TracedText, circumstances: Circumstances): Value | undefined {
  const { said } = circumstances;
  if (text.text.length > mostCharacters || deepest(text.text) > mostParentheses) {
    said.add(expressionTooDeep(spanOf(text), mostCharacters));
    return undefined;
  }
  let node: Node;
  try {
    node = parse(text.text) as Node;
  } catch (thrown) {
    const { start, end, expected } = syntaxProblem(thrown, text.text);
    said.add(badExpression(spanOf(text, start, end), expected));
    return undefined;
  }
  return new Evaluation(text, circumstances).result(node);
}

function deepest(text: string): number {
  let depth = 0;
  let most = 0;
  for (const character of text) {
    if (character === '(') most = Math.max(most, ++depth);
    else if (character === ')') depth--;
  }
  return Math.max(most, text.split('?').length - 1);
}

type Operator = keyof typeof operators | 'and' | 'or' | '&&' | '||';

type Rule =
  | { readonly of: 'numbers'; readonly apply: (left: number, right: number) => Value | boolean }
  | { readonly of: 'texts'; readonly apply: (left: string, right: string) => Value | boolean };

const operators = {
  '==': { of: 'numbers', apply: (left, right) => left === right },
  '!=': { of: 'numbers', apply: (left, right) => left !== right },
  '<': { of: 'numbers', apply: (left, right) => left < right },
  '>': { of: 'numbers', apply: (left, right) => left > right },
  '<=': { of: 'numbers', apply: (left, right) => left <= right },
  '>=': { of: 'numbers', apply: (left, right) => left >= right },
  '+': { of: 'numbers', apply: (left, right) => left + right },
  '-': { of: 'numbers', apply: (left, right) => left - right },
  '*': { of: 'numbers', apply: (left, right) => left * right },
  '/': { of: 'numbers', apply: (left, right) => (right === 0 ? '' : left / right) },
  '%': { of: 'numbers', apply: (left, right) => (right === 0 ? '' : ((left % right) + right) % right) },
  '.': { of: 'texts', apply: (left, right) => left + right },
  eq: { of: 'texts', apply: (left, right) => left === right },
  ne: { of: 'texts', apply: (left, right) => left !== right },
  lt: { of: 'texts', apply: (left, right) => left < right },
  le: { of: 'texts', apply: (left, right) => left <= right },
  gt: { of: 'texts', apply: (left, right) => left > right },
  ge: { of: 'texts', apply: (left, right) => left >= right },
  xor: { of: 'texts', apply: (left, right) => isTrue(left) !== isTrue(right) },
} as const satisfies Record<string, Rule>;

/** One expression being evaluated. */
class Evaluation {
  readonly #text: TracedText;
  readonly #circumstances: Circumstances;
  #sound = true;

  constructor(text: TracedText, circumstances: Circumstances) {
    this.#text = text;
    this.#circumstances = circumstances;
  }

  result(node: Node): Value | undefined {
    this.#judgeNames(node);
    const value = this.#sound ? this.#value(node) : '';
    return this.#sound ? value : undefined;
  }

  /** Words and capabilities are judged everywhere, also where `&&` and `||` never look. */
  #judgeNames(node: Node): void {
    if (node.kind === 'bareword') this.#mistake(node.at, (place) => missingQuotes(place, node.text, place));
    if (node.kind === 'capability' && this.#capability(node.name) === undefined) {
      this.#mistake(node.at, (place) => unknownCapability(place, node.name, nearest(node.name, allCapabilityNames)));
    }
    const outside =
      node.kind === 'passed' || node.kind === 'actionVariable' || (node.kind === 'variable' && /^\d/.test(node.name));
    if (outside && !this.#circumstances.scope.parameters) {
      this.#mistake(node.at, (place) =>
        parameterOutsideAction(place, this.#text.text.slice(node.at.start, node.at.end)),
      );
    }
    for (const child of childrenOf(node)) this.#judgeNames(child);
  }

  #value(node: Node): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'text':
        return this.#concatenated(node);
      case 'bareword':
        return '';
      case 'variable':
        return this.#variable(node.name);
      case 'actionVariable':
        return actionMeaning(node.name, this.#circumstances.scope.parameters ?? new Map());
      case 'capability':
        return this.#capability(node.name) ?? '';
      case 'passed':
        return this.#passed(node.parameter);
      case 'not':
        return truth(!isTrue(this.#value(node.of)));
      case 'minus':
        return -this.#number(this.#value(node.of), '-', node);
      case 'defined':
        return this.#defined(node);
      case 'choice':
        return this.#value(isTrue(this.#value(node.test)) ? node.yes : node.no);
      case 'match':
        return this.#match(node);
      case 'binary':
        return this.#binary(node);
    }
  }

  #concatenated({ parts, at }: Node & { kind: 'text' }): string {
    let whole = '';
    for (const part of parts) {
      whole += typeof part === 'string' ? part.replace(/\\(.)/g, '$1') : this.#value(part);
      if (whole.length > longestLine) this.#mistake(at, (place) => valueTooLong(place, longestLine));
      if (!this.#sound) return '';
    }
    return whole;
  }

  #binary(node: Node & { kind: 'binary' }): Value {
    const left = this.#value(node.left);
    if (node.operator === '&&' || node.operator === 'and') return isTrue(left) ? this.#value(node.right) : left;
    if (node.operator === '||' || node.operator === 'or') return isTrue(left) ? left : this.#value(node.right);
    const right = this.#value(node.right);
    const rule: Rule = operators[node.operator];
    const value =
      rule.of === 'texts'
        ? rule.apply(String(left), String(right))
        : rule.apply(this.#number(left, node.operator, node.left), this.#number(right, node.operator, node.right));
    return this.#judgeLength(value, node);
  }

  #judgeLength(value: Value | boolean, node: Node): Value {
    if (typeof value === 'boolean') return truth(value);
    if (typeof value === 'number' || value.length <= longestLine) return value;
    this.#mistake(this.#placeOf(node), (place) => valueTooLong(place, longestLine));
    return '';
  }

  #placeOf(node: Node): Range {
    return extentOf(node) ?? { start: 0, end: this.#text.text.length };
  }

  /** In a condition a variable that was never set is empty. `$NAME` may name a capability too. */
  #variable(name: string): Value {
    const { scope } = this.#circumstances;
    const { variables, parameters } = scope;
    if (isBroken(name, scope) && !parameters?.has(name)) {
      this.#sound = false;
      return '';
    }
    const value = variables.get(name) ?? parameters?.get(name);
    if (value !== undefined) return value;
    return Object.hasOwn(capabilityNames, name) ? (this.#capability(name) ?? '') : '';
  }

  #capability(name: string): number | undefined {
    return capability(name, this.#circumstances.scope);
  }

  #passed(parameter: string): Value {
    const given = this.#circumstances.scope.parameters?.get(parameter) ?? '';
    return truth(given !== '' && given !== '-');
  }

  /** Perl would take `Yes` for 0, so that `Yes == No`; that is never what was meant. Nothing is 0, as in Perl. */
  #number(value: Value, operator: string, node: Node): number {
    if (typeof value === 'number') return value;
    if (value === '') return 0;
    if (/^\s*[-+]?\d+(\.\d+)?\s*$/.test(value)) return Number(value);
    this.#mistake(this.#placeOf(node), (place) => notANumber(place, value, operator));
    return 0;
  }

  /** The value stands there before it is asked for, and a value is always there (Shorewall 5.2.8, as it was run). */
  #defined({ of, at }: Node & { kind: 'defined' }): Value {
    this.#value(of);
    this.#circumstances.said.add(definedIsTrue(spanOf(slice(this.#text, at.start, at.end))));
    return 1;
  }

  #match(node: Node & { kind: 'match' }): Value {
    const match = matcher(node.pattern, node.flags);
    const matched: Match = match.kind === 'pattern' ? match.test(String(this.#value(node.of))) : match;
    if (matched.kind === 'unusable') {
      this.#mistake(node.at, (place) => unusablePattern(place, matched.reason));
      return '';
    }
    return truth(matched.matches !== node.negated);
  }

  /** The first mistake is said; what follows from it is not. */
  #mistake(at: Range, say: (place: Span) => Parameters<Said['add']>[0]): void {
    if (!this.#sound) return;
    const { said } = this.#circumstances;
    said.add(say(spanOf(slice(this.#text, at.start, at.end))));
    this.#sound = false;
  }
}

function truth(value: boolean): Value {
  return value ? 1 : '';
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'text':
      return node.parts.filter((part) => typeof part !== 'string');
    case 'not':
    case 'minus':
    case 'defined':
    case 'match':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.test, node.yes, node.no];
    default:
      return [];
  }
}

/** The range of the expression that a node was read from, as far as its parts tell. */
function extentOf(node: Node): Range | undefined {
  if ('at' in node) return node.at;
  const parts = childrenOf(node).flatMap((child) => extentOf(child) ?? []);
  const [first] = parts;
  return first && { start: first.start, end: Math.max(...parts.map((part) => part.end)) };
}
