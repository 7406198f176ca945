/** Would the packets notice a mistake? Rules of ours are taken out or turned round, and the packets judged again. */

import type { Place } from '../../compiler/analyze/outcome.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Network, Packet } from '../../compiler/ir/packet.ts';
import type { NftRule, Ruleset, Statement } from '../../compiler/ir/ruleset.ts';
import { isRedundant, isShadowed } from './proof.ts';

/** What came of the mutants of one configuration. */
export interface MutantResult {
  readonly made: number;
  readonly noticed: number;
  /** Those that change no packet's fate whatsoever, each with why (proof.ts). */
  readonly equivalent: readonly string[];
  readonly missed: readonly string[];
}

interface Mutant {
  readonly name: string;
  readonly ruleset: Ruleset;
  readonly chain: string;
  readonly rule: number;
  readonly how: 'taken out' | 'turned round';
}

/** Judges at most `count` mutants of rules that come from lines of `rules`. */
export function judgeMutants(
  ruleset: Ruleset,
  packets: readonly Packet[],
  network: Network,
  count: number,
  next: () => number,
): MutantResult {
  const all = mutantsOf(ruleset);
  const chosen: Mutant[] = [];
  while (chosen.length < count && all.length > 0) chosen.push(...all.splice(Math.floor(next() * all.length), 1));
  const before = fatesOf(ruleset, packets, network);
  const equivalent: string[] = [];
  const missed: string[] = [];
  let noticed = 0;
  for (const mutant of chosen) {
    const changed = fatesOf(mutant.ruleset, packets, network).some((each, index) => each !== before[index]);
    if (changed) noticed += 1;
    else if (isShadowed(ruleset, mutant)) equivalent.push(`${mutant.name}: rules before it leave no packet for it`);
    else if (mutant.how === 'taken out' && isRedundant(ruleset, mutant))
      equivalent.push(`${mutant.name}: what follows does the same`);
    else missed.push(mutant.name);
  }
  return { made: chosen.length, noticed, equivalent, missed };
}

/** What becomes of packets that come one after the other: each meets the sets as the last one left them. */
function fatesOf(ruleset: Ruleset, packets: readonly Packet[], network: Network): readonly string[] {
  let now = ruleset;
  return packets.map((packet) => {
    const judged = evaluate(now, packet, network);
    now = { ...now, sets: judged.sets };
    return fateOf(judged);
  });
}

/** What becomes of a packet, as far as anybody can see. */
export function fateOf(judged: Judgement): string {
  const { verdict, leaves } = judged;
  return [verdict, judged.reject?.kind, leaves.saddr, leaves.daddr, leaves.dport, leaves.oif, judged.helper].join(' ');
}

function mutantsOf(ruleset: Ruleset): Mutant[] {
  return ruleset.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index): readonly Mutant[] => {
      const span = rule.origin?.at(-1);
      const file = span?.source.path;
      if (!span || (file !== 'rules' && file !== 'stoppedrules') || !decides(rule)) return [];
      const place = `${chain.name} ${file}:${span.source.text.slice(0, span.start).split('\n').length}`;
      const missing = without(ruleset, { chain: chain.name, rule: index });
      const turned = replaced(ruleset, chain.name, index, [{ ...rule, statements: rule.statements.map(turn) }]);
      return [
        { name: `${place} taken out`, ruleset: missing, chain: chain.name, rule: index, how: 'taken out' },
        { name: `${place} turned round`, ruleset: turned, chain: chain.name, rule: index, how: 'turned round' },
      ];
    }),
  );
}

function decides({ statements }: NftRule): boolean {
  const last = statements.at(-1);
  return (
    last?.kind === 'reject' ||
    (last?.kind === 'verdict' && last.verdict.kind !== 'jump' && last.verdict.kind !== 'continue')
  );
}

/** Accepted becomes dropped, refused becomes accepted. */
function turn(statement: Statement): Statement {
  if (statement.kind === 'reject') return { kind: 'verdict', verdict: { kind: 'accept' } };
  if (statement.kind !== 'verdict') return statement;
  const { verdict } = statement;
  if (verdict.kind === 'accept') return { kind: 'verdict', verdict: { kind: 'drop' } };
  if (verdict.kind === 'drop') return { kind: 'verdict', verdict: { kind: 'accept' } };
  if (verdict.kind === 'goto')
    return {
      kind: 'verdict',
      verdict: { kind: verdict.chain.startsWith('accept') || /ACCEPT/.test(verdict.chain) ? 'drop' : 'accept' },
    };
  return statement;
}

/** The ruleset without one of its rules. */
export function without(ruleset: Ruleset, { chain, rule }: Place): Ruleset {
  return replaced(ruleset, chain, rule, []);
}

function replaced(ruleset: Ruleset, chain: string, index: number, rules: readonly NftRule[]): Ruleset {
  return {
    ...ruleset,
    chains: ruleset.chains.map((each) =>
      each.name === chain
        ? { ...each, rules: [...each.rules.slice(0, index), ...rules, ...each.rules.slice(index + 1)] }
        : each,
    ),
  };
}
