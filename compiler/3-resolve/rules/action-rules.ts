/** Lines of an action: rules without zones, for the packets that the chain is called with. */

import { placeIn } from '../../2-parse/value.ts';
import { translatingAction, zoneInAction } from '../../diagnostics/catalogue/actions.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import type { Cell } from '../../language/schema.ts';
import type { EndpointColumn } from '../../language/values.ts';
import type { ActionCall, ActionRule, RuleAction } from '../../model/rule.ts';
import type { HostMatch, Traffic } from '../../model/traffic.ts';
import { resolveHelper, resolveTraffic } from '../columns/row-traffic.ts';
import { answersOf, soundReject } from '../columns/verdicts.ts';
import type { Scope } from '../scope.ts';
import { namesHardware, oneKindOf, resolveEachKind } from '../zones/hosts.ts';
import { hostsOf, withoutPorts } from './endpoints.ts';
import { type PlainAction, resolveAction } from './rule-action.ts';
import { type ExpandedCall, logOf, type RuleRow } from './rule-row.ts';
import { isTranslation, resolveTranslation, serverEndpoint } from './translation.ts';

/** Resolves the chains that these lines call, inner ones first; `scope.calls` has them then. */
export function resolveCalls(rows: readonly RuleRow[], scope: Scope): void {
  for (const { call, users } of rows)
    if (call && call !== 'failed') scope.report.usedBy(users, () => resolveCall(call, scope));
}

/** The chain of a call. */
export function resolveCall(call: ExpandedCall, scope: Scope): ActionCall {
  const known = scope.calls.get(call);
  if (known) return known;
  const { name, chain, states, origin } = call;
  const rules = rulesOfAction(call.rows, scope);
  const translates = rules.some((each) => isTranslation(each.action)) ? ({ translates: true } as const) : {};
  const resolved = { name, chain, ...(states ? { states } : {}), ...translates, rules, origin };
  scope.calls.set(call, resolved);
  return resolved;
}

/** The rules that expanded lines of an action stand for; none for those with a mistake. */
export function rulesOfAction(rows: readonly RuleRow[], scope: Scope): readonly ActionRule[] {
  resolveCalls(rows, scope);
  return rows.flatMap((row) =>
    scope.report.usedBy(row.users, () => endsOf(row, scope)?.flatMap((ends) => actionRule(row, ends, scope)) ?? []),
  );
}

interface Ends {
  readonly source?: HostMatch | undefined;
  readonly dest?: HostMatch | undefined;
}

function actionRule(row: RuleRow, { source, dest }: Ends, scope: Scope): readonly ActionRule[] {
  const plain = resolveAction(row, scope);
  if (!plain || !calledFromRules(plain.action, row, scope)) return [];
  if (dest && namesHardware(dest)) {
    scope.report.add(macInDest(row.cells.dest?.span ?? row.cells.action.span, 'DEST'));
    return [];
  }
  const traffic = resolveTraffic(row, { source, dest }, scope);
  const helper = resolveHelper(row, scope);
  if (!traffic || helper === 'mistake' || !soundReject(row.cells.action, plain.action, traffic, scope)) return [];
  const action = plain.action.kind === 'translate' ? translation(plain.action, traffic, row, scope) : plain.action;
  if (!action) return [];
  return answersOf(action, traffic).map((each) => ({
    ...each,
    ...logOf(plain.log, row),
    ...(helper ? { helper } : {}),
    audit: plain.audit,
    origin: row.origin,
  }));
}

type Translating = PlainAction['action'] & { readonly kind: 'translate' };

function translation(plain: Translating, traffic: Traffic, row: RuleRow, scope: Scope): RuleAction | undefined {
  const { target } = plain;
  const to = isServer(target)
    ? serverEndpoint(row.cells.dest, target, row, scope)
    : serverEndpoint(undefined, 'DNAT', row, scope);
  return to && resolveTranslation(plain, to, traffic, row, scope);
}

function isServer(target: string): target is 'DNAT' | 'REDIRECT' {
  return target === 'DNAT' || target === 'REDIRECT';
}

/**
 * Only a line of `rules` can name an action that translates: Shorewall 5.2.8 takes it inside another one, and then
 * translates nothing.
 */
function calledFromRules(action: PlainAction['action'], { cells }: RuleRow, { report }: Scope): boolean {
  if (action.kind !== 'call' || !action.call.translates) return true;
  report.add(translatingAction(placeIn(cells.action, cells.action.value.at), action.call.name));
  return false;
}

/** Every source with every destination; undefined after a mistake. */
function endsOf(row: RuleRow, scope: Scope): readonly Ends[] | undefined {
  const counts = row.cells.rate !== undefined || row.cells.connlimit !== undefined;
  const sources = placesOf(row.cells.source, 'SPORT', counts, scope);
  const dests = isServer(row.cells.action.value.name) ? [undefined] : placesOf(row.cells.dest, 'DPORT', counts, scope);
  return sources && dests && sources.flatMap((source) => dests.map((dest) => ({ source, dest })));
}

/** What stands in SOURCE and DEST of an action: interfaces, addresses, or both. `undefined` in the list means everything. */
function placesOf(
  cell: Cell<EndpointColumn> | undefined,
  port: 'SPORT' | 'DPORT',
  counts: boolean,
  scope: Scope,
): readonly (HostMatch | undefined)[] | undefined {
  if (!cell || cell.value.kind === 'caller') return [undefined];
  if (cell.value.kind === 'hosts') {
    if (!withoutPorts(cell, cell.value, port, scope)) return undefined;
    return resolveEachKind(cell, cell.value.hosts, scope, counts);
  }
  if (cell.value.kind === 'port') {
    scope.report.add(zoneInAction(cell.span, cell.text.text));
    return undefined;
  }
  const endpoints = cell.value.endpoints.flatMap((endpoint) => oneKindOf(endpoint, counts));
  const places = endpoints.flatMap(({ zones, hosts, interface: behind, ports }) => {
    if (zones.kind === 'all' && !hosts && !behind && !ports && zones.except.length === 0) return [undefined];
    // The word before the colon is an interface here: no packet of a chain tells its zone.
    const names = zones.kind === 'zones' && !behind && !ports ? zones.zones : [];
    const found = names.map((name) =>
      hostsOf(
        {
          cell,
          endpoint: {
            zones,
            interface: { ...name, wildcard: false },
            ...(hosts ? { hosts } : {}),
            random: false,
            at: name.at,
          },
        },
        scope,
      ),
    );
    if (names.length === 0) scope.report.add(zoneInAction(placeIn(cell, zones.at), cell.text.text));
    return names.length === 0 ? ['mistake' as const] : found;
  });
  return places.includes('mistake') ? undefined : places.filter((place) => place !== 'mistake');
}
