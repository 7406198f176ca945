/**
 * No rule looks into a list of ranges. The kernel puts the ranges of a new set in their place only after the rules that
 * look into it (nf_tables_commit; measured on Linux 6.18: of packets on their way at that moment some found an empty
 * set, 10 at each reload of 60 rules and 90 at each of 5,000, at 250,000 packets a second). Then a list of what is
 * refused would let everything pass. A single range, and a list of single values, are always whole.
 */
import { versionOf } from '../ir/context.ts';
import { type FallsThrough, fallingThrough } from '../ir/flow.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { Chain, Match, NftRule, Ruleset } from '../ir/ruleset.ts';
import { piecesOf } from './pieces.ts';

/** More rules than these from one are made by chains, so that lists in one rule add up and do not multiply. */
const mostRules = 8;
/** More pieces than these, which must all differ, are not put into one rule: the kernel limits its length. */
const mostDifferences = 16;

export function splitRanges(ruleset: Ruleset): Ruleset {
  const fallsThrough = fallingThrough(ruleset);
  const taken = new Set(ruleset.chains.map(({ name }) => name));
  const chains = ruleset.chains.flatMap((chain) => {
    const made: Chain[] = [];
    const add: AddChain = (rules) => {
      let number = 1;
      while (taken.has(`${chain.name}.${number}`)) number += 1;
      const name = `${chain.name}.${number}`;
      taken.add(name);
      made.push({ name, comment: `part of a rule of ${chain.name}`.slice(0, 128), rules });
      return name;
    };
    const rules = chain.rules.flatMap((rule) => split(rule, fallsThrough, add));
    const same = rules.length === chain.rules.length && rules.every((rule, index) => rule === chain.rules[index]);
    return same ? [chain] : [{ ...chain, rules }, ...made];
  });
  return { ...ruleset, chains };
}

type AddChain = (rules: readonly NftRule[]) => string;

/** What must hold, one after the other: `any` of several matches, or `none` of them. */
type Step =
  | { readonly kind: 'any'; readonly matches: readonly Match[] }
  | { readonly kind: 'none'; readonly matches: readonly Match[] }
  | { readonly kind: 'all'; readonly matches: readonly Match[] };

function split(rule: NftRule, fallsThrough: FallsThrough, add: AddChain): readonly NftRule[] {
  const steps = rule.matches.map(stepOf);
  if (steps.every((step, index) => step.kind === 'all' && step.matches[0] === rule.matches[index])) return [rule];
  const rules = steps.reduce((count, step) => count * (step.kind === 'any' ? step.matches.length : 1), 1);
  const remembers = rules > 1 && rule.matches.some((match) => kindOfMatch(match).stateful);
  const long = steps.some(({ kind }) => kind === 'none');
  const mayReturn = returns(rule, fallsThrough);
  if (remembers && mayReturn) return [rule]; // its memory cannot be shared, nor its verdict said elsewhere
  if ((remembers || long || rules > mostRules) && !mayReturn) return byChains(rule, steps, add);
  return alternatives(steps).map((matches) => ({ ...rule, matches }));
}

function stepOf(match: Match): Step {
  const pieces = piecesOf(match);
  if (!('negated' in match) || !match.negated || pieces.length === 1)
    return pieces.length > 1 ? { kind: 'any', matches: pieces } : { kind: 'all', matches: pieces };
  return { kind: pieces.length > mostDifferences ? 'none' : 'all', matches: pieces };
}

/** Whether the rule may send packets back to the caller of its chain, which it could not do from a chain of its own. */
function returns({ statements }: NftRule, fallsThrough: FallsThrough): boolean {
  return statements.some((statement) => {
    if (statement.kind === 'dispatch') return true;
    if (statement.kind !== 'verdict') return false;
    const { verdict } = statement;
    return verdict.kind === 'return' || (verdict.kind === 'goto' && fallsThrough({ ...verdict, kind: 'jump' }));
  });
}

/** One list of matches for each way in which all steps can hold. */
function alternatives(steps: readonly Step[]): readonly (readonly Match[])[] {
  return steps.reduce<readonly (readonly Match[])[]>(
    (ways, step) =>
      step.kind === 'any'
        ? ways.flatMap((way) => step.matches.map((match) => [...way, match]))
        : ways.map((way) => [...way, ...step.matches]),
    [[]],
  );
}

/** A chain for each step, from which packets that pass it go on to the next. */
function byChains(rule: NftRule, steps: readonly Step[], add: AddChain): readonly NftRule[] {
  const first = steps.findIndex(({ kind }) => kind !== 'all');
  const before = steps.slice(0, first).flatMap(({ matches }) => matches);
  const known = contextFor(rule);
  const { matches: _, ...end } = rule;
  let next = add([{ ...end, matches: known }]);
  for (const step of steps.slice(first).toReversed()) next = add(rulesFor(step, known, next));
  return [{ matches: before, statements: [{ kind: 'verdict', verdict: { kind: 'jump', chain: next } }] }];
}

function rulesFor({ kind, matches }: Step, known: readonly Match[], next: string): readonly NftRule[] {
  const on = (wanted: readonly Match[]): NftRule => ({
    matches: [...known, ...wanted],
    statements: [{ kind: 'verdict', verdict: { kind: 'goto', chain: next } }],
  });
  if (kind === 'all') return [on(matches)];
  if (kind === 'any') return matches.map((match) => on([match]));
  // `!=` also asks whether the packet has such a field, so one of them stands at the end.
  const out = matches.map(
    (match): NftRule => ({
      matches: [...known, { ...match, negated: false } as Match],
      statements: [{ kind: 'verdict', verdict: { kind: 'return' } }],
    }),
  );
  return [...out, on(matches.slice(0, 1))];
}

/** What nft wants to read in every rule that looks at addresses or ports: the IP version and the protocol. */
function contextFor({ matches }: NftRule): readonly Match[] {
  const version = versionOf(matches);
  const protocols = matches.flatMap((match) => {
    if (match.kind === 'protocol' && !match.negated) return match.protocols;
    if (match.kind === 'port' && match.protocol !== 'any') return [match.protocol];
    return match.kind === 'tcpFlags' ? [6] : [];
  });
  return [
    ...(version === undefined ? [] : [{ kind: 'version', version } as const]),
    ...(protocols.length === 0
      ? []
      : [{ kind: 'protocol', negated: false, protocols: [...new Set(protocols)] } as const]),
  ];
}
