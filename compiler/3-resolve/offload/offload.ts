/**
 * FLOW_OFFLOAD: what may be offloaded. A connection that is passes neither prerouting nor forward nor postrouting any
 * more, in either direction, so everything that must see its packets leaves it out.
 */
import type { Model } from '../../model/index.ts';
import type { MangleLine, MangleRule } from '../../model/marks.ts';
import type { LeftOut, Offload, OffloadObstacle } from '../../model/offload.ts';
import type { HostGroup } from '../../model/zone.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { Span } from '../../source.ts';
import type { SettingReader } from '../settings/setting-lines.ts';

/** What the setting says of this model; nothing where it is off. */
export function resolveOffload(model: Model, reader: SettingReader): Offload | undefined {
  const { flowOffload } = model.settings;
  const place = reader.place('FLOW_OFFLOAD');
  if (!place || flowOffload === 'No') return undefined;
  const interfaces = interfacesLeftOut(model);
  const out = new Set(interfaces.map(({ pattern }) => keyOf(pattern)));
  const patterns = model.interfaces.map(({ pattern }) => pattern).filter((each) => each.name !== 'lo' || each.wildcard);
  return {
    hardware: flowOffload === 'hardware',
    place,
    interfaces: unique(patterns).filter((each) => !out.has(keyOf(each))),
    leftOut: [...interfaces, ...zonesLeftOut(model), ...helpersLeftOut(model)],
    obstacles: obstaclesIn(model, reader, place),
  };
}

type InterfaceLeftOut = Extract<LeftOut, { readonly kind: 'interface' }>;

/** The first reason for each interface. */
function interfacesLeftOut(model: Model): readonly InterfaceLeftOut[] {
  const all = [
    ...model.interfaces.flatMap((each): readonly InterfaceLeftOut[] => {
      if (each.pattern.name === 'lo') return [];
      const why = whyNotZones(
        model.zones.flatMap(({ hosts }) => hosts).filter(({ interface: { name } }) => name === each.name),
      );
      return why === undefined ? [] : [{ kind: 'interface', pattern: each.pattern, why, origin: each.origin }];
    }),
    ...model.routing.providers.map((each) => named(each.interface, 'marks choose its provider', each)),
    ...model.shaping.devices.flatMap((each) =>
      [each.device, ...each.redirected].map((name) => named(name, 'its queues have classes by marks', each)),
    ),
    ...model.shaping.simple.map((each) => named(each.device, 'it is shaped', each)),
    ...model.mangle.flatMap(marksOf).flatMap(({ line, patterns }) =>
      patterns.map((pattern) => ({
        kind: 'interface' as const,
        pattern,
        why: 'the line is for every packet',
        origin: line.origin,
      })),
    ),
  ];
  return [...new Map([...all].reverse().map((each) => [keyOf(each.pattern), each])).values()].reverse();
}

function named(name: string, why: string, { origin }: Pick<InterfaceLeftOut, 'origin'>): InterfaceLeftOut {
  return { kind: 'interface', pattern: { name, wildcard: false }, why, origin };
}

/**
 * Why answers from there may meet another fate than packets to there: then a connection is not let through in both
 * directions because it is established.
 */
function whyNotZones(groups: readonly HostGroup[]): string | undefined {
  if (groups.length === 0) return 'it belongs to no zone as a whole';
  if (groups.some(({ port }) => port !== undefined)) return 'its zones are ports of a bridge';
  if (groups.some(({ destinationOnly, sourceOnly }) => destinationOnly || sourceOnly))
    return 'it is only a destination';
  if (groups.some(({ ipsec }) => ipsec === 'yes')) return 'hosts behind it are reached by IPsec';
  const isWhole = (group: HostGroup) => !group.ranges && group.sets.length === 0 && group.except.length === 0;
  return groups.some(isWhole) ? undefined : 'only some hosts behind it are in a zone';
}

/** Lines of `mangle` that forwarded packets of open connections meet, with the interfaces to which they are bound. */
function marksOf(
  line: MangleRule,
): readonly { readonly line: MangleLine; readonly patterns: readonly InterfacePattern[] }[] {
  if (line.first || line.hook === 'input' || line.hook === 'output') return [];
  return [{ line, patterns: boundTo(line) }];
}

/** The interfaces without which a packet does not meet the line; none where there is no such. */
function boundTo({ traffic: { source, dest } }: MangleLine): readonly InterfacePattern[] {
  const bound = [source, dest].flatMap((hosts) => (hosts?.interface && !hosts.otherInterface ? [hosts.interface] : []));
  return bound.slice(0, 1);
}

function zonesLeftOut(model: Model): readonly LeftOut[] {
  const late = model.rules.filter(
    ({ blacklist, section }) => !blacklist && (section === 'ESTABLISHED' || section === 'ALL'),
  );
  const all = late.flatMap(({ pairs, origin }) =>
    pairs
      .filter(({ source, dest }) => source !== model.firewall && dest !== model.firewall)
      .map(({ source, dest }): LeftOut & { kind: 'zones' } => ({ kind: 'zones', source, dest, origin })),
  );
  return [...new Map([...all].reverse().map((each) => [`${each.source} ${each.dest}`, each])).values()].reverse();
}

function helpersLeftOut({ helpers }: Model): readonly LeftOut[] {
  const names = helpers.filter(({ enabled }) => enabled).map(({ helper }) => helper.name);
  return names.length === 0 ? [] : [{ kind: 'helpers', helpers: [...new Set(names)] }];
}

function obstaclesIn(model: Model, reader: SettingReader, place: Span): readonly OffloadObstacle[] {
  const settingAt = (name: 'BLACKLIST' | 'DYNAMIC_BLACKLIST') => [reader.place(name) ?? place] as const;
  const { blacklist, dynamicBlacklist } = model.settings;
  const counted = model.accounting.entries.some(({ hook }) => hook !== 'input' && hook !== 'output');
  const [counting] = counted ? model.accounting.rules : [];
  const unbound = model.mangle.flatMap(marksOf).find(({ patterns }) => patterns.length === 0);
  return [
    ...(blacklist.states.includes('established')
      ? [{ what: 'BLACKLIST ends connections that are open', origin: settingAt('BLACKLIST') }]
      : []),
    ...(dynamicBlacklist.set?.disconnect
      ? [{ what: 'DYNAMIC_BLACKLIST ends connections that are open', origin: settingAt('DYNAMIC_BLACKLIST') }]
      : []),
    ...(counting ? [{ what: 'accounting counts every packet', origin: counting.origin }] : []),
    ...(unbound
      ? [{ what: 'this line is for every packet, whatever its interface', origin: unbound.line.origin }]
      : []),
  ];
}

function keyOf({ name, wildcard }: InterfacePattern): string {
  return wildcard ? `${name}+` : name;
}

function unique(patterns: readonly InterfacePattern[]): readonly InterfacePattern[] {
  return [...new Map(patterns.map((each) => [keyOf(each), each])).values()];
}
