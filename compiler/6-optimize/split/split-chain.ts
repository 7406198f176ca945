/**
 * What no look-up decides is asked rule by rule, but only of packets that it can hold for: many rules of one protocol or
 * IP version become a chain of their own, which others do not enter. Rules of different answers have no packet in common,
 * so they may change places.
 */
import type { FallsThrough } from '../../ir/flow.ts';
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { Chain, Match, NftRule, Verdict } from '../../ir/ruleset.ts';
import type { Additions } from '../fold/verdict-map.ts';
import { byProtocol, byVersion, type Criterion } from './criteria.ts';

/** What the rules of a chain are split with. */
export interface Splitting {
  /** Fewer rules are left together. */
  readonly few: number;
  /** Where chains are added. */
  readonly additions: Additions;
  readonly fallsThrough: FallsThrough;
  /** The rules that lead packets into chains that were added, or out of those that were split. */
  readonly guards: Set<NftRule>;
  /** The answer that each rule asks for that leads to a chain, where it is one. */
  readonly callers: ReadonlyMap<Criterion, () => ReadonlyMap<string, number | undefined>>;
  /** Whether the table has packets of both IP versions. */
  readonly dual: boolean;
}

/** The rules of a chain, the same array where nothing is split. */
export function splitRules(chain: Chain, splitting: Splitting): readonly NftRule[] {
  const { name, rules } = chain;
  if (isSplit(rules)) return rules;
  const only = onlyAnswer(rules, byProtocol, splitting);
  if (only !== undefined) return split(chain, byProtocol, only, splitting);
  const parts = apart(name, rules, byProtocol, splitting);
  const version = splitting.dual ? onlyAnswer(parts, byVersion, splitting) : undefined;
  if (version !== undefined) return split({ name, rules: parts }, byVersion, version, splitting);
  return splitting.dual ? apart(name, parts, byVersion, splitting) : parts;
}

/** Whether packets of another answer leave in front of all rules. */
function isSplit([first]: readonly NftRule[]): boolean {
  const [statement] = first?.statements ?? [];
  return first?.origin === undefined && statement?.kind === 'verdict' && statement.verdict.kind === 'return';
}

/** A chain whose rules all need one answer: packets of another leave it, if they come at all. */
function split(chain: Chain, criterion: Criterion, answer: number, splitting: Splitting): readonly NftRule[] {
  const { name, rules } = chain;
  if (splitting.callers.get(criterion)?.().get(name) === answer) return rules;
  return [guard(criterion.others(answer), { kind: 'return' }, splitting), ...rules];
}

/** The answer that all rules need, if it is one. */
function onlyAnswer(rules: readonly NftRule[], criterion: Criterion, splitting: Splitting): number | undefined {
  const [first] = rules;
  const answer = first && criterion.answerOf(first);
  const isSame = rules.every((rule) => criterion.answerOf(rule) === answer && mayMove(rule, splitting));
  return isSame ? answer : undefined;
}

function guard(match: Match, verdict: Verdict, { guards }: Splitting): NftRule {
  const rule: NftRule = { matches: [match], statements: [{ kind: 'verdict', verdict }] };
  guards.add(rule);
  return rule;
}

/** Rules in a row that each need an answer: those of one answer where they are many in a chain of their own. */
function apart(
  name: string,
  rules: readonly NftRule[],
  criterion: Criterion,
  splitting: Splitting,
): readonly NftRule[] {
  const result = runsOf(rules, criterion, splitting).flatMap((run): readonly NftRule[] => {
    const groups = groupsOf(run, criterion);
    return run.flatMap((rule): readonly NftRule[] => {
      const answer = criterion.answerOf(rule);
      const group = answer === undefined ? undefined : groups.get(answer);
      if (answer === undefined || !group || group.length < splitting.few) return [rule];
      if (group[0] !== rule) return [];
      const part = `${name}.${criterion.suffix(answer)}`;
      const chain = splitting.additions.ownChain(part, {
        comment: `rules of ${name} for ${criterion.suffix(answer)}`.slice(0, 128),
        rules: group,
      });
      return [guard(criterion.guard(answer), { kind: 'jump', chain }, splitting)];
    });
  });
  return result.length === rules.length ? rules : result;
}

/** The rules in runs: of rules that may move, or one that may not. */
function runsOf(
  rules: readonly NftRule[],
  criterion: Criterion,
  splitting: Splitting,
): readonly (readonly NftRule[])[] {
  const runs: NftRule[][] = [];
  let open: NftRule[] | undefined;
  for (const rule of rules) {
    const moves = criterion.answerOf(rule) !== undefined && mayMove(rule, splitting);
    if (moves && open) open.push(rule);
    else {
      const run = [rule];
      open = moves ? run : undefined;
      runs.push(run);
    }
  }
  return runs;
}

function groupsOf(run: readonly NftRule[], criterion: Criterion): ReadonlyMap<number, readonly NftRule[]> {
  const groups = new Map<number, NftRule[]>();
  for (const rule of run) {
    const answer = criterion.answerOf(rule);
    if (answer === undefined) continue;
    const known = groups.get(answer);
    if (known) known.push(rule);
    else groups.set(answer, [rule]);
  }
  return groups;
}

/**
 * Whether the rule does the same in a chain that this one jumps to: it never leaves its chain for the caller, and has no
 * words of nft, which stay in their places.
 */
function mayMove({ matches, statements }: NftRule, { fallsThrough }: Splitting): boolean {
  if (matches.some((match) => kindOfMatch(match).opaque)) return false;
  return statements.every((statement) => {
    if (statement.kind === 'dispatch' || statement.kind === 'lookup' || statement.kind === 'raw') return false;
    if (statement.kind !== 'verdict') return true;
    const { verdict } = statement;
    if (verdict.kind === 'goto') return !fallsThrough({ kind: 'jump', chain: verdict.chain });
    return verdict.kind !== 'return';
  });
}
