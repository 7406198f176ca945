/**
 * The firewall's connections to its own addresses that DNAT sends to a server in another zone. They keep the outgoing
 * interface `lo` until the output hook is done (kernel: nf_nat_ipv4_local_fn), so they are sent to the chain of their
 * pair by the server's address, in front of the rule for the loopback interface.
 */

import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Rule } from '../../model/rule.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { accept, counter, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { earlyStatesAlone } from './early-rules.ts';
import { pairChain } from './pairs.ts';
import type { States } from './states.ts';
import { outsideZones } from './unzoned.ts';

/** The rule in front of that for `lo` in the output chain; none without such a server. */
export function ownNames(states: States, program: Program): readonly NftRule[] {
  const servers = serversByZone(program);
  if (servers.size === 0) return [];
  const chain = program.once('own-names', () => ({
    comment: 'from the firewall to its own addresses, sent elsewhere by DNAT',
    rules: [
      ...earlyStatesAlone(states, 'output', program),
      ...[...servers].flatMap(([zone, ranges]) => toServers(zone, ranges, program)),
      rule([], [counter, accept], { comment: 'translated by nat or netmap' }),
    ],
  }));
  const matches: readonly Match[] = [
    { kind: 'interface', field: 'oifname', negated: false, interfaces: [{ name: 'lo', wildcard: false }] },
    { kind: 'natted', how: 'dnat', negated: false },
    { kind: 'addressType', field: 'daddr', negated: true, types: ['local'] },
  ];
  return [rule(matches, [goto(chain)], { comment: 'DNAT of its own addresses' })];
}

/** The servers to which DNAT sends connections of the firewall, by the zone that the rule names. */
function serversByZone(program: Program): ReadonlyMap<string, readonly AddressRange[]> {
  const { rules, firewall } = program.model;
  const found = new Map<string, readonly AddressRange[]>();
  for (const { action, pairs } of rules) {
    const range = serverOf(action);
    if (!range) continue;
    for (const { source, dest } of pairs)
      if (source === firewall && dest !== firewall && program.has(pairChain({ source, dest })))
        found.set(dest, [...(found.get(dest) ?? []), range]);
  }
  return found;
}

function serverOf(action: Rule['action']): AddressRange | undefined {
  return action.kind === 'dnat' ? action.server.addresses : undefined;
}

function toServers(zone: string, servers: readonly AddressRange[], program: Program): readonly NftRule[] {
  const { model } = program;
  const pair = pairChain({ source: model.firewall, dest: zone });
  const chain = program.once(`own-names-${zone}`, () => ({
    comment: `from the firewall by its own addresses to ${zone}`,
    rules: [rule([], [jump(pair)]), ...outsideZones('OUTPUT', model.fallbacks.output, program)],
  }));
  const ofVersion = (version: Version) => servers.filter((range) => range.version === version);
  return model.families.versions
    .map(ofVersion)
    .filter((ranges) => ranges.length > 0)
    .map((ranges) =>
      rule([{ kind: 'address', field: 'daddr', negated: false, ranges: distinct(ranges) }], [goto(chain)]),
    );
}

function distinct(ranges: readonly AddressRange[]): readonly AddressRange[] {
  return ranges.filter(
    ({ first, last }, index) => ranges.findIndex((other) => other.first === first && other.last === last) === index,
  );
}
