/**
 * What `nft list ruleset` prints. All tables become one ruleset; a table of one IP version sees packets of that version
 * alone, and its policies, too. Tables of bridges and devices see other packets and are passed over.
 */
import { macNumber } from '../ir/fields.ts';
import type { Chain, ElementPart, Hook, Match, NftRule, NftSet, SetElement, SetType } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import { lineSpan, type Source } from '../source.ts';
import { circleIn, missingChains, type ReadDump, type UnknownPart } from './dump.ts';
import { elementsOf, listOf, type NftTable, type PartReader } from './nft-elements.ts';
import { readRule } from './nft-rule.ts';
import { Cursor, type Token, tokensOf } from './nft-tokens.ts';
import { addressesOf, numbersOf, patternOf, portNumber, protocolNumber } from './nft-values.ts';

/** Whether a text looks like such a listing. */
export function isNftListing(text: string): boolean {
  return /^\s*table (inet|ip|ip6|bridge|arp|netdev) \S+ \{/m.test(text);
}

/** Reads a listing. */
export function readNft(source: Source): ReadDump {
  const reader = new NftReader(source);
  reader.read();
  const listed = { family: 'inet', table: 'dump', sets: reader.sets, helpers: [], chains: reader.chains } as const;
  const missing = missingChains(listed);
  const ruleset = { ...listed, chains: [...listed.chains, ...missing.chains] };
  const circle = circleIn(ruleset);
  if (circle !== undefined)
    return {
      kind: 'none',
      reason: `chain ${circle} leads to itself, which the kernel never holds: this is no listing of it`,
    };
  const unknown = [...reader.unknown, ...missing.unknown].sort((a, b) => a.line - b.line);
  return { kind: 'dump', dump: { format: 'nft', versions: [4, 6], ruleset, unknown, rules: reader.rules } };
}

const versions: Readonly<Record<string, Version | undefined>> = { ip: 4, ip6: 6 };

class NftReader {
  readonly sets: NftSet[] = [];
  readonly chains: Chain[] = [];
  readonly unknown: UnknownPart[] = [];
  rules = 0;
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  read(): void {
    const cursor = new Cursor(tokensOf(this.#source.text));
    while (!cursor.done) {
      if (cursor.takes('\n')) continue;
      const { line } = cursor;
      if (cursor.peek() === 'table') {
        const [, family, name] = [cursor.take(), cursor.take(), cursor.take()];
        // An empty table, as a file for `nft -f` has it in front.
        if (!cursor.takes('{')) continue;
        this.#table(cursor.block(true), family, name);
      } else this.#odd(line, restOfLine(cursor), 'delete table');
    }
  }

  #odd(line: number, text: string, harmless: string): void {
    if (text !== '' && !text.startsWith(harmless)) this.unknown.push({ line, kind: 'line', text });
  }

  #table(tokens: readonly Token[], family: string, name: string): void {
    if (!['inet', 'ip', 'ip6'].includes(family)) return;
    const cursor = new Cursor(tokens);
    const table = this.#finding(`${family} ${name}`, versions[family]);
    while (!cursor.done) {
      if (cursor.takes('\n') || cursor.takes(';')) continue;
      const { line } = cursor;
      const kind = cursor.take();
      if (kind === 'flags' || kind === 'comment') restOfLine(cursor);
      else if (kind === 'chain') this.#chain(cursor, table, line);
      else if (kind === 'set' || kind === 'map') this.#set(cursor, table, line);
      else if (!this.#skipBlock(cursor)) this.#odd(line, kind, '');
    }
  }

  /** Counters, quotas, helpers, flow tables: what rules name and what decides nothing by itself. */
  #skipBlock(cursor: Cursor): boolean {
    const start = cursor.at;
    while (!cursor.done && cursor.peek() !== '\n') {
      if (cursor.take() !== '{') continue;
      cursor.block(true);
      return true;
    }
    cursor.at = start;
    return restOfLine(cursor) === '';
  }

  #finding(prefix: string, version: Version | undefined): NftTable & { readonly prefix: string } {
    return {
      prefix,
      ...(version !== undefined && { version }),
      chain: (name) => `${prefix} ${name}`,
      set: (name) => this.#nameOfSet(prefix, name),
      anonymous: (elements, isMap) => {
        const name = `${prefix} ${this.sets.length}`;
        this.sets.push(setOf(name, elements, isMap));
        return name;
      },
    };
  }

  /** Sets of a table keep their names where no other table has one of the same name: conditions are compared by names. */
  readonly #owners = new Map<string, string>();
  #nameOfSet(prefix: string, name: string): string {
    const owner = this.#owners.get(name) ?? prefix;
    this.#owners.set(name, owner);
    return owner === prefix ? name : `${prefix} ${name}`;
  }

  #set(cursor: Cursor, table: NftTable, line: number): void {
    const name = table.set(cursor.take());
    if (!cursor.takes('{')) return;
    const inner = new Cursor(cursor.block(true));
    let type: readonly string[] = [];
    let isMap = false;
    const flags: string[] = [];
    let elements: readonly SetElement[] | undefined = [];
    let written: readonly (readonly Token[])[] = [];
    while (!inner.done) {
      const word = inner.take();
      if (word === 'type' || word === 'typeof') {
        const words = restOfLine(inner).split(' ');
        const colon = words.indexOf(':');
        isMap = colon !== -1;
        type = (colon === -1 ? words : words.slice(0, colon)).filter((each) => each !== '.' && each !== '');
      } else if (word === 'flags') flags.push(...restOfLine(inner).split(/[ ,]+/));
      else if (word === 'elements' && inner.takes('=', '{')) written = listOf(inner.block(false));
    }
    const readers = type.map((each): PartReader => ({ part: partOfType[each as SetType] ?? (() => undefined) }));
    elements = elementsOf(written, readers, isMap ? table : undefined);
    const isFilled = flags.includes('dynamic') || flags.includes('timeout');
    if (!elements && !isFilled) this.unknown.push({ line, kind: 'line', text: `elements of ${name}` });
    this.sets.push({ ...setOf(name, elements ?? [], isMap), ...(isFilled && { dynamic: true }) });
  }

  #chain(cursor: Cursor, table: NftTable & { readonly prefix: string }, start: number): void {
    const name = cursor.take();
    if (!cursor.takes('{')) return;
    const inner = new Cursor(cursor.block(true));
    let base: Hook | undefined;
    const rules: NftRule[] = [];
    while (!inner.done) {
      if (inner.takes('\n') || inner.takes(';')) continue;
      const { line } = inner;
      if (inner.peek() === 'type') base = hookOf(restOfLine(inner));
      else if (inner.peek() === 'policy') {
        inner.take();
        const isDrop = inner.take() === 'drop';
        if (base) base = { ...base, policy: isDrop ? 'drop' : 'accept' };
      } else if (inner.peek() === 'comment') restOfLine(inner);
      else rules.push(this.#rule(lineOf(inner), table, line));
    }
    this.chains.push({
      name: table.chain(name),
      ...(base && { base }),
      rules: [...rules, ...this.#policy(base, table, start)],
    });
    if (base && table.version !== undefined) this.#limitPolicy();
  }

  /** A policy holds for the packets that the table sees: those of both versions go by a rule where it sees one. */
  #policy(base: Hook | undefined, { version }: NftTable, line: number): readonly NftRule[] {
    if (!base || version === undefined || base.policy === 'accept') return [];
    const statements = [{ kind: 'verdict', verdict: { kind: 'drop' } }] as const;
    return [{ matches: [{ kind: 'version', version }], statements, origin: [lineSpan(this.#source, line)] }];
  }

  #limitPolicy(): void {
    const last = this.chains.pop();
    if (last?.base) this.chains.push({ ...last, base: { ...last.base, policy: 'accept' } });
  }

  #rule(tokens: readonly Token[], table: NftTable, line: number): NftRule {
    const { rule, unknown } = readRule(tokens, table);
    this.rules += 1;
    for (const { kind, text } of unknown) this.unknown.push({ line, kind, text, condition: text });
    const seen: readonly Match[] = table.version === undefined ? [] : [{ kind: 'version', version: table.version }];
    return { ...rule, matches: [...seen, ...rule.matches], origin: [lineSpan(this.#source, line)] };
  }
}

function setOf(name: string, elements: readonly SetElement[], isMap: boolean): NftSet {
  return { name, type: [], ...(isMap && { to: 'verdict' as const }), interval: false, dynamic: false, elements };
}

function restOfLine(cursor: Cursor): string {
  return lineOf(cursor)
    .map(({ text }) => text)
    .join(' ');
}

/** The tokens up to the end of the line or `;`, lists in braces whole. */
function lineOf(cursor: Cursor): readonly Token[] {
  const tokens: Token[] = [];
  while (!cursor.done && cursor.peek() !== '\n' && cursor.peek() !== ';') {
    const { line } = cursor;
    const quoted = cursor.isQuoted ? { quoted: true as const } : {};
    const text = cursor.take();
    tokens.push({ text, line, ...quoted });
    if (text === '{' && !('quoted' in quoted)) tokens.push(...cursor.block(false), { text: '}', line });
  }
  return tokens;
}

const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** `type filter hook input priority filter + 10`. */
function hookOf(text: string): Hook | undefined {
  const [, type, hook, name, sign, difference] =
    /^type (filter|nat|route) hook (prerouting|input|forward|output|postrouting) priority (\S+)(?: ([+-]) (\d+))?/.exec(
      text,
    ) ?? [];
  if (type === undefined || name === undefined) return undefined;
  const own = Object.hasOwn(priorities, name) ? (priorities[name] ?? 0) : Number(name);
  const priority = own + (sign === undefined ? 0 : (sign === '-' ? -1 : 1) * Number(difference));
  return { type: type as Hook['type'], hook: hook as Hook['hook'], priority, policy: 'accept' };
}

const addressPart = (text: string): ElementPart | undefined => addressesOf(text);

function numberPart(nameOf?: (text: string) => number | undefined): (text: string) => ElementPart | undefined {
  return (text) => {
    const range = numbersOf(text, nameOf);
    return range && { first: BigInt(range.first), last: BigInt(range.last) };
  };
}

const partOfType: { readonly [T in SetType]: (text: string) => ElementPart | undefined } = {
  ipv4_addr: addressPart,
  ipv6_addr: addressPart,
  inet_service: numberPart(portNumber),
  inet_proto: numberPart(protocolNumber),
  ifname: patternOf,
  ether_addr: (text) => ({ first: BigInt(macNumber(text)), last: BigInt(macNumber(text)) }),
  mark: numberPart(),
  ether_type: () => undefined,
};
