/** Rules in a row that only match interfaces become one verdict map. */

import { isEvery, withoutCovered } from '../ir/interfaces.ts';
import type { Chain, DispatchEntry, DispatchField, Match, NftRule, Ruleset } from '../ir/ruleset.ts';
import { entriesOverlap } from '../ir/statements/verdict.ts';
import { type Dispatch, dispatchOf, isWorthAMap } from './dispatch-rules.ts';

/** Rules of the user stay by themselves: each has its counter and its place. */
export function foldDispatch(ruleset: Ruleset): Ruleset {
  return { ...ruleset, chains: ruleset.chains.map(foldChain) };
}

function foldChain(chain: Chain): Chain {
  const rules: NftRule[] = [];
  let open: { readonly dispatch: Dispatch; readonly rules: readonly NftRule[] } | undefined;
  const close = () => {
    const worth = open && open.rules.length > 1 && isWorthAMap(open.dispatch);
    rules.push(...(open && worth ? [{ matches: [], statements: [open.dispatch] }] : (open?.rules ?? [])));
    open = undefined;
  };
  for (const rule of chain.rules) {
    const dispatch = asDispatch(rule);
    const joined = open && dispatch && joinedWith(open.dispatch, dispatch);
    if (open && joined) {
      open = { dispatch: joined, rules: [...open.rules, rule] };
      continue;
    }
    close();
    if (dispatch) open = { dispatch, rules: [rule] };
    else rules.push(rule);
  }
  close();
  return rules.length === chain.rules.length ? chain : { ...chain, rules };
}

function joinedWith(a: Dispatch, b: Dispatch): Dispatch | undefined {
  if (a.fields.join() !== b.fields.join()) return undefined;
  const overlapping = a.entries.some((entry) => b.entries.some((other) => entriesOverlap(entry, other)));
  return overlapping ? undefined : { ...a, entries: [...a.entries, ...b.entries] };
}

/** The rule as a dispatch, when it is one and nothing else. */
function asDispatch({ matches, statements, origin, comment }: NftRule): Dispatch | undefined {
  const statement = statements[0];
  if (!statement || statements.length > 1 || origin || comment !== undefined) return undefined;
  if (statement.kind === 'dispatch') return matches.length === 0 ? dispatchOf({ matches, statements }) : undefined;
  if (statement.kind !== 'verdict' || matches.length === 0) return undefined;
  const asked = matches.map(keysOf).filter((found) => found !== undefined);
  const fields = asked.map(({ field }) => field);
  if (asked.length !== matches.length || new Set(fields).size !== fields.length) return undefined;
  const keys = asked.reduce<DispatchEntry['keys'][]>(
    (all, { values }) => all.flatMap((key) => values.map((value) => [...key, value])),
    [[]],
  );
  return { kind: 'dispatch', fields, entries: keys.map((key) => ({ keys: key, verdict: statement.verdict })) };
}

function keysOf(match: Match): { readonly field: DispatchField; readonly values: DispatchEntry['keys'] } | undefined {
  if (match.kind !== 'interface' || match.negated || match.interfaces.some(isEvery)) return undefined;
  return { field: match.field, values: withoutCovered(match.interfaces) };
}
