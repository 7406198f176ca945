/** Which security associations of IPsec the packets of a zone have (options of zones of type `ipsec`). */

import { mostAssociations } from '../../ir/matches/packet.ts';
import type { AssociationQuestion, Match } from '../../ir/ruleset.ts';
import type { AssociationWish } from '../../model/zone.ts';
import { everyAddress } from '../../net/address.ts';

/**
 * A list of matches for each place that the association may have in a packet: any of them may be the one, as in the match
 * `policy` of the kernel (xt_policy.c), and nft asks for one place.
 */
export function associationsAsked(direction: 'in' | 'out', wish: AssociationWish): readonly (readonly Match[])[] {
  const places = Array.from({ length: mostAssociations }, (_none, depth) => depth);
  return places.flatMap((depth) =>
    questionsOf(wish).map((questions) =>
      questions.map((asks): Match => ({ kind: 'association', direction, depth, asks })),
    ),
  );
}

/** A tunnel whose ends do not matter has ends of one IP version or of the other. */
function questionsOf({
  reqid,
  spi,
  tunnel,
  saddr,
  daddr,
}: AssociationWish): readonly (readonly AssociationQuestion[])[] {
  const plain: readonly AssociationQuestion[] = [
    ...(reqid === undefined ? [] : [{ field: 'reqid', ...reqid } as const]),
    ...(spi === undefined ? [] : [{ field: 'spi', ...spi } as const]),
    ...(saddr ? [{ field: 'saddr', range: saddr } as const] : []),
    ...(daddr ? [{ field: 'daddr', range: daddr } as const] : []),
  ];
  if (!tunnel || saddr || daddr) return [plain];
  return ([4, 6] as const).map((version) => [...plain, { field: 'saddr', range: everyAddress(version) }]);
}
