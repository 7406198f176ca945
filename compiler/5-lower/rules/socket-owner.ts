/**
 * USER with `!` holds for packets without a socket, too: those that the kernel sends by itself, and in `snat` those that
 * are passed on (xt_owner.c, owner_mt). nft gives up a rule that asks such a packet for its user (nft_meta.c), so `!=`
 * alone would leave them out. A chain of its own asks the other way round: whom the line names goes back.
 */
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { Chain, Match, NftRule, Ruleset } from '../../ir/ruleset.ts';
import { back, goto, jump } from './verdicts.ts';

/** The ruleset with every question for others than a user or a group asked of packets without a socket, too. */
export function askSenders(ruleset: Ruleset): Ruleset {
  const taken = new Set(ruleset.chains.map(({ name }) => name));
  const partOf = ({ name }: Chain, rules: readonly NftRule[]): Chain => {
    let number = 1;
    while (taken.has(`${name}.${number}`)) number += 1;
    taken.add(`${name}.${number}`);
    return { name: `${name}.${number}`, comment: `part of ${name}`.slice(0, 128), rules };
  };
  const unfolded = (chain: Chain): readonly Chain[] => {
    const at = chain.rules.findIndex(({ matches }) => matches.some(namesOthers));
    const rule = chain.rules[at];
    if (!rule) return [chain];
    const [before, behind] = [chain.rules.slice(0, at), chain.rules.slice(at + 1)];
    const asked = (left: NftRule['statements'][number]): readonly NftRule[] => [
      ...rule.matches
        .filter(namesOthers)
        .map((match) => ({ matches: [{ ...match, negated: false }], statements: [left] })),
      { ...rule, matches: rule.matches.filter((match) => !namesOthers(match)) },
    ];
    const led: Pick<NftRule, 'matches' | 'origin'> = {
      matches: rule.matches.filter((match) => !namesOthers(match) && !kindOfMatch(match).stateful),
      ...(rule.origin ? { origin: rule.origin } : {}),
    };
    if (!leavesChain(rule)) {
      const others = partOf(chain, asked(back));
      return [
        ...unfolded({ ...chain, rules: [...before, { ...led, statements: [jump(others.name)] }, ...behind] }),
        others,
      ];
    }
    // From a chain that is jumped to, the rule could not leave this one: what stands behind it becomes a chain, too.
    const rest = partOf(chain, behind);
    const others = partOf(chain, [...asked(goto(rest.name)), { matches: [], statements: [goto(rest.name)] }]);
    const rules = [
      ...before,
      { ...led, statements: [goto(others.name)] },
      { matches: [], statements: [goto(rest.name)] },
    ];
    return [{ ...chain, rules }, others, ...unfolded(rest)];
  };
  return { ...ruleset, chains: ruleset.chains.flatMap(unfolded) };
}

type SenderMatch = Match & { readonly kind: 'user' | 'group' };

function namesOthers(match: Match): match is SenderMatch {
  return (match.kind === 'user' || match.kind === 'group') && match.negated;
}

function leavesChain({ statements }: NftRule): boolean {
  return statements.some(
    (each) => each.kind === 'verdict' && (each.verdict.kind === 'return' || each.verdict.kind === 'goto'),
  );
}
