/** Statements as nft prints them. */

import type { Match, RejectWith, Statement } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import { type NftTable, verdictOf } from './nft-elements.ts';
import type { Cursor } from './nft-tokens.ts';
import { addressesOf, numbersOf, portNumber } from './nft-values.ts';

/** Reads a statement at the cursor; undefined where it is not understood. */
export type StatementReader = (
  cursor: Cursor,
  table: NftTable,
  matches: readonly Match[],
) => readonly Statement[] | undefined;

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

/** `flow add @table`. */
const offload: StatementReader = (cursor) => {
  const flowtable = cursor.takes('flow', 'add') ? cursor.take() : '';
  return flowtable.startsWith('@') ? [{ kind: 'offload', flowtable: flowtable.slice(1) }] : undefined;
};

/** The statements by their first word. */
export const statementReaders: Readonly<Record<string, StatementReader>> = {
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
  flow: offload,
  meta: ofMeta,
  ct: ofConnection,
  ip: ofHeader,
  ip6: ofHeader,
  tcp: ofHeader,
  add: fills,
  update: fills,
  delete: fills,
};
