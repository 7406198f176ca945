/** The `conntrack` file: helpers by port, and what is not tracked. */
import type { Config } from '../2-parse/parse.ts';
import { macInDest } from '../diagnostics/catalogue/addresses.ts';
import { unknownHelper } from '../diagnostics/catalogue/helpers.ts';
import { unsupportedMatch } from '../diagnostics/catalogue/matches.ts';
import { trackingAction } from '../diagnostics/catalogue/other-files.ts';
import { userNeedsFirewall } from '../diagnostics/catalogue/rules.ts';
import { unknownZone } from '../diagnostics/catalogue/zones.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { type HelperName, helperTable } from '../language/names.ts';
import type { Cell } from '../language/schema.ts';
import type { EndpointColumn } from '../language/values.ts';
import type { HostMatch, TrackingRule } from '../model.ts';
import { resolveHosts } from './hosts.ts';
import { logTargetOf } from './logging.ts';
import { resolveTraffic, tellsNoEvent } from './row-traffic.ts';
import { asRuleRow, type RuleRow } from './rule-row.ts';
import { helperFits, hostsOf, withoutPorts } from './rules.ts';
import type { Scope } from './scope.ts';
import { selectZones } from './zone-pairs.ts';

type TrackingRow = Config['conntrack'][number];

/** Every line of `conntrack`. */
export function resolveTracking(rows: Config['conntrack'], scope: Scope): readonly TrackingRule[] {
  return rows.flatMap((row) => resolveRow(row, scope) ?? []);
}

function resolveRow(row: TrackingRow, scope: Scope): TrackingRule | undefined {
  const what = actionOf(row, scope);
  const source = sourceOf(row, scope);
  const dest = row.cells.dest ? resolveHosts(row.cells.dest, row.cells.dest.value, scope) : undefined;
  if (dest && dest.macs.length > 0) {
    scope.report.add(macInDest(row.cells.dest?.span ?? row.span, 'DEST'));
    return undefined;
  }
  if (!what || source === 'mistake' || (row.cells.dest && !dest)) return undefined;
  const conditions = conditionsOf(row);
  const traffic = resolveTraffic(conditions, { source: source?.hosts, dest }, scope);
  if (!traffic || !tellsNoEvent(conditions, traffic, scope)) return undefined;
  if (row.cells.user && what.hooks.includes('prerouting')) {
    scope.report.add(userNeedsFirewall(row.cells.user.span));
    return undefined;
  }
  if (what.action.kind === 'helper' && !helperFits(conditions, what.action.helper, traffic, scope)) return undefined;
  return { ...(source?.zones ? { source: { zones: source.zones } } : {}), traffic, ...what, origin: row.origin };
}

function conditionsOf(row: TrackingRow): RuleRow {
  const { proto, dport, sport, user, switch: turned } = row.cells;
  const action = { value: { name: '', at: { start: 0, end: 0 } }, text: row.line.text, span: row.span };
  return asRuleRow({ action, proto, dport, sport, user, switch: turned }, row);
}

/** `CT:helper:ftp:PO`: what is done, and in which hooks. Formats 1 and 2 know no hooks; format 1 only NOTRACK. */
function actionOf(row: TrackingRow, scope: Scope): Pick<TrackingRule, 'action' | 'hooks' | 'log'> | undefined {
  const cell = row.cells.action;
  const text = cell?.text.text ?? 'NOTRACK';
  const place = cell?.span ?? row.span;
  const [, what = '', where] = /^(.*?)(?::(P|O|PO|OP))?$/.exec(text) ?? [];
  const fromFirewall = row.cells.source?.text.text.split(':')[0] === scope.firewall;
  const hooks =
    row.line.format === 3 ? hooksOf(where ?? 'P') : fromFirewall ? (['output'] as const) : (['prerouting'] as const);
  if (what === 'NOTRACK' || what === 'CT:notrack') return { action: { kind: 'notrack' }, hooks };
  const helper = /^CT:helper:([^(]+)$/.exec(what)?.[1]?.replace(/-0$/, '');
  if (helper !== undefined) {
    if (Object.hasOwn(helperTable, helper)) return { action: { kind: 'helper', helper: helper as HelperName }, hooks };
    scope.report.add(unknownHelper(place, helper, nearest(helper, Object.keys(helperTable))));
    return undefined;
  }
  const [, kind, level] = /^(DROP|LOG)(?::(.+))?$/.exec(what) ?? [];
  const target = level === undefined ? undefined : logTargetOf(level);
  if (!kind || (level !== undefined && target === undefined) || (kind === 'LOG' && level === undefined)) {
    scope.report.add(trackingAction(place, text));
    return undefined;
  }
  const log = target && target !== 'none' ? { log: { target } } : {};
  return { action: { kind: kind === 'DROP' ? 'drop' : 'log' }, hooks, ...log };
}

function hooksOf(where: string): TrackingRule['hooks'] {
  if (where === 'P') return ['prerouting'];
  return where === 'O' ? ['output'] : ['prerouting', 'output'];
}

/** SOURCE: a zone in formats 1 and 2; an interface or addresses in format 3. */
function sourceOf(
  row: TrackingRow,
  scope: Scope,
): { readonly zones?: readonly string[]; readonly hosts?: HostMatch | undefined } | undefined | 'mistake' {
  const cell: Cell<EndpointColumn> | undefined = row.cells.source;
  if (!cell) return undefined;
  if (cell.value.kind === 'hosts') {
    if (!withoutPorts(cell, cell.value, 'SPORT', scope)) return 'mistake';
    const hosts = resolveHosts(cell, cell.value.hosts, scope);
    return hosts ? { hosts } : 'mistake';
  }
  const [endpoint, second] = cell.value.kind === 'endpoints' ? cell.value.endpoints : [];
  if (!endpoint) {
    scope.report.add(unknownZone(cell.span, cell.text.text, undefined));
    return 'mistake';
  }
  if (second) {
    const why = 'a line of `conntrack` is about one place: write a line for each';
    scope.report.add(unsupportedMatch(cell.span, 'a list of zones with hosts', why));
    return 'mistake';
  }
  const first = endpoint.zones.kind === 'zones' ? endpoint.zones.zones[0]?.name : undefined;
  const entry = first !== undefined && !scope.zones.has(first) ? scope.interfaces.get(first) : undefined;
  const hosts = hostsOf({ cell, endpoint }, scope);
  if (hosts === 'mistake') return 'mistake';
  if (entry) return { hosts: { except: [], macs: [], sets: [], ...hosts, interface: entry.pattern } };
  const zones = selectZones(cell, endpoint.zones, scope);
  if (!zones) return 'mistake';
  return { ...(endpoint.zones.kind === 'all' ? {} : { zones }), hosts };
}
