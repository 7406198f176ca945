/**
 * What a verdict map says, as rules. A map that belongs to old rules is empty for a packet that was on its way through
 * them when the kernel put new ones in their place (measured on Linux 6.18: 1 packet in 10,000 at 250,000 a second and a
 * reload each 30 ms; more, the longer the rules). It would go on as though no key fitted.
 */

import type { FallsThrough } from '../ir/flow.ts';
import type { DispatchEntry, DispatchField, Match, NftRule, Statement } from '../ir/ruleset.ts';
import { isElse } from '../ir/statements/verdict.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { ConnectionState } from '../net/state.ts';

export type Dispatch = Extract<Statement, { kind: 'dispatch' }>;

/** Fewer keys than these are as quickly asked one by one. */
const keysOfAMap = 5;

/** Whether a map is better than rules, and rules behind it do no harm: no packet that it decides comes to them. */
export function isWorthAMap({ entries }: Dispatch, fallsThrough: FallsThrough): boolean {
  return entries.length >= keysOfAMap && !entries.some(({ verdict }) => fallsThrough(verdict));
}

/** The only statement of the rule, if it is a dispatch that rules can say: without `*`, which stands for the rest. */
export function dispatchOf({ statements }: NftRule): Dispatch | undefined {
  const [statement, ...more] = statements;
  if (statement?.kind !== 'dispatch' || more.length > 0 || statement.entries.some(isElse)) return undefined;
  return statement;
}

/** Rules that do for every packet what the dispatch does; those that differ in the last key only are one. */
export function rulesOf(
  dispatch: Dispatch,
  { matches, origin, comment, remark }: Pick<NftRule, 'matches' | 'origin' | 'comment' | 'remark'>,
): readonly NftRule[] {
  const groups = new Map<string, DispatchEntry[]>();
  for (const entry of dispatch.entries) {
    const key = JSON.stringify([entry.keys.slice(0, -1), entry.verdict]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].map((entries) => ({
    matches: [...matches, ...dispatch.fields.map((field, index) => matchOf(field, index, entries))],
    statements: entries.slice(0, 1).map(({ verdict }) => ({ kind: 'verdict', verdict })),
    ...(origin && { origin }),
    ...(comment !== undefined && { comment }),
    ...(remark !== undefined && { remark }),
  }));
}

function matchOf(field: DispatchField, index: number, entries: readonly DispatchEntry[]): Match {
  const keys = entries.map((entry) => entry.keys[index]);
  const [first] = keys;
  const last = index === (entries[0]?.keys.length ?? 0) - 1;
  const wanted = last ? keys : [first];
  if (field === 'state') {
    return { kind: 'state', negated: false, states: wanted.filter(isState) };
  }
  return { kind: 'interface', field, negated: false, interfaces: wanted.filter(isPattern) };
}

function isState(key: InterfacePattern | ConnectionState | undefined): key is ConnectionState {
  return typeof key === 'string';
}

function isPattern(key: InterfacePattern | ConnectionState | undefined): key is InterfacePattern {
  return typeof key === 'object';
}
