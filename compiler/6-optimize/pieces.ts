/**
 * Lists with ranges that no key of a named set can hold, in pieces that each need no set of ranges: the single values
 * together, each range alone.
 */

import type { MatchOf } from '../ir/kind.ts';
import { withoutCodesOfWholeTypes } from '../ir/matches/transport.ts';
import type { Match } from '../ir/ruleset.ts';
import { joinNumbers, joinRanges } from '../net/address.ts';

type Kind = Match['kind'];
type ListKind = 'originalAddress' | 'originalPort' | 'user' | 'group' | 'length' | 'hopLimit' | 'icmp';

/** How the list of a match is taken apart: no packet fits two pieces. */
const parted: { readonly [K in ListKind]: (match: MatchOf<K>) => readonly Match[] } = {
  originalAddress: (match) => apart(joinRanges(match.ranges), isRange, (ranges) => ({ ...match, ranges })),
  originalPort: (match) => apart(joinNumbers(match.ranges), isRange, (ranges) => ({ ...match, ranges })),
  user: (match) => apart(joinNumbers(match.ids), isRange, (ids) => ({ ...match, ids })),
  group: (match) => apart(joinNumbers(match.ids), isRange, (ids) => ({ ...match, ids })),
  hopLimit: (match) => apart(joinNumbers(match.ranges), isRange, (ranges) => ({ ...match, ranges })),
  length: (match) => apart(joinNumbers(match.ranges), isRange, (ranges) => ({ ...match, ranges })),
  // Types with a code and whole types in one list become ranges of codes.
  icmp: (match) =>
    apart(
      withoutCodesOfWholeTypes(match.types),
      ({ code }) => code !== undefined,
      (types) => ({ ...match, types }),
    ),
};

/** The pieces of a match; one, the match itself, where there is nothing to take apart. */
export function piecesOf(match: Match): readonly Match[] {
  const take = (parted as Partial<Record<Kind, (match: Match) => readonly Match[]>>)[match.kind];
  const pieces = take?.(match) ?? [match];
  return pieces.length > 1 ? pieces : [match];
}

function apart<Value>(
  values: readonly Value[],
  isAlone: (value: Value) => boolean,
  matchOf: (values: readonly Value[]) => Match,
): readonly Match[] {
  const together = values.filter((value) => !isAlone(value));
  const alone = values.filter(isAlone).map((value) => [value]);
  return [...(together.length > 0 ? [together] : []), ...alone].map(matchOf);
}

function isRange<Bound extends bigint | number>({
  first,
  last,
}: {
  readonly first: Bound;
  readonly last: Bound;
}): boolean {
  return first !== last;
}
