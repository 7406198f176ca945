/** One rule as nft prints it: conditions and statements from left to right. */

import { flagOrder } from '../ir/fields.ts';
import type {
  AddressKey,
  DispatchEntry,
  Match,
  NftRule,
  RejectWith,
  SetElement,
  SetKeyField,
  Statement,
  Verdict,
} from '../ir/ruleset.ts';
import { connectionStates } from '../language/names.ts';
import { parseAddress } from '../net/address.ts';
import type { TcpFlag } from '../net/packet-kinds.ts';
import type { Rate } from '../net/rate.ts';
import type { Version } from '../net/version.ts';
import { longestSelector, type Selector, selectors } from './nft-selectors.ts';
import { Cursor, type Token } from './nft-tokens.ts';
import { addressesOf, numbersOf, portNumber, tcpFlagNames } from './nft-values.ts';

/** What a rule finds in its table. */
export interface NftTable {
  readonly version?: Version;
  /** The name of a chain, and of a set, of the same table in the whole ruleset. */
  chain(name: string): string;
  set(name: string): string;
  /** Keeps a set or map that has no name, and gives it one. */
  anonymous(elements: readonly SetElement[], isMap: boolean): string;
}

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

/** Elements between commas. */
export function listOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const elements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ',' && !token.quoted) elements.push([]);
    else elements.at(-1)?.push(token);
  }
  return elements.filter((element) => element.length > 0);
}

/** How the parts of elements are read. */
export interface PartReader {
  readonly part?: Selector['part'];
}

/** Elements as data; with a table those of a verdict map. Undefined where one is not understood. */
export function elementsOf(
  written: readonly (readonly Token[])[],
  readers: readonly PartReader[],
  table?: NftTable,
): readonly SetElement[] | undefined {
  const elements = written.map((tokens) => elementOf(tokens, readers, table));
  return elements.every((each) => each !== undefined) ? elements : undefined;
}

function elementOf(tokens: readonly Token[], readers: readonly PartReader[], table?: NftTable): SetElement | undefined {
  const colon = tokens.findIndex(({ text, quoted }) => text === ':' && !quoted);
  const left = colon === -1 ? tokens : tokens.slice(0, colon);
  const end = left.findIndex(
    ({ text, quoted }) => !quoted && ['timeout', 'expires', 'comment', 'counter'].includes(text),
  );
  const words = (end === -1 ? left : left.slice(0, end)).filter(({ text, quoted }) => text !== '.' || quoted);
  const isElse = words.length === 1 && words[0]?.text === '*';
  const key = isElse
    ? readers.map(() => ({ name: '', wildcard: true }))
    : words.map(({ text }, index) => readers[index]?.part?.(text));
  if (key.length !== readers.length || !key.every((part) => part !== undefined)) return undefined;
  if (!table) return { key };
  const verdict = colon === -1 ? undefined : verdictOf(tokens.slice(colon + 1), table);
  return verdict && { key, verdict };
}

function verdictOf([first, target]: readonly Token[], table: NftTable): Verdict | undefined {
  switch (first?.text) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
      return { kind: first.text };
    case 'jump':
    case 'goto':
      return target && { kind: first.text, chain: table.chain(target.text) };
    default:
      return undefined;
  }
}

type StatementReader = (cursor: Cursor, table: NftTable, matches: readonly Match[]) => readonly Statement[] | undefined;

const plainVerdict: StatementReader = (cursor, table) => {
  const word = cursor.take();
  const takesChain = word === 'jump' || word === 'goto';
  const verdict = verdictOf(
    [word, ...(takesChain ? [cursor.take()] : [])].map((text) => ({ text, line: 0 })),
    table,
  );
  return verdict && [{ kind: 'verdict', verdict }];
};

const refusals: Readonly<Record<string, readonly string[]>> = {
  icmp: [
    'net-unreachable',
    'host-unreachable',
    'prot-unreachable',
    'port-unreachable',
    'net-prohibited',
    'host-prohibited',
    'admin-prohibited',
  ],
  icmpv6: ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable'],
  icmpx: ['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'],
};

const reject: StatementReader = (cursor, table) => {
  cursor.take();
  if (!cursor.takes('with')) {
    const how: RejectWith =
      table.version === 4
        ? { kind: 'icmp', type: 'port-unreachable' }
        : table.version === 6
          ? { kind: 'icmpv6', type: 'port-unreachable' }
          : { kind: 'icmpx', type: 'port-unreachable' };
    return [{ kind: 'reject', with: how }];
  }
  if (cursor.takes('tcp', 'reset')) return [{ kind: 'reject', with: { kind: 'tcp-reset' } }];
  const kind = cursor.take();
  cursor.takes('type');
  const type = cursor.take();
  return refusals[kind]?.includes(type) ? [{ kind: 'reject', with: { kind, type } as RejectWith }] : undefined;
};

/** Statements that decide nothing, with what belongs to them. */
const counter: StatementReader = (cursor) => {
  cursor.take();
  if (cursor.takes('name')) cursor.take();
  if (cursor.takes('packets')) {
    cursor.take();
    if (cursor.takes('bytes')) cursor.take();
  }
  return [];
};

const log: StatementReader = (cursor) => {
  cursor.take();
  while (['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags'].includes(cursor.peek())) {
    cursor.take();
    cursor.take();
    while (['sequence', 'options', 'skuid', 'ether', 'all', 'tcp', 'ip', ','].includes(cursor.peek())) cursor.take();
  }
  return [];
};

const comment: StatementReader = (cursor) => {
  cursor.at += 2;
  return [];
};

/** `dnat ip to 10.0.0.1:80 random,persistent`. */
function translation(kind: 'dnat' | 'snat'): StatementReader {
  return (cursor, table, matches) => {
    cursor.take();
    const named = cursor.takes('ip') ? 4 : cursor.takes('ip6') ? 6 : undefined;
    if (cursor.takes('prefix', 'to')) return netmap(kind, cursor);
    if (!cursor.takes('to')) return undefined;
    if (cursor.takes('meta', 'protocol', 'map')) return fromMap(kind, cursor, table, named ?? table.version ?? 4);
    const text = cursor.take();
    const [, written = '', port] = /^\[?([0-9a-f.:/-]*?)\]?(?::([a-z0-9-]+))?$/i.exec(portApart(text)) ?? [];
    const addresses = written === '' ? undefined : addressesOf(written.replaceAll(/[[\]]/g, ''));
    const ports = port === undefined ? undefined : numbersOf(port, portNumber);
    if ((written !== '' && !addresses) || (port !== undefined && !ports) || (!addresses && !ports)) return undefined;
    const flags = flagsIn(cursor);
    const version = addresses?.version ?? named ?? table.version ?? versionIn(matches) ?? 4;
    return [
      {
        kind,
        to: {
          version,
          ...(addresses && { addresses }),
          ...(ports && { ports }),
          random: flags.some((flag) => flag.includes('random')),
          persistent: flags.includes('persistent'),
        },
      },
    ];
  };
}

/** `dnat ip prefix to ip daddr map { 203.0.113.0/24 : 10.0.1.0/24 }`. */
function netmap(direction: 'dnat' | 'snat', cursor: Cursor): readonly Statement[] | undefined {
  cursor.at += 2;
  if (!cursor.takes('map', '{')) return undefined;
  const [from, to] = cursor.block(false).flatMap(({ text }) => addressesOf(text) ?? []);
  return from && to && [{ kind: 'netmap', direction, from, to }];
}

/** `to meta protocol map @addresses:80`: the address that a map holds. */
function fromMap(
  kind: 'dnat' | 'snat',
  cursor: Cursor,
  table: NftTable,
  version: Version,
): readonly Statement[] | undefined {
  const [name = '', port] = cursor.take().replace(/^@/, '').split(':');
  const ports = port === undefined ? undefined : numbersOf(port, portNumber);
  const flags = flagsIn(cursor);
  const random = flags.some((flag) => flag.includes('random'));
  const persistent = flags.includes('persistent');
  return [{ kind, to: { version, addressIn: table.set(name), ...(ports && { ports }), random, persistent } }];
}

/** An IPv6 address without brackets has no port. */
function portApart(text: string): string {
  return !text.startsWith('[') && (text.match(/:/g)?.length ?? 0) > 1 ? `[${text}]` : text;
}

function versionIn(matches: readonly Match[]): Version | undefined {
  const found = matches.find((match) => match.kind === 'version');
  return found?.kind === 'version' ? found.version : undefined;
}

function flagsIn(cursor: Cursor): readonly string[] {
  const flags: string[] = [];
  while (['random', 'fully-random', 'persistent', ','].includes(cursor.peek())) flags.push(cursor.take());
  return flags.filter((flag) => flag !== ',');
}

function toSelf(kind: 'masquerade' | 'redirect'): StatementReader {
  return (cursor) => {
    cursor.take();
    const ports = cursor.takes('to') ? numbersOf(cursor.take().replace(/^:/, ''), portNumber) : undefined;
    const random = flagsIn(cursor).length > 0;
    return [{ kind, random, ...(ports && { ports }) }];
  };
}

const queue: StatementReader = (cursor) => {
  cursor.take();
  const bypass = cursor.peek() === 'flags' && cursor.peek(1).includes('bypass');
  while (['flags', 'bypass', 'fanout', ','].includes(cursor.peek())) cursor.take();
  if (!cursor.takes('to')) cursor.takes('num');
  const range = numbersOf(cursor.take()) ?? { first: 0, last: 0 };
  while (['bypass', 'fanout', ','].includes(cursor.peek())) cursor.take();
  return [{ kind: 'queue', ...range, bypass }];
};

/** `meta mark set 0x1`, `ct mark set ct mark & 0xff | 0x1`; other fields that are set decide nothing. */
function change(words: readonly string[]): StatementReader {
  return (cursor) => {
    if (!cursor.takes(...words, 'set')) return undefined;
    const isMark = words.at(-1) === 'mark';
    const target = words[0] === 'ct' ? 'connection' : 'packet';
    if (!isMark) {
      cursor.take();
      while (['|', '&', ',', 'mtu'].includes(cursor.peek())) cursor.at += cursor.peek() === 'mtu' ? 1 : 2;
      return [];
    }
    const own = target === 'connection' ? ['ct', 'mark'] : ['meta', 'mark'];
    const value = numbersOf(cursor.peek())?.first;
    if (value !== undefined) {
      cursor.take();
      return [{ kind: 'setMark', target, mask: 0xffffffff, value }];
    }
    if (!cursor.takes(...own) && !(target === 'packet' && cursor.takes('mark'))) return undefined;
    const kept = cursor.takes('&') || cursor.takes('and') ? numbersOf(cursor.take())?.first : 0xffffffff;
    const set = cursor.takes('|') || cursor.takes('or') ? numbersOf(cursor.take())?.first : 0;
    if (kept === undefined || set === undefined) return undefined;
    return [{ kind: 'setMark', target, mask: (~kept | set) >>> 0, value: set >>> 0 }];
  };
}

const ofMeta: StatementReader = (cursor, table, matches) =>
  cursor.peek(2) === 'set' ? change(['meta', cursor.peek(1)])(cursor, table, matches) : undefined;

const ofConnection: StatementReader = (cursor, table, matches) => {
  if (cursor.takes('ct', 'helper', 'set')) return [{ kind: 'attachHelper', object: cursor.take() }];
  return cursor.peek(2) === 'set' ? change(['ct', cursor.peek(1)])(cursor, table, matches) : undefined;
};

const ofHeader: StatementReader = (cursor, table, matches) => {
  if (cursor.peek(2) === 'set') return change([cursor.peek(), cursor.peek(1)])(cursor, table, matches);
  if (cursor.peek(1) === 'option' && cursor.peek(4) === 'set')
    return change([0, 1, 2, 3].map((ahead) => cursor.peek(ahead)))(cursor, table, matches);
  return undefined;
};

/** A set that is filled: with a rate or a count in it, it is a condition. */
const fills: StatementReader = (cursor) => {
  cursor.take();
  if (!cursor.take().startsWith('@') || !cursor.takes('{')) return undefined;
  const inner = cursor.block(false).map(({ text }) => text);
  return inner.includes('limit') || inner.includes('count') ? undefined : [];
};

const statementReaders: Readonly<Record<string, StatementReader>> = {
  accept: plainVerdict,
  drop: plainVerdict,
  return: plainVerdict,
  continue: plainVerdict,
  jump: plainVerdict,
  goto: plainVerdict,
  reject,
  counter,
  log,
  comment,
  dnat: translation('dnat'),
  snat: translation('snat'),
  masquerade: toSelf('masquerade'),
  redirect: toSelf('redirect'),
  notrack: (cursor) => (cursor.takes('notrack') ? [{ kind: 'notrack' }] : undefined),
  queue,
  meta: ofMeta,
  ct: ofConnection,
  ip: ofHeader,
  ip6: ofHeader,
  tcp: ofHeader,
  add: fills,
  update: fills,
  delete: fills,
};
