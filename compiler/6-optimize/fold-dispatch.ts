/** Rules in a row that only ask for the interface or the state become one verdict map. */
import { isEvery, withoutCovered } from '../ir/interfaces.ts';
import type { Chain, DispatchEntry, DispatchField, Match, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import { entriesOverlap, isElse } from '../ir/statements/verdict.ts';

type Dispatch = Extract<Statement, { kind: 'dispatch' }>;

/** Rules of the user stay by themselves: each has its counter and its place. */
export function foldDispatch(ruleset: Ruleset): Ruleset {
  // `notrack` in a chain that a rule jumps to would change the state that the next rule asks for.
  const stateIsFixed = !ruleset.chains.some(({ rules }) =>
    rules.some((rule) => rule.statements.some(({ kind }) => kind === 'notrack')),
  );
  return { ...ruleset, chains: ruleset.chains.map((chain) => foldChain(chain, stateIsFixed)) };
}

function foldChain(chain: Chain, stateIsFixed: boolean): Chain {
  const rules: NftRule[] = [];
  let open: Dispatch | undefined;
  for (const rule of chain.rules) {
    const dispatch = asDispatch(rule);
    if (!dispatch || (!stateIsFixed && dispatch.fields.includes('state'))) {
      rules.push(rule);
      open = undefined;
      continue;
    }
    const joined: Dispatch | undefined = open && joinedWith(open, dispatch);
    if (joined) rules[rules.length - 1] = { matches: [], statements: [joined] };
    else rules.push(rule);
    open = joined ?? dispatch;
  }
  return rules.length === chain.rules.length ? chain : { ...chain, rules };
}

function joinedWith(a: Dispatch, b: Dispatch): Dispatch | undefined {
  if (a.fields.join() !== b.fields.join()) return undefined;
  const overlapping = a.entries.some((entry) => b.entries.some((other) => entriesOverlap(entry, other)));
  return overlapping ? undefined : { ...a, entries: [...a.entries, ...b.entries] };
}

/** The rule as a dispatch, when it is one and nothing else. */
function asDispatch({ matches, statements, origin, comment }: NftRule): Dispatch | undefined {
  const [statement, ...more] = statements;
  if (!statement || more.length > 0 || origin || comment !== undefined) return undefined;
  if (statement.kind === 'dispatch')
    return matches.length === 0 && !statement.entries.some(isElse) ? statement : undefined;
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
  if (match.kind === 'state' && !match.negated) return { field: 'state', values: [...new Set(match.states)] };
  if (match.kind !== 'interface' || match.negated || match.interfaces.some(isEvery)) return undefined;
  return { field: match.field, values: withoutCovered(match.interfaces) };
}
