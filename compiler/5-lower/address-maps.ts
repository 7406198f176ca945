/** One-to-one translation (`nat`) and translation of networks (`netmap`) in both directions. */
import type { Match, NftRule } from '../ir/ruleset.ts';
import type { NetworkMap, OneToOneNat } from '../model.ts';
import { hostMatches, lowerProtocols } from './matches.ts';
import { rule } from './program.ts';
import { counter } from './verdicts.ts';

/** What comes in for the public address goes to the host. */
export function inwardRules(nat: readonly OneToOneNat[], maps: readonly NetworkMap[]): readonly NftRule[] {
  return [
    ...nat.map((each) => inward(each, each.everyInterface ? [] : [incoming(each)])),
    ...maps.filter((each) => each.direction === 'dnat').flatMap(mapped),
  ];
}

/** The same for connections of the firewall itself, where the line allows it. */
export function localRules(nat: readonly OneToOneNat[]): readonly NftRule[] {
  return nat.filter((each) => each.fromFirewall).map((each) => inward(each, []));
}

/** What the host sends leaves with the public address. */
export function outwardRules(nat: readonly OneToOneNat[], maps: readonly NetworkMap[]): readonly NftRule[] {
  const own = nat.map((each) => {
    const out: readonly Match[] = each.everyInterface
      ? []
      : [{ kind: 'interface', field: 'oifname', negated: false, interfaces: [each.interface] }];
    const to = { version: each.external.version, addresses: each.external, random: false, persistent: false };
    return rule(
      [...out, { kind: 'address', field: 'saddr', negated: false, ranges: [each.internal] }],
      [counter, { kind: 'snat', to }],
      { origin: each.origin },
    );
  });
  return [...own, ...maps.filter((each) => each.direction === 'snat').flatMap(mapped)];
}

function incoming(each: OneToOneNat): Match {
  return { kind: 'interface', field: 'iifname', negated: false, interfaces: [each.interface] };
}

function inward(each: OneToOneNat, where: readonly Match[]): NftRule {
  const to = { version: each.internal.version, addresses: each.internal, random: false, persistent: false };
  return rule(
    [...where, { kind: 'address', field: 'daddr', negated: false, ranges: [each.external] }],
    [counter, { kind: 'dnat', to }],
    { origin: each.origin },
  );
}

/** `DNAT` maps where packets arrive, `SNAT` where they leave; NET3 is the other end. */
function mapped(each: NetworkMap): readonly NftRule[] {
  const arriving = each.direction === 'dnat';
  const where: Match = {
    kind: 'interface',
    field: arriving ? 'iifname' : 'oifname',
    negated: false,
    interfaces: [each.interface],
  };
  const own: Match = { kind: 'address', field: arriving ? 'daddr' : 'saddr', negated: false, ranges: [each.from] };
  const other = hostMatches(each.other, arriving ? 'saddr' : 'daddr', each.from.version) ?? [];
  return lowerProtocols(each.protocols, each.from.version).map((protocol) =>
    rule(
      [where, own, ...other, ...protocol],
      [counter, { kind: 'netmap', direction: each.direction, from: each.from, to: each.to }],
      { origin: each.origin },
    ),
  );
}
