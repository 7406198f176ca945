/** Statements that decide where a packet goes on: verdicts, refusals, dispatch by a key, a queue. */
import { invariant } from '../../invariant.ts';
import { elementFor, printVerdict } from '../elements.ts';
import type { Box } from '../fields.ts';
import { fits, isEvery, overlap, printInterface } from '../interfaces.ts';
import type { StatementKind, StatementOf } from '../kind.ts';
import { versionIs } from '../matches/address.ts';
import { keyOf, printSetKey } from '../matches/set.ts';
import { named } from '../names.ts';
import type { DispatchEntry, DispatchField, FrameTable, RejectWith, Ruleset, Verdict } from '../ruleset.ts';
import type { Situation } from '../situation.ts';

export const verdictStatement: StatementKind<StatementOf<'verdict'>> = {
  print: ({ verdict }) => printVerdict(verdict),
  run: ({ verdict }) => verdict,
};

/** What the kernel makes of the abstract refusals (kernel: nf_reject icmp_code_v4 and icmp_code_v6 in nft_reject.c). */
const plainTypes = {
  'no-route': { 4: 'net-unreachable', 6: 'no-route' },
  'port-unreachable': { 4: 'port-unreachable', 6: 'port-unreachable' },
  'host-unreachable': { 4: 'host-unreachable', 6: 'addr-unreachable' },
  'admin-prohibited': { 4: 'admin-prohibited', 6: 'admin-prohibited' },
} as const;

/** The refusal as a table takes it: those of one IP version know no abstract ones. */
export function refusalIn(reply: RejectWith, family: (Ruleset | FrameTable)['family']): RejectWith {
  if (reply.kind !== 'icmpx') return reply;
  if (family !== 'ip' && family !== 'ip6') return reply;
  if (family === 'ip') return { kind: 'icmp', type: plainTypes[reply.type][4] };
  return { kind: 'icmpv6', type: plainTypes[reply.type][6] };
}

/** nft makes the rule hold only for packets that can be told so: TCP for a reset, one IP version for its own ICMP. */
export const rejectStatement: StatementKind<StatementOf<'reject'>> = {
  print(statement, { family }) {
    const reply = refusalIn(statement.with, family);
    return reply.kind === 'tcp-reset' ? 'reject with tcp reset' : `reject with ${reply.kind} ${reply.type}`;
  },
  requires: ({ with: reply }) => canBeTold(reply),
  run: (statement) => ({ kind: 'reject', with: statement.with }),
};

function canBeTold({ kind }: RejectWith): Box {
  if (kind === 'tcp-reset') return [{ field: 'protocol', ranges: [{ first: 6, last: 6 }] }];
  return kind === 'icmpx' ? [] : [versionIs(kind === 'icmp' ? 4 : 6)];
}

/** Elements of a map are disjoint, so there is at most one for a key. */
export const lookupStatement: StatementKind<StatementOf<'lookup'>> = {
  print: ({ map, key }, context) => `${printSetKey(key, context)} vmap @${named(map)}`,
  run({ map, key }, { situation }) {
    const found = situation.sets.get(map);
    invariant(found, `no map ${map}`);
    const values = keyOf(key, situation);
    const element = values && elementFor(found, values);
    return (element === undefined ? undefined : found.elements[element]?.verdict) ?? { kind: 'break' };
  },
};

/** The entries must be disjoint: nft refuses keys that overlap. */
export const dispatchStatement: StatementKind<StatementOf<'dispatch'>> = {
  print({ fields, entries }) {
    invariant(fields.length > 0 && entries.length > 0, 'a dispatch of nothing');
    checkDisjoint(entries);
    const selector = fields.map((field) => (field === 'state' ? 'ct state' : field)).join(' . ');
    const keys = entries.map((entry) => printKeys(entry, fields));
    if (entries.length === 1) return `${selector} vmap { ${keys[0]} : ${printVerdict(entryAt(entries, 0))} }`;
    const width = Math.max(...keys.map((key) => key.length));
    const lines = keys.map((key, index) => `\t${key.padEnd(width)} : ${printVerdict(entryAt(entries, index))}`);
    return `${selector} vmap {\n${lines.join(',\n')}\n}`;
  },
  run({ fields, entries }, { situation }) {
    const found = entries.find((entry) => entryFits(entry, fields, situation));
    return found?.verdict ?? { kind: 'break' };
  },
};

function entryAt(entries: readonly DispatchEntry[], index: number): Verdict {
  const entry = entries[index];
  invariant(entry, 'an entry of a dispatch');
  return entry.verdict;
}

function printKeys({ keys }: DispatchEntry, fields: readonly DispatchField[]): string {
  invariant(keys.length === fields.length, 'a key of a dispatch with another number of fields');
  if (keys.every((key) => typeof key === 'object' && isEvery(key))) return '*';
  return keys.map((key) => (typeof key === 'string' ? key : printInterface(key))).join(' . ');
}

function entryFits({ keys }: DispatchEntry, fields: readonly DispatchField[], situation: Situation): boolean {
  return keys.every((key, index) => {
    if (typeof key === 'string') return key === situation.state;
    return fits(key, (fields[index] === 'oifname' ? situation.oif : situation.packet.iif) ?? '');
  });
}

/** The packets that have the keys of an entry. */
export function boxOfEntry({ keys }: DispatchEntry, fields: readonly DispatchField[]): Box {
  return keys.map((key, index) => {
    if (typeof key === 'string') return { field: 'state', words: [key] };
    return { field: fields[index] === 'oifname' ? 'oifname' : 'iifname', patterns: [key] };
  });
}

/** Whether some packet has the keys of both entries. */
export function entriesOverlap(a: DispatchEntry, b: DispatchEntry): boolean {
  return a.keys.every((key, index) => {
    const other = b.keys[index];
    return typeof key === 'string' || typeof other === 'string' ? key === other : !!other && overlap(key, other);
  });
}

function hasWildcard({ keys }: DispatchEntry): boolean {
  return keys.some((key) => typeof key === 'object' && key.wildcard);
}

/** The element `*` stands for what no other element means, so it alone may overlap. */
export function isElse({ keys }: DispatchEntry): boolean {
  return keys.every((key) => typeof key === 'object' && isEvery(key));
}

function checkDisjoint(entries: readonly DispatchEntry[]): void {
  const spelled = new Set(entries.map(({ keys }) => JSON.stringify(keys)));
  invariant(spelled.size === entries.length, 'a dispatch with the same key twice');
  invariant(!entries.slice(0, -1).some(isElse), 'a dispatch where `*` is not the last key');
  for (const wild of entries.filter((entry) => hasWildcard(entry) && !isElse(entry))) {
    const other = entries.find((entry) => entry !== wild && !isElse(entry) && entriesOverlap(entry, wild));
    invariant(!other, `a dispatch whose keys overlap: ${JSON.stringify([wild.keys, other?.keys])}`);
  }
}

/**
 * The entries of a dispatch in groups of disjoint ones, to be asked one after the other, so that the first entry that
 * fits wins. Exact only while the verdicts of entries that overlap later ones do not come back.
 */
export function disjointGroups(entries: readonly DispatchEntry[]): readonly (readonly DispatchEntry[])[] {
  const groups: DispatchEntry[][] = [];
  const wild: { readonly entry: DispatchEntry; readonly group: number }[] = [];
  const placed: { readonly entry: DispatchEntry; readonly group: number }[] = [];
  for (const entry of entries) {
    const rivals = hasWildcard(entry) ? placed : wild;
    const at = rivals.reduce(
      (last, rival) => (entriesOverlap(rival.entry, entry) ? Math.max(last, rival.group + 1) : last),
      0,
    );
    groups[at] = [...(groups[at] ?? []), entry];
    placed.push({ entry, group: at });
    if (hasWildcard(entry)) wild.push({ entry, group: at });
  }
  return groups;
}

/** The program at the other end decides; here the packet is taken to be let on. */
export const queueStatement: StatementKind<StatementOf<'queue'>> = {
  print({ first, last, bypass, fanout }) {
    const flags = [...(bypass ? ['bypass'] : []), ...(fanout ? ['fanout'] : [])];
    return `queue ${flags.length > 0 ? `flags ${flags.join(',')} ` : ''}to ${first === last ? first : `${first}-${last}`}`;
  },
  run: () => ({ kind: 'accept' }),
};
