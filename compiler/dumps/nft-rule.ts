/** One rule as nft prints it: conditions and statements from left to right. */

import { flagOrder } from '../ir/fields.ts';
import type { AddressKey, DispatchEntry, Match, NftRule, SetKeyField, Statement } from '../ir/ruleset.ts';
import { connectionStates } from '../language/names.ts';
import { parseAddress } from '../net/address.ts';
import type { TcpFlag } from '../net/packet-kinds.ts';
import type { Rate } from '../net/rate.ts';
import { elementsOf, listOf, type NftTable, verdictOf } from './nft-elements.ts';
import { longestSelector, type Selector, selectors } from './nft-selectors.ts';
import { statementReaders } from './nft-statements.ts';
import { Cursor, type Token } from './nft-tokens.ts';
import { numbersOf, tcpFlagNames } from './nft-values.ts';

/** A rule, and the words of it that are not understood. */
export interface ReadRule {
  readonly rule: NftRule;
  readonly unknown: readonly { readonly kind: 'condition' | 'target'; readonly text: string }[];
}

/** Reads the tokens of one rule. */
export function readRule(tokens: readonly Token[], table: NftTable): ReadRule {
  const reader = new RuleReader(tokens, table);
  reader.read();
  return { rule: { matches: reader.matches, statements: reader.statements }, unknown: reader.unknown };
}

class RuleReader {
  readonly matches: Match[] = [];
  readonly statements: Statement[] = [];
  readonly unknown: { kind: 'condition' | 'target'; text: string }[] = [];
  readonly #cursor: Cursor;
  readonly #table: NftTable;

  constructor(tokens: readonly Token[], table: NftTable) {
    this.#cursor = new Cursor(tokens);
    this.#table = table;
  }

  read(): void {
    const cursor = this.#cursor;
    while (!cursor.done) {
      const start = cursor.at;
      if (this.#statement() || this.#condition()) continue;
      cursor.at = start;
      // What follows may belong to the words that nobody understands: the rest of the rule is one riddle.
      this.#riddle(cursor.rest());
    }
  }

  /** Words that are not understood may be a condition and a verdict. */
  #riddle(tokens: readonly Token[]): void {
    // The first word is one that could not be read, whatever it is.
    const verdict = tokens.findIndex(({ text, quoted }, index) => index > 0 && !quoted && verdictWords.has(text));
    const before = tokens.slice(0, verdict === -1 ? tokens.length : verdict).map(({ text }) => text);
    const text = before.join(' ').replace(/ counter( packets \d+ bytes \d+)?/, '');
    if (verdict === -1) {
      this.unknown.push({ kind: 'target', text });
      this.statements.push({ kind: 'raw', text, decides: true });
      return;
    }
    this.unknown.push({ kind: 'condition', text });
    this.matches.push({ kind: 'raw', text });
    const rest = new RuleReader(tokens.slice(verdict), this.#table);
    rest.read();
    this.matches.push(...rest.matches);
    this.statements.push(...rest.statements);
    this.unknown.push(...rest.unknown);
  }

  #statement(): boolean {
    const cursor = this.#cursor;
    const word = cursor.peek();
    const reader = Object.hasOwn(statementReaders, word) ? statementReaders[word] : undefined;
    const start = cursor.at;
    const read = reader?.(cursor, this.#table, this.matches);
    if (!read) {
      cursor.at = start;
      return false;
    }
    this.statements.push(...read);
    return true;
  }

  #condition(): boolean {
    const cursor = this.#cursor;
    if (cursor.peek() === 'limit') return this.#limit();
    if (['update', 'add', 'meter'].includes(cursor.peek())) return this.#countedEach();
    if (cursor.takes('ct', 'count')) return this.#count(cursor);
    if (cursor.takes('tcp', 'flags')) return this.#tcpFlags();
    if (cursor.takes('ip', 'frag-off', '&', '0x1fff')) return this.#fragment();
    for (const [sign, negated] of [
      ['>=', false],
      ['<', true],
    ] as const)
      if (cursor.takes('meta', 'priority', sign, '1:0')) return this.matches.push({ kind: 'classed', negated }) > 0;
    const parts = this.#selectors();
    if (!parts) return false;
    this.matches.push(...parts.flatMap(({ also = [] }) => also));
    if (cursor.takes('vmap')) return this.#verdictMap(parts);
    const negated = cursor.takes('!=');
    if (!negated) cursor.takes('==');
    if (cursor.peek() === '&') return this.#masked(parts, negated);
    if (cursor.peek().startsWith('@')) return this.#inSet(parts, cursor.take().slice(1), negated);
    if (parts.length > 1) return this.#inList(parts, negated);
    const values = this.#values();
    const read = parts[0]?.match?.({ negated, values });
    if (!read) return false;
    this.#keep(read);
    return true;
  }

  /** A match on the code of an ICMP type follows that on the type. */
  #keep(read: readonly Match[]): void {
    const cursor = this.#cursor;
    const [only] = read;
    if (only?.kind === 'icmp' && only.types.length === 1 && !only.negated) {
      const code =
        cursor.takes('icmp', 'code') || cursor.takes('icmpv6', 'code') ? numbersOf(cursor.take())?.first : undefined;
      if (code !== undefined) {
        this.matches.push({ ...only, types: only.types.map(({ type }) => ({ type, code })) });
        return;
      }
    }
    this.matches.push(...read);
  }

  #selectors(): readonly Selector[] | undefined {
    const parts: Selector[] = [];
    for (;;) {
      const found = this.#selector();
      if (!found) return undefined;
      parts.push(found);
      if (!this.#cursor.takes('.')) return parts;
    }
  }

  #selector(): Selector | undefined {
    const cursor = this.#cursor;
    for (let count = longestSelector; count > 0; count -= 1) {
      const words = Array.from({ length: count }, (_, ahead) => cursor.peek(ahead));
      const name = words.join(' ');
      if (!Object.hasOwn(selectors, name)) continue;
      cursor.at += count;
      return withPrefix(selectors[name] as Selector, cursor);
    }
    return undefined;
  }

  /** One value, several with commas, or a list in braces; an element may have a time and a comment. */
  #values(): readonly string[] {
    const cursor = this.#cursor;
    if (cursor.takes('{'))
      return listOf(cursor.block(false)).map((element) => element.map(({ text }) => text).join(' '));
    const values = [cursor.take()];
    while (cursor.takes(',')) values.push(cursor.take());
    return values;
  }

  #masked(parts: readonly Selector[], negated: boolean): boolean {
    const cursor = this.#cursor;
    cursor.take();
    const mask = numbersOf(cursor.take())?.first;
    const differs = cursor.takes('!=');
    if (!differs && !cursor.takes('==')) return false;
    const value = numbersOf(cursor.take())?.first;
    const [match] = parts[0]?.match?.({ negated: differs || negated, values: ['0'] }) ?? [];
    if (mask === undefined || value === undefined || !match || !('mask' in match)) return false;
    if (match.kind !== 'connectionMark' && match.kind !== 'packetMark') return false;
    this.matches.push({ ...match, mask, value });
    return true;
  }

  #inSet(parts: readonly Selector[], name: string, negated: boolean): boolean {
    const key = keyOf(parts);
    if (!key) return false;
    this.matches.push({ kind: 'set', set: this.#table.set(name), negated, key });
    return true;
  }

  #inList(parts: readonly Selector[], negated: boolean): boolean {
    const cursor = this.#cursor;
    const key = keyOf(parts);
    const written = cursor.takes('{') ? listOf(cursor.block(false)) : [this.#oneElement()];
    const elements = key && elementsOf(written, parts);
    if (!key || !elements) return false;
    this.matches.push({ kind: 'set', set: this.#table.anonymous(elements, false), negated, key });
    return true;
  }

  #oneElement(): readonly Token[] {
    const cursor = this.#cursor;
    const tokens = [{ text: cursor.take(), line: 0 }];
    while (cursor.takes('.')) tokens.push({ text: '.', line: 0 }, { text: cursor.take(), line: 0 });
    return tokens;
  }

  #verdictMap(parts: readonly Selector[]): boolean {
    const cursor = this.#cursor;
    const key = keyOf(parts);
    if (cursor.peek().startsWith('@')) {
      const map = this.#table.set(cursor.take().slice(1));
      if (!key) return false;
      this.statements.push({ kind: 'lookup', map, key });
      return true;
    }
    if (!cursor.takes('{')) return false;
    const written = listOf(cursor.block(false));
    if (parts.length === 1 && parts[0] === selectors['ct state']) return this.#byState(written);
    const elements = key && elementsOf(written, parts, this.#table);
    if (!key || !elements) return false;
    this.statements.push({ kind: 'lookup', map: this.#table.anonymous(elements, true), key });
    return true;
  }

  #byState(written: readonly (readonly Token[])[]): boolean {
    const entries = written.map(([name, colon, ...verdict]): DispatchEntry | undefined => {
      const state = connectionStates[name?.text.toUpperCase() ?? ''];
      const to = colon?.text === ':' ? verdictOf(verdict, this.#table) : undefined;
      return state && to && { keys: [state], verdict: to };
    });
    if (!entries.every((entry) => entry !== undefined)) return false;
    this.statements.push({ kind: 'dispatch', fields: ['state'], entries });
    return true;
  }

  #limit(): boolean {
    const rate = rateIn(this.#cursor);
    if (rate) this.matches.push({ kind: 'limit', ...rate });
    return rate !== undefined;
  }

  #count(cursor: Cursor, set?: string, key?: AddressKey): boolean {
    const over = cursor.takes('over');
    const count = numbersOf(cursor.take())?.first;
    if (count === undefined) return false;
    this.matches.push({ kind: 'connectionCount', count, over, ...(set !== undefined && { set }), ...(key && { key }) });
    return true;
  }

  /** `update @rates { ip saddr limit rate 3/minute }`: a rate or a count for each address. */
  #countedEach(): boolean {
    const cursor = this.#cursor;
    cursor.take();
    const set = this.#table.set(cursor.take().replace(/^@/, ''));
    if (!cursor.takes('{')) return false;
    const inner = new Cursor(cursor.block(false));
    const version = inner.takes('ip') ? 4 : inner.takes('ip6') ? 6 : undefined;
    const field = inner.takes('saddr') ? 'saddr' : inner.takes('daddr') ? 'daddr' : undefined;
    const mask = inner.takes('&') ? prefixOfMask(inner.take()) : undefined;
    if (inner.peek() === 'timeout') inner.at += 2;
    if (!version || !field) return false;
    const key: AddressKey = { field, version, ...(mask !== undefined && { prefix: mask }) };
    if (inner.takes('ct', 'count')) return this.#count(inner, set, key);
    const rate = rateIn(inner);
    if (rate) this.matches.push({ kind: 'limitEach', set, key, ...rate });
    return rate !== undefined;
  }

  #tcpFlags(): boolean {
    const cursor = this.#cursor;
    const flags = (): readonly TcpFlag[] | undefined => {
      const inParentheses = cursor.takes('(');
      if (cursor.takes('0x0')) return [];
      const found = [cursor.take()];
      while (cursor.takes('|') || cursor.takes(',')) found.push(cursor.take());
      if (inParentheses) cursor.takes(')');
      return found.every((name) => Object.hasOwn(tcpFlagNames, name))
        ? found.map((name) => tcpFlagNames[name] as TcpFlag)
        : undefined;
    };
    if (cursor.takes('&')) {
      const mask = flags();
      const negated = cursor.takes('!=');
      if (!negated) cursor.takes('==');
      return this.#flags(mask, flags(), negated);
    }
    // `tcp flags ! syn,ack`: none of them is set.
    if (cursor.takes('!')) return this.#flags(flags(), [], false);
    const negated = cursor.takes('!=');
    const compares = negated || cursor.takes('==');
    const set = flags();
    // `tcp flags syn / syn,ack`: the value, then the mask.
    if (cursor.takes('/')) return this.#flags(flags(), set, negated);
    return compares ? this.#flags(flagOrder, set, negated) : this.#flags(set, [], true);
  }

  #flags(mask: readonly TcpFlag[] | undefined, set: readonly TcpFlag[] | undefined, negated: boolean): boolean {
    if (!mask || !set) return false;
    this.matches.push({ kind: 'tcpFlags', negated, mask, set });
    return true;
  }

  #fragment(): boolean {
    const cursor = this.#cursor;
    const differs = cursor.takes('!=');
    if (!differs) cursor.takes('==');
    if (cursor.take() !== '0') return false;
    this.matches.push({ kind: 'fragment', version: 4, negated: !differs });
    return true;
  }
}

/** `limit rate over 3/minute burst 5 packets`. */
function rateIn(cursor: Cursor): { readonly rate: Rate; readonly over: boolean; readonly unit?: 'bytes' } | undefined {
  if (!cursor.takes('limit', 'rate')) return undefined;
  const over = cursor.takes('over');
  const bytes = /^(k|m)?bytes\/(second|minute|hour|day)$/.exec(cursor.peek(1));
  if (bytes) return bytesIn(cursor, over, bytes);
  const [, count, per] = /^(\d+)\/(second|minute|hour|day)$/.exec(cursor.take()) ?? [];
  if (count === undefined) return undefined;
  const burst = cursor.takes('burst') ? Number(cursor.take()) : 5;
  cursor.takes('packets');
  return { over, rate: { count: Number(count), per: per as Rate['per'], burst } };
}

/** `1250000 bytes/second burst 20480 bytes`. */
function bytesIn(cursor: Cursor, over: boolean, [, factor, per]: RegExpExecArray) {
  const sizes: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 };
  const count = Number(cursor.take()) * (sizes[`${factor ?? ''}bytes`] ?? 1);
  cursor.take();
  const burst = cursor.takes('burst') ? Number(cursor.take()) * (sizes[cursor.take()] ?? 1) : 0;
  return { over, unit: 'bytes' as const, rate: { count, per: per as Rate['per'], burst } };
}

function prefixOfMask(text: string): number | undefined {
  const mask = parseAddress(text);
  return mask && [...mask.value.toString(2)].filter((bit) => bit === '1').length;
}

/** `ip saddr & 255.255.255.0` as a part of a key: the network of the address. */
function withPrefix(selector: Selector, cursor: Cursor): Selector {
  const { key } = selector;
  const prefix = key && 'version' in key && cursor.peek() === '&' ? prefixOfMask(cursor.peek(1)) : undefined;
  if (!key || !('version' in key) || prefix === undefined) return selector;
  cursor.at += 2;
  const { match: _whole, ...rest } = selector;
  return { ...rest, key: { ...key, prefix } };
}

const verdictWords: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'return', 'jump', 'goto', 'continue']);

function keyOf(parts: readonly Selector[]): readonly SetKeyField[] | undefined {
  const key = parts.map((part) => part.key);
  return key.every((each) => each !== undefined) ? key : undefined;
}
