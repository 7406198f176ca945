/** One-to-one translation (`nat`) and translation of networks (`netmap`) in both directions. */

import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { NetworkMap, OneToOneNat } from '../../model/nat.ts';
import { joinRanges, subtractRanges } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { AddressRange } from '../../net/ranges.ts';
import { hostMatches, lowerProtocols } from '../rules/matches.ts';
import { counter } from '../rules/verdicts.ts';
import { from, type Program, rule } from '../ruleset-builder.ts';
import { hasIpsec } from '../zones/zone-match.ts';

/** What comes in for the public address goes to the host; lines for every interface count first. */
export function mappedInward(program: Program): readonly NftRule[] {
  const { oneToOne, networkMaps } = program.model;
  const everywhere = oneToOne.filter((each) => each.everyInterface).map((each) => inward(each, 'in', [], program));
  const some = oneToOne
    .filter((each) => !each.everyInterface)
    .map((each) => inward(each, 'in', [by('iifname', each.interfaces)], program));
  return [...everywhere, ...some, ...networkMaps.filter((each) => each.direction === 'dnat').flatMap(mapped)];
}

/** The same for connections of the firewall itself, where the line allows it. */
export function localNat(program: Program): readonly NftRule[] {
  return program.model.oneToOne.filter((each) => each.fromFirewall).map((each) => inward(each, 'out', [], program));
}

/** What the host sends leaves with the public address: lines for every interface. */
export function outwardFromEverywhere(program: Program): readonly NftRule[] {
  return program.model.oneToOne.filter((each) => each.everyInterface).map((each) => outward(each, [], program));
}

/** Lines for some interfaces, and maps of networks. */
export function mappedOutward(program: Program): readonly NftRule[] {
  const { oneToOne, networkMaps } = program.model;
  const own = oneToOne
    .filter((each) => !each.everyInterface)
    .map((each) => outward(each, [by('oifname', each.interfaces)], program));
  return [...own, ...networkMaps.filter((each) => each.direction === 'snat').flatMap(mapped)];
}

function by(field: 'iifname' | 'oifname', interfaces: readonly InterfacePattern[]): Match {
  return { kind: 'interface', field, negated: false, interfaces };
}

/** Where some hosts are reached through IPsec, the public address is for the others (Shorewall: do_one_nat). */
function outsideIpsec(direction: 'in' | 'out', { model }: Program): readonly Match[] {
  return hasIpsec(model) ? [{ kind: 'ipsec', direction, present: false }] : [];
}

function outward(each: OneToOneNat, where: readonly Match[], program: Program): NftRule {
  const to = { version: each.external.version, addresses: each.external, random: false, persistent: false };
  return rule(
    [...where, address('saddr', [each.internal]), ...outsideIpsec('out', program)],
    [counter, { kind: 'snat', to }],
    from(each),
  );
}

function inward(each: OneToOneNat, way: 'in' | 'out', where: readonly Match[], program: Program): NftRule {
  const to = { version: each.internal.version, addresses: each.internal, random: false, persistent: false };
  return rule(
    [...where, address('daddr', [each.external]), ...outsideIpsec(way, program)],
    [counter, { kind: 'dnat', to }],
    from(each),
  );
}

function address(field: 'saddr' | 'daddr', ranges: readonly AddressRange[]): Match {
  return { kind: 'address', field, negated: false, ranges };
}

/** `DNAT` maps where packets arrive, `SNAT` where they leave; NET3 is the other end. */
function mapped(each: NetworkMap): readonly NftRule[] {
  const arriving = each.direction === 'dnat';
  const mine = subtractRanges([each.from], joinRanges(each.except));
  if (mine.length === 0) return [];
  const own = address(arriving ? 'daddr' : 'saddr', mine);
  const other = hostMatches(each.other, arriving ? 'saddr' : 'daddr', each.from.version) ?? [];
  return lowerProtocols(each.protocols, each.from.version).map((protocol) =>
    rule(
      [by(arriving ? 'iifname' : 'oifname', each.interfaces), own, ...other, ...protocol],
      [counter, { kind: 'netmap', direction: each.direction, from: each.from, to: each.to }],
      from(each),
    ),
  );
}
