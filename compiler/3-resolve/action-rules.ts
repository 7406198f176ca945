/** Lines of an action: rules without zones, for the packets that the chain is called with. */

import { placeIn } from '../2-parse/value.ts';
import { unsupportedMatch } from '../diagnostics/catalogue/resolving.ts';
import type { Cell } from '../language/schema.ts';
import type { EndpointColumn } from '../language/values.ts';
import type { ActionRule, HostMatch } from '../model.ts';
import { resolveHosts } from './hosts.ts';
import { patternOf } from './interfaces.ts';
import { expandMacros } from './macros.ts';
import { resolveHelper, resolveTraffic } from './row-traffic.ts';
import { resolveAction } from './rule-action.ts';
import type { RuleRow } from './rule-row.ts';
import type { Scope } from './scope.ts';

/** The rules that a line of an action stands for; none after a mistake. */
export function actionRules(row: RuleRow, scope: Scope): readonly ActionRule[] {
  return expandMacros(row, scope).flatMap((each) => actionRule(each, scope) ?? []);
}

function actionRule(row: RuleRow, scope: Scope): ActionRule | undefined {
  const plain = resolveAction(row.cells.action, scope);
  const source = placeOf(row.cells.source, scope);
  const dest = placeOf(row.cells.dest, scope);
  if (!plain || source === 'mistake' || dest === 'mistake') return undefined;
  const traffic = resolveTraffic(row, { source, dest }, scope);
  const helper = resolveHelper(row, scope);
  if (!traffic || helper === 'mistake') return undefined;
  if (plain.action.kind === 'translate') {
    scope.report.add(
      unsupportedMatch(
        placeIn(row.cells.action, row.cells.action.value.at),
        `\`${row.cells.action.value.name}\` inside an action`,
        'addresses are translated before an action is called',
      ),
    );
    return undefined;
  }
  return {
    traffic,
    action: plain.action,
    ...(plain.log ? { log: plain.log } : {}),
    ...(helper ? { helper } : {}),
    audit: plain.audit,
    origin: row.origin,
  };
}

/** An interface, addresses, or both: what stands in SOURCE and DEST of an action. */
function placeOf(cell: Cell<EndpointColumn> | undefined, scope: Scope): HostMatch | undefined | 'mistake' {
  if (!cell || cell.value.kind === 'caller') return undefined;
  if (cell.value.kind === 'hosts') return resolveHosts(cell, cell.value.hosts, scope) ?? 'mistake';
  const only = cell.value.kind === 'endpoints' ? cell.value.endpoints[0] : undefined;
  const zone = only?.zones.kind === 'zones' ? only.zones.zones[0] : undefined;
  if (!only || (only.zones.kind === 'all' && !only.hosts)) return undefined;
  const entry = zone && scope.interfaces.get(zone.name);
  const name = entry?.pattern ?? (zone ? patternOf(zone.name) : undefined);
  const hosts = only.hosts ? resolveHosts(cell, only.hosts, scope) : undefined;
  if (only.hosts && !hosts) return 'mistake';
  return { except: [], macs: [], sets: [], ...hosts, ...(name ? { interface: name } : {}) };
}
