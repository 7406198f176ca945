/** Which packets a line is about: every column besides ACTION and the zones. */
import { placeIn } from '../../2-parse/value.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { unknownHelper } from '../../diagnostics/catalogue/helpers.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Match } from '../../ir/ruleset.ts';
import { type HelperName, helperTable } from '../../language/names.ts';
import type { SetMatch } from '../../model/sets.ts';
import type { HostMatch, Traffic } from '../../model/traffic.ts';
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
  const cells = { ...row.cells, origdest: row.cells.origdest?.text.text === 'all' ? undefined : row.cells.origdest };
  const column = resolveProtocols(cells, scope);
  const originalDest = cells.origdest ? resolveHosts(cells.origdest, cells.origdest.value, scope) : undefined;
  if (cells.origdest && originalDest && originalDest.macs.length > 0) {
    scope.report.add(macInDest(cells.origdest.span, 'ORIGDEST'));
    return undefined;
  }
  const plain = conditionsOf(row, scope);
  const raw =
    row.inlineMatches && column
      ? resolveRawMatches(row.inlineMatches, column, scope)
      : { ...nothingRaw, protocols: column };
  const protocols = raw?.protocols;
  const conditions = plain && raw && [...plain, ...raw.matches];
  const columnRates = cells.rate ? resolveRates(cells.rate, scope) : [];
  const rates = columnRates && raw && [...columnRates, ...raw.rates];
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
  const versions = versionsRead(row, scope).filter((version) =>
    versionsOf([source, ends.dest, originalDest], protocols, conditions, scope).includes(version),
  );
  if (versions.length === 0) {
    // A macro speaks of both IP versions; its lines for one that is not compiled say nothing here.
    const foreign = protocols.every((each) => !versionsRead(row, scope).some((version) => protocolHas(each, version)));
    if (foreign && row.origin[0].source.path.startsWith('library/')) return undefined;
    // The same for its lines that only one IP version reads, where the caller names addresses of the other.
    if (row.version !== undefined && row.users.length > 0 && addressed(row.version, ends, originalDest, scope))
      return undefined;
    sayVersions(
      row,
      versionParts(row, { source, dest: ends.dest, protocols, conditions, ...(originalDest ? { originalDest } : {}) }),
      scope,
    );
    return undefined;
  }
  return {
    ...(source ? { source } : {}),
    ...(ends.dest ? { dest: ends.dest } : {}),
    protocols,
    ...(originalDest ? { originalDest } : {}),
    rates,
    ...(connectionLimit ? { connectionLimit } : {}),
    conditions,
    ...(raw.events.length > 0 ? { events: raw.events } : {}),
    versions,
  };
}

/** Whether the addresses of a line, and not something else, keep it from an IP version. */
function addressed(version: Version, ends: Ends, originalDest: HostMatch | undefined, scope: Scope): boolean {
  const versions = versionsOf([ends.source, ends.dest, originalDest], [], [], scope);
  return versions.length > 0 && !versions.includes(version);
}

/** Sets that raw matches name beside the hosts of a column; the sides that they name are those of the packet. */
function withSets(hosts: HostMatch | undefined, sets: readonly SetMatch[]): HostMatch {
  return { except: [], macs: [], ...hosts, sets: [...(hosts?.sets ?? []), ...sets] };
}

const nothingRaw: Omit<RawMatches, 'protocols'> = { matches: [], rates: [], sets: [], events: [] };

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
