/** Traffic shaping: which of its files count the setting TC_ENABLED says. */
import type { Config } from '../../2-parse/parse.ts';
import { unknownHelper } from '../../diagnostics/catalogue/helpers.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Match } from '../../ir/ruleset.ts';
import { helperTable } from '../../language/names.ts';
import { withValue } from '../../language/schema.ts';
import type { ShapedDevice, Shaping, ShapingBand, ShapingFilter, SimpleDevice } from '../../model/shaping.ts';
import type { HostMatch, Traffic } from '../../model/traffic.ts';
import type { Version } from '../../net/version.ts';
import { resolveTraffic } from '../columns/row-traffic.ts';
import { columnsOfMangle } from '../marks/mangle-columns.ts';
import { deviceOf } from '../routing/routing-rules.ts';
import { asRuleRow } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import { orderOf } from './class-filters.ts';
import { resolveDevices } from './devices.ts';
import { incomingOf, rateOf } from './rates.ts';
import { say } from './say.ts';
import { serviceWords } from './service-bits.ts';

type ShapingConfig = Pick<Config, 'tcdevices' | 'tcclasses' | 'tcfilters' | 'tcinterfaces' | 'tcpri'>;

/** What is shaped. Files of another kind than the setting names are not looked at (shorewall.conf(5), TC_ENABLED). */
export function resolveShaping(config: ShapingConfig, scope: Scope): Shaping {
  const { mode } = scope.settings.shaping;
  const none: Shaping = { applied: true, devices: [], simple: [], filters: [], bands: [] };
  if (mode === 'simple') {
    return {
      ...none,
      simple: config.tcinterfaces.flatMap((row) => resolveSimple(row, scope) ?? []),
      bands: config.tcpri.flatMap((row) => resolveBand(row, scope) ?? []),
    };
  }
  if (mode !== 'internal' && mode !== 'shared') return none;
  const devices = resolveDevices(config, scope);
  return {
    ...none,
    applied: mode === 'internal',
    devices,
    filters: filtersInOrder(config.tcfilters, devices, scope),
  };
}

type FilterRow = Config['tcfilters'][number];

/** Without a number of its own a filter is asked behind those of its device above it, as far as they are numbered (Tc.pm of 5.2.8). */
function filtersInOrder(
  rows: readonly FilterRow[],
  devices: readonly ShapedDevice[],
  scope: Scope,
): readonly ShapingFilter[] {
  const last = new Map<string, number>();
  return filterLines(rows, scope.families.versions).flatMap(({ row, versions }) => {
    const found = resolveFilter(row, devices, scope);
    if (!found) return [];
    const before = last.get(found.device) ?? 0;
    const { priority } = row.cells;
    const order = orderOf(priority?.value.name, before + 1);
    if (order === undefined && priority)
      say(scope, priority.span, `\`${priority.text.text}\` is no priority`, 'a number from 1 to 65535', 'leave it out');
    last.set(found.device, Math.max(before, order ?? 0));
    return order === undefined ? [] : ofVersions({ ...found, order }, versions);
  });
}

/** The lines of `tcfilters` with the IP versions that they are for: `IPV4`, `IPV6` and `ALL` alone on a line change them. */
function filterLines(rows: readonly FilterRow[], all: readonly Version[]) {
  const words: Readonly<Record<string, readonly Version[]>> = { IPV4: [4], IPV6: [6], ALL: all };
  let versions = all;
  return rows.flatMap((row) => {
    const { class: first, ...others } = row.cells;
    const word = Object.values(others).some((cell) => cell) ? undefined : words[first.value.name];
    if (!word) return [{ row, versions }];
    versions = word;
    return [];
  });
}

function ofVersions(filter: ShapingFilter, versions: readonly Version[]): readonly ShapingFilter[] {
  const mine = filter.traffic.versions.filter((version) => versions.includes(version));
  return mine.length === 0 ? [] : [{ ...filter, traffic: { ...filter.traffic, versions: mine } }];
}

function resolveSimple(row: Config['tcinterfaces'][number], scope: Scope): SimpleDevice | undefined {
  const { cells } = row;
  const device = deviceOf(cells.interface, cells.interface.value.name, scope);
  const kind = cells.type?.value.name.toLowerCase();
  const incoming = incomingOf(cells.in_bandwidth?.value.name, cells.in_bandwidth?.span ?? row.span, scope.report);
  if (kind !== undefined && kind !== 'external' && kind !== 'internal')
    return say(
      scope,
      cells.type?.span ?? row.span,
      `\`${cells.type?.text.text}\` is no type`,
      '`External` or `Internal`',
      'write `External` for the internet',
    );
  const [first = '', burst = '10kb', latency = '200ms', peak, least] = cells.out_bandwidth?.value.name.split(':') ?? [];
  const rate = cells.out_bandwidth ? rateOf(first) : undefined;
  const sound = [burst, latency, peak ?? '1', least ?? '1'].every((word) => /^[0-9.]+[a-z]*$/i.test(word));
  if (cells.out_bandwidth && (rate === undefined || !sound))
    return say(
      scope,
      cells.out_bandwidth.span,
      `\`${cells.out_bandwidth.text.text}\` is no rate`,
      '`rate[:burst[:latency[:peak[:minburst]]]]`',
      'write `5mbit:10kb:200ms`',
    );
  if (device === undefined || incoming === 'mistake') return undefined;
  const more = [...(peak ? ['peakrate', peak] : []), ...(least ? ['minburst', least] : [])];
  return {
    device,
    ...(kind ? { flow: kind === 'external' ? 'nfct-src' : 'dst' } : {}),
    ...(incoming ? { incoming } : {}),
    ...(rate === undefined ? {} : { out: { rate, burst, latency, more } }),
    origin: row.origin,
  };
}

function resolveBand(row: Config['tcpri'][number], scope: Scope): ShapingBand | undefined {
  const { band, proto, dport, sport, address, interface: from, helper } = row.cells;
  const number = Number(band.value.name);
  if (![1, 2, 3].includes(number))
    return say(scope, band.span, `\`${band.text.text}\` is no band`, '1, 2 or 3', 'write 1 for what goes first');
  if (from && (proto || dport || sport || address || helper))
    return say(
      scope,
      from.span,
      'INTERFACE stands beside other columns',
      'a line names an interface, or packets',
      'write two lines',
    );
  const device = from && deviceOf(from, from.value.name, scope);
  const hosts = address ? resolveHosts(address, address.value, scope) : undefined;
  if ((from && device === undefined) || (address && !hosts)) return undefined;
  if (helper && !Object.hasOwn(helperTable, helper.value.name.replace(/-0$/, ''))) {
    scope.report.add(
      unknownHelper(helper.span, helper.value.name, nearest(helper.value.name, Object.keys(helperTable))),
    );
    return undefined;
  }
  const conditions = columnsOfMangle(helper ? { helper } : {}, scope);
  const source: HostMatch | undefined =
    device === undefined ? hosts : { except: [], macs: [], sets: [], interface: { name: device, wildcard: false } };
  // In the first format a port is that of either end.
  const either = row.line.format !== 2 && dport ? withValue(dport, { ...dport.value }) : undefined;
  const action = { value: { name: '', at: { start: 0, end: 0 } }, text: row.line.text, span: row.span };
  const sports = either && dport ? withValue(dport, { negated: false, either: true, items: [] }) : sport;
  const traffic = resolveTraffic(asRuleRow({ action, proto, dport, sport: sports }, row), { source }, scope);
  if (!traffic || !conditions) return undefined;
  return {
    band: number,
    forwarded: device !== undefined,
    traffic: { ...traffic, conditions: [...traffic.conditions, ...conditions] },
    origin: row.origin,
  };
}

/** What u32 compares: bits under a mask. */
function isOfU32(match: Match): boolean {
  if (match.kind === 'trafficClass') return !match.negated;
  const most = match.kind === 'length' && !match.negated ? (match.ranges[0]?.last ?? 0) + 1 : 0;
  return most > 0 && (most & (most - 1)) === 0;
}

/** Whether tc can ask for it by itself. */
function isPlain({ source, dest, protocols, conditions }: Traffic): boolean {
  const hosts = [source, dest].every(
    (each) =>
      !each || (each.except.length + each.macs.length + each.sets.length === 0 && !each.runtime && !each.interface),
  );
  const plain = protocols.every(
    (each) => !each.negated && !each.dports?.negated && !each.sports?.negated && !each.dports?.set,
  );
  return hosts && plain && conditions.every(isOfU32);
}

function resolveFilter(
  row: FilterRow,
  devices: readonly ShapedDevice[],
  scope: Scope,
): Omit<ShapingFilter, 'order'> | undefined {
  const { cells } = row;
  const [first = '', last = ''] = cells.class.value.name.split(':');
  const device = devices.find((each) => each.device === first || String(each.number) === first);
  const minor = Number.parseInt(last, 16);
  const found = device?.classes.find(({ number }) => number === minor);
  if (!device || !found)
    return say(
      scope,
      cells.class.span,
      `\`${cells.class.text.text}\` is no class`,
      'not in `tcclasses`',
      'write `interface:class`, the class as `tcclasses` numbers it',
    );
  const source = cells.source ? resolveHosts(cells.source, cells.source.value, scope) : undefined;
  const dest = cells.dest ? resolveHosts(cells.dest, cells.dest.value, scope) : undefined;
  const { length } = cells;
  const tos = cells.tos && withValue(cells.tos, { ...cells.tos.value, name: serviceWords(cells.tos.value.name) });
  const most = length && withValue(length, { ...length.value, name: `:${length.value.name}` });
  const conditions = columnsOfMangle({ tos, length: most }, scope);
  if ((cells.source && !source) || (cells.dest && !dest) || !conditions) return undefined;
  const action = { value: { name: '', at: { start: 0, end: 0 } }, text: row.line.text, span: row.span };
  const { proto, dport, sport } = cells;
  const traffic = resolveTraffic(asRuleRow({ action, proto, dport, sport }, row), { source, dest }, scope);
  if (!traffic) return undefined;
  if (device.redirected.length > 0 && !isPlain(traffic))
    return say(
      scope,
      row.span,
      'this filter cannot tell packets that come in',
      'before rules are asked, tc knows addresses, ports, protocols, the type of service and lengths of 2^n - 1 at most',
      'leave out sets, exceptions, `!` and hardware addresses',
    );
  return {
    device: device.device,
    major: device.number,
    minor,
    traffic: { ...traffic, conditions: [...traffic.conditions, ...conditions] },
    origin: row.origin,
  };
}
