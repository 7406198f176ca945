/** Lines of an action: rules without zones, for the packets that the chain is called with. */

import { placeIn } from '../2-parse/value.ts';
import { zoneInAction } from '../diagnostics/catalogue/actions.ts';
import { macInDest } from '../diagnostics/catalogue/addresses.ts';
import { unsupportedMatch } from '../diagnostics/catalogue/matches.ts';
import type { Cell } from '../language/schema.ts';
import type { EndpointColumn } from '../language/values.ts';
import type { ActionRule, HostMatch } from '../model.ts';
import { namesHardware, resolveHosts } from './hosts.ts';
import { expandMacros } from './macros.ts';
import { resolveHelper, resolveTraffic } from './row-traffic.ts';
import { resolveAction } from './rule-action.ts';
import { logOf, type RuleRow } from './rule-row.ts';
import { hostsOf } from './rules.ts';
import type { Scope } from './scope.ts';
import { usersApart } from './traffic.ts';
import { answersOf, soundReject } from './verdicts.ts';

/** The rules that a line of an action stands for; none after a mistake. */
export function actionRules(row: RuleRow, scope: Scope): readonly ActionRule[] {
  return expandMacros(row, scope)
    .flatMap(usersApart)
    .flatMap((each) =>
      scope.report.usedBy(
        each.users,
        () => endsOf(each, scope)?.flatMap((ends) => actionRule(each, ends, scope)) ?? [],
      ),
    );
}

interface Ends {
  readonly source?: HostMatch | undefined;
  readonly dest?: HostMatch | undefined;
}

function actionRule(row: RuleRow, { source, dest }: Ends, scope: Scope): readonly ActionRule[] {
  const plain = resolveAction(row.cells.action, row.where, scope);
  if (!plain) return [];
  if (dest && namesHardware(dest)) {
    scope.report.add(macInDest(row.cells.dest?.span ?? row.cells.action.span, 'DEST'));
    return [];
  }
  const traffic = resolveTraffic(row, { source, dest }, scope);
  const helper = resolveHelper(row, scope);
  if (!traffic || helper === 'mistake' || !soundReject(row.cells.action, plain.action, traffic, scope)) return [];
  if (plain.action.kind === 'translate') {
    scope.report.add(
      unsupportedMatch(
        placeIn(row.cells.action, row.cells.action.value.at),
        `\`${row.cells.action.value.name}\` inside an action`,
        'addresses are translated before an action is called',
      ),
    );
    return [];
  }
  return answersOf(plain.action, traffic).map((each) => ({
    ...each,
    ...logOf(plain.log, row),
    ...(helper ? { helper } : {}),
    audit: plain.audit,
    origin: row.origin,
  }));
}

/** Every source with every destination; undefined after a mistake. */
function endsOf(row: RuleRow, scope: Scope): readonly Ends[] | undefined {
  const sources = placesOf(row.cells.source, scope);
  const dests = placesOf(row.cells.dest, scope);
  return sources && dests && sources.flatMap((source) => dests.map((dest) => ({ source, dest })));
}

/** What stands in SOURCE and DEST of an action: interfaces, addresses, or both. `undefined` in the list means everything. */
function placesOf(
  cell: Cell<EndpointColumn> | undefined,
  scope: Scope,
): readonly (HostMatch | undefined)[] | undefined {
  if (!cell || cell.value.kind === 'caller') return [undefined];
  if (cell.value.kind === 'hosts') {
    const hosts = resolveHosts(cell, cell.value.hosts, scope);
    return hosts && [hosts];
  }
  if (cell.value.kind === 'port') {
    scope.report.add(zoneInAction(cell.span, cell.text.text));
    return undefined;
  }
  const places = cell.value.endpoints.flatMap(({ zones, hosts, interface: behind, ports }) => {
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
