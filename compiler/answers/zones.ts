/** The packets of a zone, as a set: what the ruleset itself asks to send packets to the chains of zones. */

import { Program } from '../5-lower/ruleset-builder.ts';
import { groupMatches } from '../5-lower/zones/zone-match.ts';
import { type Node, never } from '../analyze/diagram.ts';
import type { FieldValues } from '../ir/fields.ts';
import { setsByName } from '../ir/flow.ts';
import { extentOf } from '../ir/matches/index.ts';
import type { Zone } from '../model/zone.ts';
import type { Analysis, Firewall } from './firewall.ts';

/** Packets that come from a zone, or that go to it, wherever it stands among the zones that it overlaps. */
export function packetsOf(zone: Zone, side: 'source' | 'dest', { firewall, space, paths }: Analysis): Node {
  const { diagrams } = space;
  const { sets } = paths.functions;
  const program = new Program(firewall.model);
  const field = side === 'source' ? 'iifname' : 'oifname';
  if (zone.kind === 'firewall') return space.having({ field, patterns: [{ name: '', wildcard: false }] });
  const groups = zone.hosts.filter((group) => (side === 'source' ? !group.destinationOnly : !group.sourceOnly));
  return groups
    .flatMap((group) => groupMatches(group, side, program))
    .reduce((all, matches) => {
      const inside = matches.reduce<Node>(
        (node, match) => diagrams.and(node, space.inExtent(extentOf(match, sets), '')),
        diagrams.not(space.having({ field, patterns: [{ name: '', wildcard: false }] })),
      );
      return diagrams.or(all, inside);
    }, never);
}

/** The packets that the firewall counts to a zone: those of no zone that comes before it. */
export function packetsOfZoneAlone(zone: Zone, side: 'source' | 'dest', analysis: Analysis): Node {
  const { diagrams } = analysis.space;
  const { zones } = analysis.firewall.model;
  return zones
    .slice(0, zones.indexOf(zone))
    .reduce((rest, other) => diagrams.minus(rest, packetsOf(other, side, analysis)), packetsOf(zone, side, analysis));
}

/** What tells the zones apart: for a space in which packets of zones are asked for. */
export function valuesOfZones({ model, ruleset }: Firewall): readonly FieldValues[] {
  const program = new Program(model);
  const sets = setsByName(ruleset);
  return model.zones.flatMap(({ hosts }) =>
    hosts.flatMap((group) =>
      [...groupMatches(group, 'source', program), ...groupMatches(group, 'dest', program)].flat().flatMap((match) => {
        const { requires, boxes } = extentOf(match, sets);
        return [...requires, ...boxes.flat()];
      }),
    ),
  );
}
