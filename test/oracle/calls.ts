/** The chains that statements call. */
import type { Match, Statement } from '../../compiler/ir/ruleset.ts';

type Facts = readonly Match[];

/** The chains that a statement calls, and the matches of the entry of a dispatch. */
export function callsIn(
  statement: Statement,
): readonly { readonly chain: string; readonly goes: boolean; readonly matches: Facts }[] {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    return 'chain' in verdict ? [{ chain: verdict.chain, goes: verdict.kind === 'goto', matches: [] }] : [];
  }
  if (statement.kind !== 'dispatch') return [];
  return statement.entries.flatMap(({ keys, verdict }) => {
    if (!('chain' in verdict)) return [];
    const matches = statement.fields.flatMap((field, index): Match[] => {
      const key = keys[index];
      if (key === undefined) return [];
      if (typeof key === 'string') return [{ kind: 'state', negated: false, states: [key] }];
      return field === 'state' ? [] : [{ kind: 'interface', field, negated: false, interfaces: [key] }];
    });
    return [{ chain: verdict.chain, goes: verdict.kind === 'goto', matches }];
  });
}
