/** The `conntrack` file: helpers by port, what is told of connections, and what is not tracked. */

import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { userNeedsFirewall } from '../../diagnostics/catalogue/rules.ts';
import { unknownZone } from '../../diagnostics/catalogue/zones.ts';
import type { Cell } from '../../language/schema.ts';
import type { Endpoint, EndpointColumn, HostPlace } from '../../language/values.ts';
import type { TrackingRule } from '../../model/conntrack.ts';
import type { HostMatch, ProtocolMatch } from '../../model/traffic.ts';
import { resolvePlaces } from '../columns/host-places.ts';
import { resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { reportUnknownInterface } from '../columns/unknown-names.ts';
import { hostsOf, withoutPorts } from '../rules/endpoints.ts';
import { asRuleRow, type RuleRow } from '../rules/rule-row.ts';
import { helperFits } from '../rules/rules.ts';
import type { Scope } from '../scope.ts';
import { oneKindOf, resolveEachKind } from '../zones/hosts.ts';
import { selectZones } from '../zones/zone-pairs.ts';
import { resolveTrackingAction, type TrackingWish } from './tracking-action.ts';

type TrackingRow = Config['conntrack'][number];

/** Every line of `conntrack`. */
export function resolveTracking(rows: Config['conntrack'], scope: Scope): readonly TrackingRule[] {
  return rows.flatMap((row) => resolveRow(row, scope));
}

function resolveRow(row: TrackingRow, scope: Scope): readonly TrackingRule[] {
  const wanted = wishOf(row, scope);
  const sources = sourcesOf(row, scope);
  const dests = row.cells.dest ? destsOf(row.cells.dest, wanted?.hooks, scope) : [undefined];
  if (!wanted || !sources || !dests) return [];
  const { first, hooks, ...what } = wanted;
  if (row.cells.user && hooks.includes('prerouting')) {
    scope.report.add(userNeedsFirewall(row.cells.user.span));
    return [];
  }
  const conditions = conditionsOf(row);
  const ends = sources.flatMap((source) => dests.map((dest) => ({ source, dest })));
  return ends.flatMap(({ source, dest }) => {
    const traffic = resolveTraffic(conditions, { source: source?.hosts, dest }, scope);
    if (!traffic || !tellsNoEvent(conditions, traffic, scope)) return [];
    if (what.action.kind === 'helper' && !helperFits(conditions, what.action.helper, traffic, scope)) return [];
    const judged = first ? { ...traffic, protocols: beginning(traffic.protocols, row) } : traffic;
    return [
      {
        ...(source?.zones ? { source: { zones: source.zones } } : {}),
        traffic: judged,
        hooks,
        ...what,
        origin: row.origin,
      },
    ];
  });
}

/** Of TCP the packet that begins a connection, unless PROTO says `tcp:all`. */
function beginning(protocols: readonly ProtocolMatch[], { cells }: TrackingRow): readonly ProtocolMatch[] {
  if (cells.proto?.value.some(({ flags }) => flags === 'all')) return protocols;
  return protocols.map((each) => (each.protocol === 6 && !each.negated ? { ...each, syn: true } : each));
}

function conditionsOf(row: TrackingRow): RuleRow {
  const { proto, dport, sport, user, switch: turned } = row.cells;
  const action = { value: { name: '', at: { start: 0, end: 0 } }, text: row.line.text, span: row.span };
  return asRuleRow({ action, proto, dport, sport, user, switch: turned }, row);
}

/** `CT:helper:ftp:PO`: what is done, and in which hooks. Formats 1 and 2 know no hooks; format 1 only NOTRACK. */
function wishOf(row: TrackingRow, scope: Scope): (TrackingWish & Pick<TrackingRule, 'hooks'>) | undefined {
  const cell = row.cells.action;
  const fromFirewall = row.cells.source?.text.text.split(':')[0] === scope.firewall;
  const [, what = '', where] = /^(.*?)(?::(P|O|PO|OP))?$/.exec(cell?.text.text ?? 'NOTRACK') ?? [];
  const hooks =
    row.line.format === 3 ? hooksOf(where ?? 'P') : fromFirewall ? (['output'] as const) : (['prerouting'] as const);
  if (!cell) return { action: { kind: 'notrack' }, first: false, hooks };
  const wish = resolveTrackingAction(cell, what, scope);
  return wish && { ...wish, hooks };
}

function hooksOf(where: string): TrackingRule['hooks'] {
  if (where === 'P') return ['prerouting'];
  return where === 'O' ? ['output'] : ['prerouting', 'output'];
}

/** DEST: addresses, and on the way out an interface. */
function destsOf(
  cell: Cell<HostPlace>,
  hooks: TrackingRule['hooks'] | undefined,
  scope: Scope,
): readonly HostMatch[] | undefined {
  const hosts = cell.value.firewall ? undefined : resolvePlaces(cell, cell.value, scope);
  if (cell.value.firewall || (hosts?.some((each) => each.interface) && hooks?.includes('prerouting'))) {
    const why = 'packets are not routed yet: name addresses, or write `:O` for those of the firewall';
    scope.report.add(unsupportedMatch(cell.span, `\`${cell.text.text}\` in DEST of \`conntrack\``, why));
    return undefined;
  }
  if (!hosts?.some((each) => each.macs.length > 0)) return hosts;
  scope.report.add(macInDest(cell.span, 'DEST'));
  return undefined;
}

interface Source {
  readonly zones?: readonly string[];
  readonly hosts?: HostMatch | undefined;
}

/** SOURCE: a zone in formats 1 and 2; interfaces or addresses in format 3. Undefined after a message. */
function sourcesOf(row: TrackingRow, scope: Scope): readonly (Source | undefined)[] | undefined {
  const cell: Cell<EndpointColumn> | undefined = row.cells.source;
  if (!cell) return [undefined];
  if (cell.value.kind === 'hosts') {
    if (!withoutPorts(cell, cell.value, 'SPORT', scope)) return undefined;
    return resolveEachKind(cell, cell.value.hosts, scope)?.map((hosts) => ({ hosts }));
  }
  const endpoints = cell.value.kind === 'endpoints' ? cell.value.endpoints : [];
  if (endpoints.length === 0) {
    scope.report.add(unknownZone(cell.span, cell.text.text, undefined));
    return undefined;
  }
  const found = endpoints
    .flatMap((endpoint) => oneKindOf(endpoint))
    .map((endpoint) => sourceOf(cell, endpoint, row.line.format === 3, scope));
  return found.includes('mistake') ? undefined : found.filter((each) => each !== 'mistake');
}

/** `interfaces`: in format 3 a name is that of an interface. */
function sourceOf(
  cell: Cell<EndpointColumn>,
  endpoint: Endpoint,
  interfaces: boolean,
  scope: Scope,
): Source | 'mistake' {
  const first = endpoint.zones.kind === 'zones' ? endpoint.zones.zones[0]?.name : undefined;
  const entry = first !== undefined && !scope.zones.has(first) ? scope.interfaces.get(first) : undefined;
  const hosts = hostsOf({ cell, endpoint }, scope);
  if (hosts === 'mistake') return 'mistake';
  if (entry) return { hosts: { except: [], macs: [], sets: [], ...hosts, interface: entry.pattern } };
  const unknown = endpoint.zones.kind === 'zones' ? endpoint.zones.zones[0] : undefined;
  if (unknown && interfaces && !scope.zones.has(unknown.name)) {
    reportUnknownInterface(placeIn(cell, unknown.at), unknown.name, scope);
    return 'mistake';
  }
  const zones = selectZones(cell, endpoint.zones, scope);
  if (!zones) return 'mistake';
  return { ...(endpoint.zones.kind === 'all' ? {} : { zones }), hosts };
}
