/** The ways that packets can take through the firewall, and the rules that send them to the chain of their pair. */
import type { DispatchEntry, Match, NftRule } from '../../ir/ruleset.ts';
import type { HostGroup, Zone, ZonePair } from '../../model/zone.ts';
import type { Version } from '../../net/version.ts';
import { jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { pairChain } from './pairs.ts';
import { groupMatches, groupsOf, interfacesTellZones } from './zone-match.ts';

export interface ForwardPair {
  readonly source: Zone;
  readonly dest: Zone;
  readonly from: HostGroup;
  readonly to: HostGroup;
  /** The IP versions that have this way. */
  readonly versions: readonly Version[];
}

/**
 * Every way that packets can take through the firewall. Within a zone of one interface only with `routeback`; the zones
 * of a pair may share an interface.
 */
export function forwardPairs({ model }: Program): readonly ForwardPair[] {
  const zones = model.zones.filter((zone) => zone.name !== model.firewall);
  return groupsOf(zones, 'source').flatMap(({ zone: source, group: from }) =>
    groupsOf(zones, 'dest').flatMap(({ zone: dest, group: to }) => {
      const versions = from.versions.filter(
        (version) =>
          to.versions.includes(version) && (source !== dest || to.routeback || interfacesOf(dest, version).size > 1),
      );
      return versions.length > 0 ? [{ source, dest, from, to, versions }] : [];
    }),
  );
}

/** The interfaces behind which an IP version has hosts of a zone. */
function interfacesOf({ hosts }: Zone, version: Version): ReadonlySet<string> {
  return new Set(hosts.filter(({ versions }) => versions.includes(version)).map((group) => group.interface.name));
}

export function named(pair: ForwardPair): ZonePair {
  return { source: pair.source.name, dest: pair.dest.name };
}

/** Which chain of a pair packets go to, and which packets. */
export interface Dispatching {
  readonly chainOf: (pair: ZonePair) => string;
  readonly prefix: string;
  readonly before: readonly Match[];
}

export const usualDispatch: Dispatching = { chainOf: pairChain, prefix: '', before: [] };

/** One verdict map where interfaces alone tell the zones apart; otherwise zone by zone, parts before the whole. */
export function forwardDispatch(
  pairs: readonly ForwardPair[],
  { chainOf, prefix, before }: Dispatching,
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  if (pairs.length === 0) return [];
  if (interfacesTellZones(model)) {
    const entries: readonly DispatchEntry[] = pairs.map((pair) => ({
      keys: [pair.from.interface.pattern, pair.to.interface.pattern],
      verdict: { kind: 'jump', chain: chainOf(named(pair)) },
    }));
    return [rule(before, [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  }
  const sources = [...new Set(pairs.map((pair) => pair.source))];
  return sources.flatMap((source) => {
    const mine = pairs.filter((pair) => pair.source === source);
    const chain = program.once(`${prefix}from-${source.name}`, () => ({
      comment: `packets from ${source.name}, by where they go`,
      rules: destRules(source, mine, chainOf, program),
    }));
    const groups = [...new Set(mine.map((pair) => pair.from))];
    return groups.flatMap((group) =>
      groupMatches(group, 'source', program).map((matches) => rule([...before, ...matches], [jump(chain)])),
    );
  });
}

/** In the chain of a source zone: where packets go. Interfaces without routeback exclude themselves. */
function destRules(
  source: Zone,
  pairs: readonly ForwardPair[],
  chainOf: Dispatching['chainOf'],
  program: Program,
): readonly NftRule[] {
  const dests = [...new Set(pairs.map((pair) => pair.dest))];
  return dests.flatMap((dest) => {
    const groups = [...new Set(pairs.filter((pair) => pair.dest === dest).map((pair) => pair.to))];
    return groups.flatMap((to) => {
      const froms = pairs.filter((pair) => pair.dest === dest && pair.to === to).map((pair) => pair.from);
      const every = source.hosts.length === froms.length;
      const only: readonly Match[] = every
        ? []
        : [
            {
              kind: 'interface',
              field: 'iifname',
              negated: false,
              interfaces: [...new Set(froms.map((from) => from.interface.pattern))],
            },
          ];
      return groupMatches(to, 'dest', program).map((matches) =>
        rule([...only, ...matches], [jump(chainOf({ source: source.name, dest: dest.name }))]),
      );
    });
  });
}
