/**
 * Kinds of addresses that iptables and ip6tables read differently (xt_addrtype.c, match_type6): UNICAST, and lists with
 * MULTICAST. A line for both IP versions cannot ask for them as the listing does.
 */
import { kindOfMatch } from '../../ir/matches/index.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Leaf } from './leaves.ts';

type AddressTypes = Match & { readonly kind: 'addressType' };

/**
 * The same leaf in words that both read alike: one for MULTICAST and one for the other kinds. What cannot be said so, or
 * would count packets twice, becomes a condition for which there is no line.
 */
export function forBothVersions(leaf: Leaf): readonly Leaf[] {
  const match = leaf.matches.find(isReadDifferently);
  if (!match) return [leaf];
  const instead = (other: Match): Leaf => ({
    ...leaf,
    matches: leaf.matches.map((each) => (each === match ? other : each)),
  });
  const remembers = leaf.matches.some((each) => kindOfMatch(each).stateful || each.kind === 'raw');
  if (match.types.includes('unicast') || remembers) return forBothVersions(instead(unsayable(match)));
  const others = match.types.filter((type) => type !== 'multicast');
  return [others, ['multicast'] as const].flatMap((types) => forBothVersions(instead({ ...match, types })));
}

/** As nft lists it: no line holds words in braces, so it is named as what the line lacks. */
function unsayable({ field, negated, types }: AddressTypes): Match {
  return { kind: 'raw', text: `fib ${field} type ${negated ? '!= ' : ''}{ ${types.join(', ')} }` };
}

function isReadDifferently(match: Match): match is AddressTypes {
  if (match.kind !== 'addressType') return false;
  const { types, negated } = match;
  // None of several kinds is asked one after the other.
  return types.includes('unicast') || (!negated && types.includes('multicast') && types.length > 1);
}
