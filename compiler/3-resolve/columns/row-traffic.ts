/** Which packets a line is about: every column besides ACTION and the zones. */
import { placeIn } from '../../2-parse/value.ts';
import { concat } from '../../concat.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { unknownHelper } from '../../diagnostics/catalogue/helpers.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Match } from '../../ir/ruleset.ts';
import { type HelperName, helperTable } from '../../language/names.ts';
import type { SetMatch } from '../../model/sets.ts';
import type { HostMatch, ProtocolMatch, Traffic } from '../../model/traffic.ts';
import type { Version } from '../../net/version.ts';
import { spanOf } from '../../source.ts';
import { type RawMatches, resolveRawMatches } from '../iptables/matches.ts';
import type { RuleRow } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import { protocolHas, sayVersions, versionParts, versionsOf, versionsRead } from './ip-versions.ts';
import { resolveMark } from './marks.ts';
import { resolveProtocols } from './protocols.ts';
import { resolveTime } from './time.ts';
import { resolveConnectionLimit, resolveHeaders, resolveRates, resolveUsers } from './traffic.ts';

/** The hosts of SOURCE and DEST, already looked up. */
export interface Ends {
  readonly source?: HostMatch | undefined;
  readonly dest?: HostMatch | undefined;
}

/** The traffic of a line; undefined after a mistake. */
export function resolveTraffic(row: RuleRow, ends: Ends, scope: Scope): Traffic | undefined {
  const cells = row.cells.origdest?.text.text === 'all' ? { ...row.cells, origdest: undefined } : row.cells;
  const column = resolveProtocols(cells, scope);
  const originalDest = cells.origdest ? resolveHosts(cells.origdest, cells.origdest.value, scope) : undefined;
  if (cells.origdest && originalDest && originalDest.macs.length > 0) {
    scope.report.add(macInDest(cells.origdest.span, 'ORIGDEST'));
    return undefined;
  }
  const plain = conditionsOf(row, scope);
  const raw = column && rawMatchesOf(row, column, scope);
  const protocols = raw?.protocols;
  const conditions = plain && raw && concat(plain, raw.matches);
  const columnRates = cells.rate ? resolveRates(cells.rate, scope) : none;
  const rates = columnRates && raw && concat(columnRates, raw.rates);
  const columnLimit = cells.connlimit && resolveConnectionLimit(cells.connlimit, scope);
  if (cells.connlimit && raw?.connectionLimit) {
    scope.report.add(unsupportedMatch(cells.connlimit.span, 'CONNLIMIT beside `-m connlimit`', 'a rule counts once'));
    return undefined;
  }
  const connectionLimit = columnLimit ?? raw?.connectionLimit;
  const source = raw && raw.sets.length > 0 ? withSets(ends.source, raw.sets) : ends.source;
  if (
    !protocols ||
    !conditions ||
    !raw ||
    !rates ||
    (cells.connlimit && !columnLimit) ||
    (cells.origdest && !originalDest)
  )
    return undefined;
  const possible = versionsOf([source, ends.dest, originalDest], protocols, conditions, scope);
  const versions = row.version === undefined ? possible : possible.filter((version) => version === row.version);
  if (versions.length === 0) {
    const parts = { source, dest: ends.dest, protocols, conditions, ...(originalDest ? { originalDest } : {}) };
    if (!isOfOtherVersion(row, ends, parts, scope)) sayVersions(row, versionParts(row, parts), scope);
    return undefined;
  }
  // Assigned and not spread: of long files most of the time would go into making objects.
  const traffic = trafficBetween(source, ends.dest, { protocols, rates, conditions, versions });
  if (originalDest) traffic.originalDest = originalDest;
  if (connectionLimit) traffic.connectionLimit = connectionLimit;
  if (raw.events.length > 0) traffic.events = raw.events;
  return traffic;
}

/** Whether a line that no IP version reads is none of the user's: one of a macro that is about the other version. */
function isOfOtherVersion(
  row: RuleRow,
  ends: Ends,
  { protocols, originalDest }: { readonly protocols: readonly ProtocolMatch[]; readonly originalDest?: HostMatch },
  scope: Scope,
): boolean {
  // A macro is for both IP versions; its lines for one that is not compiled have no effect here.
  const foreign = protocols.every((each) => !versionsRead(row, scope).some((version) => protocolHas(each, version)));
  if (foreign && row.origin[0].source.path.startsWith('library/')) return true;
  // The same for its lines that only one IP version reads, where the caller names addresses of the other.
  return row.version !== undefined && row.users.length > 0 && addressed(row.version, ends, originalDest, scope);
}

function rawMatchesOf(
  { inlineMatches }: RuleRow,
  protocols: readonly ProtocolMatch[],
  scope: Scope,
): RawMatches | undefined {
  if (inlineMatches) return resolveRawMatches(inlineMatches, protocols, scope);
  return { matches: none, rates: none, sets: none, events: none, protocols };
}

type Plain = Pick<Traffic, 'protocols' | 'rates' | 'conditions' | 'versions'>;

/** In one piece where both ends are named, as in most lines of long files: an object that grows takes twice the memory. */
function trafficBetween(
  source: HostMatch | undefined,
  dest: HostMatch | undefined,
  { protocols, rates, conditions, versions }: Plain,
): Writable<Traffic> {
  if (source && dest) return { protocols, rates, conditions, versions, source, dest };
  const traffic: Writable<Traffic> = { protocols, rates, conditions, versions };
  if (source) traffic.source = source;
  if (dest) traffic.dest = dest;
  return traffic;
}

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

const none: readonly never[] = [];

/** Whether the addresses of a line, and not something else, keep it from an IP version. */
function addressed(version: Version, ends: Ends, originalDest: HostMatch | undefined, scope: Scope): boolean {
  const versions = versionsOf([ends.source, ends.dest, originalDest], [], [], scope);
  return versions.length > 0 && !versions.includes(version);
}

/** Sets that raw matches name beside the hosts of a column; the sides that they name are those of the packet. */
function withSets(hosts: HostMatch | undefined, sets: readonly SetMatch[]): HostMatch {
  return { except: [], macs: [], ...hosts, sets: [...(hosts?.sets ?? []), ...sets] };
}

/** Whether a line tells no event anything; said of those that would do it where the packet is not decided yet. */
export function tellsNoEvent(row: RuleRow, traffic: Traffic, { report }: Scope): boolean {
  if (!row.inlineMatches || !traffic.events?.some((each) => each.effect)) return true;
  const why = 'only a rule that decides about the packet can change what an event remembers';
  report.add(unsupportedMatch(spanOf(row.inlineMatches), 'an event that is changed here', why));
  return false;
}

/** USER, MARK, TIME, HEADERS and SWITCH; undefined after a message. */
function conditionsOf(row: RuleRow, scope: Scope): readonly Match[] | undefined {
  const { user, mark, time, headers, switch: turned } = row.cells;
  if (!user && !mark && !time && !headers && !turned) return none;
  const { report, environment } = scope;
  const parts: (readonly Match[] | undefined)[] = [];
  if (user) parts.push(resolveUsers(user, environment, report));
  if (mark) {
    const match = resolveMark(mark, scope);
    parts.push(match && [match]);
  }
  if (time) parts.push(resolveTime(time, report));
  if (headers) parts.push(resolveHeaders(headers, report));
  if (turned) {
    const match = scope.switches.match(turned);
    parts.push(match && [match]);
  }
  return parts.includes(undefined) ? undefined : parts.flatMap((part) => part ?? []);
}

/** HELPER as a name of the kernel's; undefined when absent, `mistake` after a message. */
export function resolveHelper(
  row: { readonly cells: Pick<RuleRow['cells'], 'helper'> },
  scope: Scope,
): HelperName | undefined | 'mistake' {
  const cell = row.cells.helper;
  if (!cell) return undefined;
  const name = cell.value.name.replace(/-0$/, '');
  if (Object.hasOwn(helperTable, name)) return name as HelperName;
  scope.report.add(
    unknownHelper(placeIn(cell, cell.value.at), cell.value.name, nearest(cell.value.name, Object.keys(helperTable))),
  );
  return 'mistake';
}
