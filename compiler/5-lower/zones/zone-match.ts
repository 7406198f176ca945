/** Which packets come from a zone or go to it: matches for its hosts, and verdict maps over zones. */
import { areDisjoint } from '../../ir/interfaces.ts';
import type { Match, NftRule } from '../../ir/ruleset.ts';
import { portMark } from '../../language/mark-layout.ts';
import type { Model } from '../../model/index.ts';
import type { Policy } from '../../model/policy.ts';
import type { RuleAction } from '../../model/rule.ts';
import type { HostMatch } from '../../model/traffic.ts';
import type { HostGroup, Zone, ZonePair } from '../../model/zone.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import { isClamped } from '../interfaces/clamped-pairs.ts';
import { hasOption, isLoopback } from '../interfaces/interface-versions.ts';
import { optionsMakeChain } from '../interfaces/option-chains.ts';
import { perModel } from '../per-model.ts';
import { associationsAsked } from '../rules/associations.ts';
import { hostMatches } from '../rules/matches.ts';
import { jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { hostsWithoutLists } from '../sets/named-sets.ts';

/** Whether the hosts are simply all behind one interface. */
export function isPlain(group: HostGroup, model: Model): boolean {
  return (
    !group.port &&
    !group.ranges &&
    group.sets.length === 0 &&
    group.except.length === 0 &&
    ipsecOf(group, model) === undefined &&
    group.versions.length === model.families.versions.length &&
    model.families.refused.length === 0
  );
}

/**
 * The pairs that have no chain: with the policy NONE, and with CONTINUE, no rules, no segment size and no options behind
 * blacklists, of which Shorewall makes none, so that even answers go on to the zones around, or to the policy for all.
 */
export const pairsWithoutChain = perModel((model): ReadonlySet<string> => {
  const { policies, rules, settings } = model;
  const key = ({ source, dest }: ZonePair) => `${source} ${dest}`;
  const written = new Set(rules.filter(({ action }) => isFiltering(action)).flatMap((each) => each.pairs.map(key)));
  const lacksChain = (policy: Policy): boolean =>
    policy.verdict.kind === 'none' ||
    (policy.verdict.kind === 'continue' &&
      policy.source !== policy.dest &&
      !settings.closedOutsideZones &&
      !isClamped(policy, model) &&
      !optionsMakeChain(policy, model) &&
      !written.has(key(policy)));
  // One IP version alone may have a policy that needs the chain.
  const made = new Set(policies.filter((policy) => !lacksChain(policy)).map(key));
  return new Set(policies.map(key).filter((pair) => !made.has(pair)));
});

/** Whether a rule says what becomes of packets, not only how they are translated or followed. */
function isFiltering(action: RuleAction): boolean {
  if (action.kind === 'dnat' || action.kind === 'redirect') return !action.natOnly;
  if (action.kind === 'noNat') return action.accept;
  return action.kind !== 'helperOnly';
}

/** Whether zones hold all hosts behind every interface, as sources and as destinations, and every pair has its chain. */
export const everyPacketHasItsPair = perModel((model): boolean => {
  const whole = model.zones.flatMap((zone) =>
    zone.hosts.filter((group) => isPlain(group, model) && !group.destinationOnly && !group.sourceOnly),
  );
  const managed = model.interfaces.filter(
    (each) => !hasOption(each, isLoopback) && !hasOption(each, ({ unmanaged }) => unmanaged),
  );
  return (
    managed.every((each) => whole.some((group) => group.interface.name === each.name)) &&
    pairsWithoutChain(model).size === 0
  );
});

/** Whether interfaces alone tell the zones apart, so that a map of them decides. */
export const interfacesTellZones = perModel((model): boolean => {
  const groups = model.zones.flatMap((zone) => zone.hosts);
  return (
    groups.every((group) => isPlain(group, model) && group.interface.pattern.name !== '') &&
    interfacesAreDisjoint(groups)
  );
});

/** Whether no host is of two zones: interfaces tell the zones of each IP version apart. */
export const zonesAreApart = perModel((model): boolean => {
  const groups = model.zones.flatMap((zone) => zone.hosts);
  const whole = (group: HostGroup) =>
    !group.port &&
    !group.ranges &&
    group.sets.length === 0 &&
    group.except.length === 0 &&
    ipsecOf(group, model) === undefined;
  return model.families.versions.every((version) => {
    const here = groups.filter(({ versions }) => versions.includes(version));
    return here.every((group) => whole(group) && group.interface.pattern.name !== '') && interfacesAreDisjoint(here);
  });
});

/** Whether the options of interfaces are asked with each pair, for the blacklists (blrules) before them are. */
export const optionsComeWithPairs = perModel((model): boolean => {
  return !zonesAreApart(model) && model.rules.some(({ blacklist }) => blacklist);
});

/** Whether the interface patterns of all hosts are disjoint, so that maps decide what rules in order would. */
function interfacesAreDisjoint(groups: readonly HostGroup[]): boolean {
  return areDisjoint(groups.map((group) => group.interface.pattern));
}

/** Whether some hosts are reached through IPsec: then all others are not. */
export const hasIpsec = perModel((model): boolean => {
  return model.zones.some((zone) => zone.hosts.some((each) => each.ipsec === 'yes'));
});

function ipsecOf(group: HostGroup, model: Model): boolean | undefined {
  if (group.ipsec === 'yes') return true;
  return hasIpsec(model) ? false : undefined;
}

/** The lists of matches for packets from (or to) the hosts, each list for one version where addresses tell. */
export function groupMatches(
  group: HostGroup,
  side: 'source' | 'dest',
  program: Program,
): readonly (readonly Match[])[] {
  const { model } = program;
  const field = side === 'source' ? 'iifname' : 'oifname';
  const head: Match[] = isEvery(group.interface.pattern)
    ? []
    : [{ kind: 'interface', field, negated: false, interfaces: [group.interface.pattern] }];
  if (group.port && model.portBits) {
    const mask = model.portBits[side];
    head.push({ kind: 'packetMark', negated: false, mask, value: portMark(group.port.number, mask) });
  }
  const ipsec = ipsecOf(group, model);
  const direction = side === 'source' ? 'in' : 'out';
  const wish = group.associations?.[direction] ?? {};
  if (ipsec && Object.keys(wish).length > 0)
    return associationsAsked(direction, wish).flatMap((asked) =>
      addressMatches(group, side, [...head, ...asked], program),
    );
  if (ipsec !== undefined) head.push({ kind: 'ipsec', direction, present: ipsec });
  return addressMatches(group, side, head, program);
}

/** The same as `head`, for each way in which addresses tell the hosts. */
function addressMatches(
  group: HostGroup,
  side: 'source' | 'dest',
  head: readonly Match[],
  program: Program,
): readonly (readonly Match[])[] {
  const { model } = program;
  const address = side === 'source' ? 'saddr' : 'daddr';
  const addressed = group.ranges !== undefined || group.except.length > 0 || group.sets.length > 0;
  const wholly = group.versions.length === model.families.versions.length && model.families.refused.length === 0;
  if (!addressed && wholly) return [head];
  return group.versions.flatMap((version): readonly (readonly Match[])[] => {
    const only: readonly Match[] = program.dual ? [{ kind: 'version', version }] : [];
    if (!addressed) return [[...head, ...only]];
    return hostsWithoutLists(hostsOf(group)).flatMap((hosts) => {
      const found = hostMatches(hosts, address, version);
      return found ? [[...head, ...(found.length > 0 ? found : only)]] : [];
    });
  });
}

/** The addresses alone: the interface is asked for by whoever asks for them. */
function hostsOf({ ranges, except, sets }: HostGroup): HostMatch {
  return { ...(ranges ? { ranges } : {}), except, macs: [], sets };
}

function isEvery(pattern: InterfacePattern): boolean {
  return pattern.wildcard && pattern.name === '';
}

/** Where packets of a zone go on. */
export interface ZoneTarget {
  readonly zone: string;
  readonly chain: string;
}

/** Rules that send packets to the chain of their zone: a verdict map where interfaces alone tell, else rules in order. */
export function zoneDispatch(
  targets: readonly ZoneTarget[],
  side: 'source' | 'dest',
  before: readonly Match[],
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  const chains = new Map(targets.map(({ zone, chain }) => [zone, chain]));
  const wanted = model.zones.filter((zone) => chains.has(zone.name));
  const groups = groupsOf(wanted, side === 'source' ? 'source' : 'output');
  const field = side === 'source' ? ('iifname' as const) : ('oifname' as const);
  const all = model.zones.flatMap((zone) => zone.hosts);
  if (
    groups.length > 1 &&
    groups.every(({ group }) => isPlain(group, model) && !isEvery(group.interface.pattern)) &&
    interfacesAreDisjoint(all)
  ) {
    const entries = groups.map(({ zone, group }) => ({
      keys: [group.interface.pattern],
      verdict: { kind: 'jump' as const, chain: chains.get(zone.name) ?? '' },
    }));
    return [rule(before, [{ kind: 'dispatch', fields: [field], entries }])];
  }
  return groups.flatMap(({ zone, group }) =>
    groupMatches(group, side, program).map((matches) =>
      rule([...before, ...matches], [jump(chains.get(zone.name) ?? '')]),
    ),
  );
}

/** The host groups of zones in the order in which packets are compared; the firewall itself sends to `sourceonly` ones, too. */
export function groupsOf(
  zones: readonly Zone[],
  side: 'source' | 'dest' | 'output',
): readonly { readonly zone: Zone; readonly group: HostGroup }[] {
  return zones.flatMap((zone) =>
    zone.hosts
      .filter((group) => side === 'output' || (side === 'dest' ? !group.sourceOnly : !group.destinationOnly))
      .map((group) => ({ zone, group })),
  );
}
