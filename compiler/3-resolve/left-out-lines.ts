/**
 * Lines that a mistake has left out: their other columns are judged one by one, so that one run reports every mistake of a
 * line. What two columns mean together is not judged: that may be wrong only because of the mistake.
 */
import type { Config, Parsed } from '../2-parse/parse.ts';
import type { PartialRow } from '../2-parse/partial-row.ts';
import { compiledFiles } from '../language/files/index.ts';
import { interfaceOptions } from '../language/options/interface-options.ts';
import { type Cell, type FileTable, type Row, withValue } from '../language/schema.ts';
import type { ValueTypes } from '../language/value-types.ts';
import type { ActionText, EndpointColumn, HostPlace, InterfaceName } from '../language/values.ts';
import { placeOf } from '../source.ts';
import { resolveInterface, resolvePlace, withOtherInterface } from './columns/host-places.ts';
import { resolveLog, soundLog } from './columns/logging.ts';
import { resolveMark } from './columns/marks.ts';
import { type ProtocolCells, resolvePortText, resolveProtocols } from './columns/protocols.ts';
import { resolveHelper } from './columns/row-traffic.ts';
import { resolveTime } from './columns/time.ts';
import { resolveConnectionLimit, resolveHeaders, resolveRates, resolveUsers } from './columns/traffic.ts';
import { calleeOf } from './expand/action-lookup.ts';
import { reportUnknownAction } from './expand/actions.ts';
import { actionFromParameter } from './expand/macro-ends.ts';
import { isSnatAction } from './nat/snat-action.ts';
import type { Scope } from './scope.ts';
import { resolveHosts } from './zones/hosts.ts';
import { readOptions } from './zones/option-cells.ts';
import { reportUnknownPolicy } from './zones/policies.ts';
import { readHostOptions, readZoneOptions } from './zones/zone-options.ts';
import { selectZones } from './zones/zone-pairs.ts';

/** Judges the columns of every line that was left out, and notes which files have lost one. */
export function judgeLeftOut({ config, partial }: Parsed, scope: Scope): void {
  const { report } = scope;
  const wrong = new Set(
    report.diagnostics.flatMap(({ severity, label, related }) =>
      severity === 'error' ? [label, ...related].map(({ span }) => placeOf(span)) : [],
    ),
  );
  for (const row of partial) report.elsewhere(() => judgeRow(row, scope));
  for (const table of Object.values(compiledFiles) as readonly FileTable[]) {
    const rows: Iterable<Row<FileTable>> = config[table.name as keyof Config];
    for (const { span, line, cells } of rows) {
      if (!wrong.has(placeOf(span)) && !isContinued(line.text.text, span, wrong)) continue;
      report.leftOut.line(table.name, line.text.text);
      report.elsewhere(() => judgeRow({ table, span, cells, unread: [] }, scope));
    }
  }
}

/** Whether a later physical line of the row has a mistake. */
function isContinued(
  text: string,
  { source, start, end }: Row<FileTable>['span'],
  wrong: ReadonlySet<string>,
): boolean {
  if (end - start <= text.length && !source.text.slice(start, end).includes('\n')) return false;
  for (let at = source.text.indexOf('\n', start); at !== -1 && at < end; at = source.text.indexOf('\n', at + 1))
    if (wrong.has(placeOf({ source, start: at + 1, end: at + 1 }))) return true;
  return false;
}

/** What one column says by itself, whatever the others say; absent where that is nothing to be judged. */
const judges: {
  readonly [Type in keyof ValueTypes]?: (cell: Cell<ValueTypes[Type]>, row: PartialRow, scope: Scope) => void;
} = {
  zoneSelector: (cell, _row, scope) => void selectZones(cell, cell.value, scope),
  zoneName: (cell, _row, scope) => void selectZones(cell, zonesNamed([cell.value]), scope),
  zoneNames: (cell, _row, scope) => void selectZones(cell, zonesNamed(cell.value), scope),
  zoneDeclaration: (cell, _row, scope) => void selectZones(cell, zonesNamed(cell.value.parents), scope),
  endpoint: judgeEndpoint,
  action: judgeAction,
  policyAction: (cell, _row, scope) => reportUnknownPolicy(cell, scope),
  logLevel: (cell, _row, { report }) => void resolveLog(cell, cell.value, report),
  rate: (cell, _row, scope) => void resolveRates(cell, scope),
  connectionLimit: (cell, _row, scope) => void resolveConnectionLimit(cell, scope),
  users: (cell, _row, { environment, report }) => void resolveUsers(cell, environment, report),
  mark: (cell, _row, scope) => void resolveMark(cell, scope),
  time: (cell, _row, { report }) => void resolveTime(cell, report),
  headers: (cell, _row, { report }) => void resolveHeaders(cell, report),
  helper: (cell, _row, scope) => void resolveHelper({ cells: { helper: cell } }, scope),
  hosts: (cell, _row, scope) => void resolveHosts(cell, cell.value, scope),
  hostPlace: judgePlace,
  snatSource: (cell, row, scope) => {
    for (const place of cell.value) judgePlace(withValue(cell, place), row, scope);
  },
  snatDest: (cell, _row, scope) => {
    judgeInterfaces(cell, cell.value.interfaces, scope);
    if (cell.value.hosts) resolveHosts(cell, cell.value.hosts, scope);
  },
  masqInterface: (cell, _row, scope) => judgeInterfaces(cell, cell.value.interfaces, scope),
  interfaces: (cell, _row, scope) => judgeInterfaces(cell, cell.value, scope),
  labelledInterfaces: (cell, _row, scope) => judgeInterfaces(cell, cell.value, scope),
  interfaceName: (cell, { table }, scope) => {
    if (table.name !== 'interfaces') judgeInterfaces(cell, [cell.value], scope);
  },
  options: (cell, { table }, { report }) => {
    if (table.name === 'interfaces') readOptions(interfaceOptions, cell, report);
    else if (table.name === 'hosts') readHostOptions(cell, report);
    else if (table.name === 'zones')
      readZoneOptions({ options: cell, in_options: undefined, out_options: undefined }, true, report);
  },
};

function judgeRow(row: PartialRow, scope: Scope): void {
  for (const [name, { type }] of Object.entries(row.table.columns)) {
    const cell = row.cells[name];
    const judge = judges[type] as ((cell: Cell<unknown>, row: PartialRow, scope: Scope) => void) | undefined;
    if (cell && judge) judge(cell, row, scope);
  }
  judgePorts(row, scope);
}

/** PROTO says what its ports are; where it cannot be read, only what begins with a digit is judged, as a port. */
function judgePorts({ table, cells, unread }: PartialRow, scope: Scope): void {
  if (table.columns.proto?.type !== 'protocols') return;
  const { proto, dport, sport, port } = cells as ProtocolCells & { readonly port?: ProtocolCells['dport'] };
  if (unread.includes('proto')) {
    for (const cell of [dport ?? port, sport])
      for (const item of cell?.value.items ?? [])
        if (cell && item.kind === 'port' && /^\d/.test(item.first ?? '')) resolvePortText(cell, item, 'tcp', scope);
    return;
  }
  if (!proto) return;
  if (sport?.value.either) return;
  resolveProtocols({ proto, dport: dport ?? port, sport }, scope);
}

function zonesNamed(zones: readonly { readonly name: string; readonly at?: { start: number; end: number } }[]) {
  const named = zones.map(({ name, at = { start: 0, end: name.length } }) => ({ name, at }));
  return { kind: 'zones', zones: named, within: false, at: { start: 0, end: 0 } } as const;
}

function judgeInterfaces(cell: Cell<unknown>, names: readonly InterfaceName[], scope: Scope): void {
  for (const name of names) if (name.name !== scope.firewall) resolveInterface(cell, name, scope);
}

function judgePlace(cell: Cell<HostPlace>, _row: PartialRow, scope: Scope): void {
  const { hosts, interface: behind, firewall } = cell.value;
  const lone = hosts?.items.length === 1 ? hosts.items[0] : undefined;
  if (firewall || behind?.name === scope.firewall || (lone?.kind === 'name' && lone.name === scope.firewall)) return;
  resolvePlace(cell, cell.value, scope);
}

/** The zones of SOURCE and DEST; what stands after them is the server where the line may be a DNAT. */
function judgeEndpoint(cell: Cell<EndpointColumn>, { table, cells }: PartialRow, scope: Scope): void {
  if (table.name === 'conntrack' || table.name === 'notrack' || cell.value.kind !== 'endpoints') return;
  const action = cells.action as Cell<ActionText> | undefined;
  const target = action && calleeOf(action.value, scope).kind === 'action' ? 'action' : action?.text.text;
  const isServer = cell === cells.dest && (target === undefined || /^action$|DNAT|REDIRECT/.test(target));
  for (const endpoint of cell.value.endpoints) {
    selectZones(cell, endpoint.zones, scope);
    if (!isServer && (endpoint.interface || endpoint.hosts)) resolvePlace(cell, withOtherInterface(endpoint), scope);
  }
}

/** Whether anybody knows the action; in files of rules, where every target, action and macro may stand. */
function judgeAction(cell: Cell<ActionText>, row: PartialRow, scope: Scope): void {
  if (row.table.name === 'snat' && calleeOf(cell.value, scope).kind !== 'action') isSnatAction(cell, scope);
  if (row.table.name !== 'rules' && row.table.name !== 'blrules') return;
  const { kind } = calleeOf(cell.value, scope);
  if (kind === 'nothing') reportUnknownAction(cell, cell.value, scope);
  else soundLog(cell, cell.value.log, scope.report);
  const does = kind === 'macro' ? actionFromParameter(cell, 0, scope) : undefined;
  if (does) judgeAction(does, row, scope);
}
