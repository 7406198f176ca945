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

/**
 * Connections of the firewall to other machines that DNAT or REDIRECT sends elsewhere. They keep the outgoing interface of
 * where they were to go, so they are sent to the chain of their pair by where they go now, in front of the zones.
 */
export function sentElsewhere(program: Program): readonly NftRule[] {
  const translated: Match = { kind: 'natted', how: 'dnat', negated: false };
  const servers = [...serversByZone(program)].flatMap(([zone, ranges]) =>
    toServers(zone, ranges, program, [translated]),
  );
  const { rules, firewall } = program.model;
  const own = pairChain({ source: firewall, dest: firewall });
  const redirects = rules.some(
    ({ action, pairs }) =>
      action.kind === 'redirect' && pairs.some(({ source, dest }) => source === firewall && dest === firewall),
  );
  const toItself: Match = { kind: 'addressType', field: 'daddr', negated: false, types: ['local'] };
  return redirects && program.has(own)
    ? [...servers, rule([translated, toItself], [goto(own)], { comment: 'redirected to the firewall itself' })]
    : servers;
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

function toServers(
  zone: string,
  servers: readonly AddressRange[],
  program: Program,
  matches: readonly Match[] = [],
): readonly NftRule[] {
  const { model } = program;
  const pair = pairChain({ source: model.firewall, dest: zone });
  const chain = program.once(`own-names-${zone}`, () => ({
    comment: `from the firewall by DNAT to ${zone}`,
    rules: [rule([], [jump(pair)]), ...outsideZones('OUTPUT', model.fallbacks.output, program)],
  }));
  const ofVersion = (version: Version) => servers.filter((range) => range.version === version);
  return model.families.versions
    .map(ofVersion)
    .filter((ranges) => ranges.length > 0)
    .map((ranges) =>
      rule([...matches, { kind: 'address', field: 'daddr', negated: false, ranges: distinct(ranges) }], [goto(chain)]),
    );
}

function distinct(ranges: readonly AddressRange[]): readonly AddressRange[] {
  return ranges.filter(
    ({ first, last }, index) => ranges.findIndex((other) => other.first === first && other.last === last) === index,
  );
}
