/** What a verdict map of interfaces says, as rules. */
import { isEvery } from '../ir/interfaces.ts';
import type { DispatchEntry, DispatchField, Match, NftRule, Statement } from '../ir/ruleset.ts';
import type { InterfacePattern } from '../net/interface.ts';

export type Dispatch = Extract<Statement, { kind: 'dispatch' }>;

/** Fewer keys than these are as quickly matched one by one. */
const keysOfAMap = 5;

/** Whether a map is better than rules. A named map has no key that stands for every interface. */
export function isWorthAMap({ entries }: Dispatch): boolean {
  return entries.length >= keysOfAMap && !entries.some(hasEvery);
}

function hasEvery({ keys }: DispatchEntry): boolean {
  return keys.some((key) => typeof key === 'object' && isEvery(key));
}

/** The only statement of the rule, if it is a dispatch by interfaces, none of whose keys stands for the rest. */
export function dispatchOf({ statements }: NftRule): Dispatch | undefined {
  const statement = statements[0];
  if (statement?.kind !== 'dispatch' || statements.length > 1) return undefined;
  const isElse = statement.entries.some(({ keys }) => keys.every((key) => typeof key === 'object' && isEvery(key)));
  return isElse || statement.fields.includes('state') ? undefined : statement;
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
  const last = index === (entries[0]?.keys.length ?? 0) - 1;
  const wanted = last ? keys : keys.slice(0, 1);
  return {
    kind: 'interface',
    field: field === 'oifname' ? field : 'iifname',
    negated: false,
    interfaces: wanted.filter(isPattern),
  };
}

function isPattern(key: DispatchEntry['keys'][number] | undefined): key is InterfacePattern {
  return typeof key === 'object';
}
