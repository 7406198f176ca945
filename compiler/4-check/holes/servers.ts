import { dnatOfEverything, hairpinDropped } from '../../diagnostics/catalogue/holes.ts';
import type { Model } from '../../model/index.ts';
import type { Rule } from '../../model/rule.ts';
import type { Law } from '../law.ts';

/** A DNAT names what it translates, and its packets can go where it sends them. */
export const serversAreReached: Law = (model, { report }) => {
  for (const rule of model.rules) {
    const { action, traffic, origin } = rule;
    if (rule.blacklist) continue;
    if (
      action.kind === 'dnat' &&
      traffic.protocols.length === 0 &&
      !traffic.originalDest &&
      traffic.conditions.length === 0
    )
      report.add(dnatOfEverything(origin, 'DNAT'));
    const closed = closedHairpin(rule, model);
    if (closed && !report.leftOut.isPartOf('interfaces', 'hosts'))
      report.add(hairpinDropped(origin, closed.zone, closed.interface));
  }
};

/** The zone and its only interface, where the rule is for connections within it that the interface does not route back. */
function closedHairpin(
  { pairs, action }: Rule,
  { zones, firewall }: Model,
): { readonly zone: string; readonly interface: string } | undefined {
  const pair = pairs[0];
  if (!pair || pairs.length > 1 || pair.source !== pair.dest || pair.source === firewall) return undefined;
  if (action.kind !== 'dnat' && action.kind !== 'accept') return undefined;
  const zone = zones.find(({ name }) => name === pair.source);
  const [group] = zone?.hosts ?? [];
  if (!zone || !group || group.interface.pattern.wildcard) return undefined;
  if (zone.hosts.some((each) => each.routeback || each.interface !== group.interface)) return undefined;
  if (Object.values(group.interface.options).some((options) => options?.routeback)) return undefined;
  return { zone: zone.name, interface: group.interface.name };
}
