/** The `zones` and `hosts` files: zones with the hosts that belong to them, parts before the whole. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { badAddress } from '../../diagnostics/catalogue/addresses.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import {
  bridgePort,
  columnsSwapped,
  familyOutsideZones,
  firewallZoneOnInterface,
  loopbackZone,
  noFirewallZone,
  reservedZone,
  secondFirewallZone,
  tooManyZones,
  unboundZone,
  unknownZoneType,
  zoneTwice,
} from '../../diagnostics/catalogue/zones.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Environment } from '../../environment.ts';
import { dynamicZoneSet, reservedZoneNames, zoneTypes } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name } from '../../language/values.ts';
import type { Interface } from '../../model/interface.ts';
import type { NamedSet } from '../../model/sets.ts';
import type { HostMatch } from '../../model/traffic.ts';
import type { Families, HostGroup, Zone } from '../../model/zone.ts';
import type { Version } from '../../net/version.ts';
import type { Source, Span } from '../../source.ts';
import { lineSpan } from '../../source.ts';
import { reportUnknownInterface, reportUnknownZone } from '../columns/unknown-names.ts';
import type { Sets } from '../sets/sets.ts';
import { alternativesOf, resolveHosts } from './hosts.ts';
import { type DeclaredInterface, type DeclaredPort, interfaceNamed } from './interfaces.ts';
import { hostChecks, readHostOptions, readZoneOptions, type ZoneWishes } from './zone-options.ts';

type ZoneRow = Config['zones'][number];
type HostsRow = Config['hosts'][number];

/** A zone while its hosts are still being collected. */
interface Draft {
  readonly zone: Omit<Zone, 'hosts'>;
  readonly ipsec: boolean;
  /** It holds ports of a bridge, and nothing else. */
  readonly ofPorts: boolean;
  readonly associations: ZoneWishes['associations'];
  readonly options: ZoneWishes['options'];
  readonly row: ZoneRow;
  readonly hosts: HostGroup[];
}

export interface ResolvedZones {
  /** In the order in which packets are compared. */
  readonly zones: ReadonlyMap<string, Zone>;
  readonly firewall: string;
}

interface ZoneContext {
  readonly environment: Environment;
  readonly report: Report;
  readonly families: Families;
  readonly interfaces: ReadonlyMap<string, DeclaredInterface>;
  readonly sets: Sets;
}

/** Declares the zones, then gives them the hosts of `interfaces` and `hosts`. */
export function resolveZones(config: Config, source: Source | undefined, context: ZoneContext): ResolvedZones {
  const drafts = declareZones(config.zones, context);
  const firewall = [...drafts.values()].find((draft) => draft.zone.kind === 'firewall');
  // One whose type is a mistake may be meant for it.
  const meant = config.zones.some(({ cells }) => cells.type && typeNamed(cells.type) === undefined);
  if (!firewall && source && !meant && !context.report.leftOut.mayDeclare('firewall', 'zones'))
    context.report.add(noFirewallZone(lineSpan(source, 1)));
  for (const entry of context.interfaces.values()) attachInterface(entry, drafts, context);
  for (const entry of context.interfaces.values())
    for (const port of entry.ports) attachPort(entry, port, drafts, context);
  for (const row of config.hosts) attachHosts(row, drafts, context);
  warnOfStrays(drafts, context);
  const zones = new Map<string, Zone>();
  for (const draft of partsFirst(drafts)) zones.set(draft.zone.name, { ...draft.zone, hosts: draft.hosts });
  return { zones, firewall: firewall?.zone.name ?? 'fw' };
}

/** How many zones there may be: each pair of them has a policy and a chain. */
const mostZones = 300;

function declareZones(rows: readonly ZoneRow[], { report, families }: ZoneContext): ReadonlyMap<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const row of rows) {
    const { name, at, parents } = row.cells.zone.value;
    const span = placeIn(row.cells.zone, at);
    const earlier = drafts.get(name);
    if (earlier) {
      report.add(zoneTwice(span, name, { span: earlier.row.cells.zone.span, text: 'first declared here' }));
      continue;
    }
    if (drafts.size >= mostZones) {
      report.add(tooManyZones(span, mostZones));
      report.leftOut.lines('zones');
      break;
    }
    if (reservedZoneNames.includes(name)) report.add(reservedZone(span, name));
    // A zone whose type is a mistake is taken for a network, so that one mistake is one message.
    const type: ZoneType = typeOf(row.cells.type, report) ?? zoneTypes.ip;
    const first = [...drafts.values()].find((draft) => draft.zone.kind === 'firewall');
    if (type.kind === 'firewall' && first) {
      report.add(secondFirewallZone(row.span, { span: first.row.span, text: 'the first one' }));
      report.leftOut.line('zones', row.line.text.text);
      continue;
    }
    for (const parent of parents) requireZone(row.cells.zone, parent, drafts, report);
    const versions = type.versions.filter(
      (version) =>
        families.versions.includes(version) && (row.line.version === undefined || row.line.version === version),
    );
    const { associations, mss, options } = readZoneOptions(row.cells, type.ipsec, report);
    const zone = {
      name,
      kind: type.kind,
      versions,
      parents: parents.map((parent) => parent.name),
      ...(mss ? { mss } : {}),
      origin: row.origin,
    };
    drafts.set(name, { zone, ipsec: type.ipsec, ofPorts: type.ports === true, associations, options, row, hosts: [] });
  }
  return drafts;
}

interface ZoneType {
  readonly kind: Zone['kind'];
  readonly versions: readonly Version[];
  readonly ipsec: boolean;
  readonly ports?: boolean;
}

function typeNamed(cell: Cell<Name> | undefined): ZoneType | undefined {
  const name = (cell?.value.name ?? '-').toLowerCase();
  return Object.hasOwn(zoneTypes, name) ? zoneTypes[name as keyof typeof zoneTypes] : undefined;
}

function typeOf(cell: Cell<Name> | undefined, report: Report): ZoneType | undefined {
  const known = typeNamed(cell);
  if (known || !cell) return known;
  const name = cell.value.name.toLowerCase();
  report.add(
    unknownZoneType(
      cell.span,
      cell.value.name,
      nearest(
        name,
        Object.keys(zoneTypes).filter((each) => each !== '-'),
      ),
    ),
  );
  return undefined;
}

function requireZone(
  cell: Cell<unknown>,
  name: Name,
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): Draft | undefined {
  const found = drafts.get(name.name);
  if (found) return found;
  const zones = new Map([...drafts].map(([key, draft]) => [key, draft.zone]));
  reportUnknownZone(placeIn(cell, name.at), name.name, { zones, report });
  return undefined;
}

/** The hosts of an interface: one group where both IP versions say the same, else one for each. */
function attachInterface(
  entry: DeclaredInterface,
  drafts: ReadonlyMap<string, Draft>,
  { report, families, sets }: ZoneContext,
): void {
  for (const line of entry.lines) {
    const { zoneCell } = line;
    if (!zoneCell) continue;
    if (!drafts.has(zoneCell.value.name) && drafts.has(entry.name)) {
      report.add(columnsSwapped(line.origin, entry.name, zoneCell.value.name));
      report.leftOut.line('interfaces', `${entry.name} ${zoneCell.value.name}`);
      continue;
    }
    const name = { name: zoneCell.value.name, at: { start: 0, end: zoneCell.text.text.length } };
    const draft = requireZone(zoneCell, name, drafts, report);
    if (!draft) continue;
    if (draft.zone.kind === 'firewall') {
      report.add(firewallZoneOnInterface(zoneCell.span, draft.zone.name));
      continue;
    }
    if (draft.ofPorts) sayNoPort(zoneCell.span, draft.zone.name, report);
    sayLoopback(zoneCell.span, draft.zone, entry, report);
    const versions = draft.zone.versions.filter(
      (version) => families.versions.includes(version) && line.versions.includes(version),
    );
    const group: HostGroup = {
      interface: entry,
      versions,
      ...(line.nets && !line.nets.except ? { ranges: line.nets.ranges } : {}),
      sets: line.dynamicNets ? [{ set: dynamicZone(draft, entry, { sets }), negated: false, fields: [] }] : [],
      except: line.nets?.except ? line.nets.ranges : [],
      ipsec: draft.ipsec ? 'yes' : 'any',
      ...(draft.associations ? { associations: draft.associations } : {}),
      routeback: line.options.routeback,
      destinationOnly: line.options.destonly,
      origin: line.origin,
    };
    const same = draft.hosts.findIndex((other) => other.interface === entry && sameHosts(other, group));
    const earlier = draft.hosts[same];
    if (earlier) draft.hosts.splice(same, 1, { ...earlier, versions: [...earlier.versions, ...versions] });
    else if (versions.length > 0 || line.versions.length > 1) draft.hosts.push(group);
  }
}

function sayNoPort(place: Span, zone: string, report: Report): void {
  const help = 'write `bridge:port` here, or give the zone another type, such as `ip`';
  report.add(bridgePort(place, `\`${zone}\` is a zone of ports of a bridge`, 'this is no port of a bridge', help));
}

/** The hosts behind a port of a bridge. */
function attachPort(
  entry: DeclaredInterface,
  { zoneCell, versions, pattern, number, origin }: DeclaredPort,
  drafts: ReadonlyMap<string, Draft>,
  { report, families }: ZoneContext,
): void {
  const name = { name: zoneCell.value.name, at: { start: 0, end: zoneCell.text.text.length } };
  const draft = requireZone(zoneCell, name, drafts, report);
  if (!draft) return;
  if (!draft.ofPorts) {
    const help = `give the zone the type \`bport\` in \`zones\``;
    report.add(
      bridgePort(zoneCell.span, `\`${draft.zone.name}\` is no zone of ports`, 'behind a port of a bridge', help),
    );
    return;
  }
  const other = draft.hosts.find((group) => group.interface !== entry);
  if (other) {
    const help = 'make a zone for the ports of each bridge';
    report.add(
      bridgePort(
        zoneCell.span,
        `\`${draft.zone.name}\` has ports of several bridges`,
        'another bridge than before',
        help,
      ),
    );
    return;
  }
  draft.hosts.push({
    interface: entry,
    port: { pattern, number },
    versions: draft.zone.versions.filter(
      (version) => families.versions.includes(version) && versions.includes(version),
    ),
    sets: [],
    except: [],
    ipsec: 'any',
    routeback: true,
    destinationOnly: false,
    origin,
  });
}

/** What programs of the machine say to each other meets other rules than what comes from a network. */
function sayLoopback(place: Span, { name, kind }: Draft['zone'], { pattern }: Interface, report: Report): void {
  if ((kind === 'loopback') !== (pattern.name === 'lo')) report.add(loopbackZone(place, name, pattern.name));
}

/** Whether two lines of one interface, each of an IP version, mean the same hosts. */
function sameHosts(one: HostGroup, other: HostGroup): boolean {
  return (
    !one.ranges &&
    !other.ranges &&
    one.except.length + other.except.length === 0 &&
    one.sets.map(({ set }) => set.name).join() === other.sets.map(({ set }) => set.name).join() &&
    one.routeback === other.routeback &&
    one.destinationOnly === other.destinationOnly
  );
}

/** The set that `ftpwall add` and `delete` put hosts of a zone into; shared by its interfaces with `dynamic_shared`. */
function dynamicZone({ zone, options }: Draft, { pattern }: Interface, { sets }: Pick<ZoneContext, 'sets'>): NamedSet {
  return sets.ofAddresses(dynamicZoneSet(zone.name, options.dynamic_shared ? undefined : pattern.name));
}

/** The hosts of a line of `hosts`. */
function attachHosts(row: HostsRow, drafts: ReadonlyMap<string, Draft>, context: ZoneContext): void {
  const { report, interfaces } = context;
  const { zone, hosts } = row.cells;
  const draft = requireZone(
    zone,
    { name: zone.value.name, at: { start: 0, end: zone.text.text.length } },
    drafts,
    report,
  );
  const named = hosts.value.interface;
  const name = named ? `${named.name}${named.wildcard ? '+' : ''}` : hosts.text.text;
  const entry: Interface | undefined = interfaceNamed(interfaces, name);
  if (!entry) reportUnknownInterface(named ? placeIn(hosts, named.at) : hosts.span, name, { interfaces, report });
  if (!draft || !entry || draft.zone.kind === 'firewall') {
    if (draft?.zone.kind === 'firewall') report.add(firewallZoneOnInterface(zone.span, draft.zone.name));
    report.leftOut.line('hosts', row.line.text.text);
    return;
  }
  if (draft.ofPorts) sayNoPort(zone.span, draft.zone.name, report);
  sayLoopback(zone.span, draft.zone, entry, report);
  if (!named && !hosts.value.hosts?.items.some(({ kind }) => kind !== 'name')) {
    report.add(badAddress(hosts.span, name, 'an interface without addresses', `${name}:0.0.0.0/0`));
    report.leftOut.line('hosts', row.line.text.text);
    return;
  }
  const matches = matchesOf(row, context);
  if (!matches) {
    report.leftOut.line('hosts', row.line.text.text);
    return;
  }
  for (const group of groupsOf(row, draft, entry, matches, context)) draft.hosts.push(group);
}

function isDynamic({ cells }: HostsRow): boolean {
  return cells.hosts.value.hosts?.items.some((item) => item.kind === 'dynamic') ?? false;
}

/** The addresses and sets of a line; none for a line about all hosts, or those of commands. Undefined after a message. */
function matchesOf(row: HostsRow, context: ZoneContext): readonly HostMatch[] | undefined {
  const { hosts } = row.cells;
  const lists = hosts.value.hosts && !isDynamic(row) ? alternativesOf(hosts.value.hosts, false) : [];
  const found = lists.map((list) => resolveHosts(hosts, list, context));
  if (found.includes(undefined)) return undefined;
  const matches = found.filter((match) => match !== undefined);
  if (matches.every((match) => match.macs.length === 0 && !match.runtime)) return matches;
  const why = 'hosts of a zone are told by their addresses, or by sets';
  const place = placeIn(hosts, hosts.value.hosts?.at ?? { start: 0, end: 0 });
  context.report.add(unsupportedMatch(place, 'a zone of these hosts', why));
  return undefined;
}

/** What a line adds to its zone: a group for each kind of hosts. */
function groupsOf(
  row: HostsRow,
  draft: Draft,
  entry: Interface,
  matches: readonly HostMatch[],
  context: ZoneContext,
): readonly HostGroup[] {
  const versions = draft.zone.versions.filter(
    (version) => row.line.version === undefined || row.line.version === version,
  );
  const on = entry.options[versions[0] ?? 4] ?? Object.values(entry.options)[0];
  const wanted = readHostOptions(row.cells.options, context.report);
  const has = (name: (typeof hostChecks)[number] | 'ipsec' | 'routeback' | 'destonly' | 'sourceonly') =>
    wanted.get(name)?.value === true;
  const mss = wanted.get('mss')?.value;
  const checks = hostChecks.filter((name) => has(name) && !on?.[name]);
  const filled = isDynamic(row) ? [{ set: dynamicZone(draft, entry, context), negated: false, fields: [] }] : [];
  return (matches.length > 0 ? matches : [undefined]).map((match) => ({
    interface: entry,
    versions,
    ...(match?.ranges ? { ranges: match.ranges } : {}),
    sets: match?.sets ?? filled,
    except: match?.except ?? [],
    ipsec: draft.ipsec || has('ipsec') ? 'yes' : 'any',
    ...(draft.associations ? { associations: draft.associations } : {}),
    // The option of the interface is for the zone that the interface itself belongs to.
    routeback: has('routeback'),
    // That of the interface holds for all hosts behind it.
    destinationOnly: has('destonly') || (on?.destonly ?? false),
    ...(has('sourceonly') ? { sourceOnly: true } : {}),
    ...(checks.length > 0 ? { checks } : {}),
    ...(mss === undefined ? {} : { mss }),
    origin: row.origin,
  }));
}

/** Zones that nothing leads to, and interfaces on which one IP version belongs to no zone. */
function warnOfStrays(drafts: ReadonlyMap<string, Draft>, { report, interfaces, families }: ZoneContext): void {
  for (const draft of drafts.values()) {
    const { kind, name } = draft.zone;
    if (kind !== 'network' || draft.hosts.length > 0) continue;
    if (
      [...interfaces.values()].some((entry) =>
        entry.lines.some((line) => line.zoneCell?.value.name === name && line.dynamicNets),
      )
    )
      continue;
    // A zone may have lost its interface to a mistake that was already reported.
    if (
      reservedZoneNames.includes(name) ||
      !typeNamed(draft.row.cells.type) ||
      report.leftOut.mayDeclare(name, 'interfaces', 'hosts')
    )
      continue;
    report.add(unboundZone(draft.row.cells.zone.span, name));
  }
  if (report.leftOut.isPartOf('zones', 'hosts')) return;
  for (const entry of interfaces.values()) {
    const here = [...drafts.values()].filter((draft) => draft.hosts.some((group) => group.interface === entry));
    if (here.length === 0) continue;
    for (const version of families.versions) {
      if (here.some((draft) => draft.zone.versions.includes(version)) || !entry.options[version]) continue;
      report.add(
        familyOutsideZones(
          entry.origin,
          `IPv${version}`,
          entry.name,
          here.map((draft) => draft.zone.name).join('`, `'),
        ),
      );
    }
  }
}

/** Depth first: the parts of a zone come before the zone, otherwise the order of the file (zones(5)). */
function partsFirst(drafts: ReadonlyMap<string, Draft>): readonly Draft[] {
  const ordered: Draft[] = [];
  const seen = new Set<string>();
  const visit = (draft: Draft): void => {
    if (seen.has(draft.zone.name)) return;
    seen.add(draft.zone.name);
    for (const part of drafts.values()) if (part.zone.parents.includes(draft.zone.name)) visit(part);
    ordered.push(draft);
  };
  for (const draft of drafts.values()) visit(draft);
  return ordered;
}
