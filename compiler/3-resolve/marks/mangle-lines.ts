/** Lines of `mangle`, and of actions that they name: which packets they are about, and what they do. */
import { parseFile } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { macroRecursion } from '../../diagnostics/catalogue/actions.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { mangleAction, mangleEnd } from '../../diagnostics/catalogue/marks.ts';
import { userNeedsFirewall } from '../../diagnostics/catalogue/rules.ts';
import { actionOfOtherFile } from '../../diagnostics/catalogue/targets.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { mangle } from '../../language/files/mangle.ts';
import type { Cell, Row } from '../../language/schema.ts';
import { fileOfAction } from '../../language/targets.ts';
import type { HostPlace, MangleText } from '../../language/values.ts';
import type { MangleAction, MangleHook, MangleLine } from '../../model/marks.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { resolvePlace, withFirewall } from '../columns/host-places.ts';
import { resolveLog } from '../columns/logging.ts';
import { resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { calleeOf, type DescribedAction } from '../expand/action-lookup.ts';
import { chainName, readAction } from '../expand/actions.ts';
import { asRuleRow, newConnections, type RuleRow, remarkOf } from '../rules/rule-row.ts';
import { linesApart } from '../rules/split-lines.ts';
import type { Scope } from '../scope.ts';
import { interfaceNamed } from '../zones/interfaces.ts';
import { asAction, mangleActionOf, mangleTargets } from './mangle-actions.ts';
import { columnsOfMangle } from './mangle-columns.ts';

/** A line of `mangle`, or of an action for it. */
export type MangleRow = Row<typeof mangle>;

/** What a line is, for each kind of end that it names. `hook` undefined: in an action, where it is not known. */
export function mangleLines(row: MangleRow, hook: MangleHook | undefined, scope: Scope): readonly MangleLine[] {
  const { source, dest, user } = row.cells;
  const action = actionOf(row, scope);
  const conditions = columnsOfMangle(row.cells, scope);
  const sources = endsOf(source, 'source', hook, scope);
  const dests = endsOf(dest, 'dest', hook, scope);
  if (user && hook && hook !== 'output' && hook !== 'postrouting') {
    scope.report.add(userNeedsFirewall(user.span));
    return [];
  }
  if (!action || !conditions || !sources || !dests) return [];
  return sources.flatMap((from) =>
    dests.flatMap((to) =>
      linesApart(conditionRow(row)).flatMap((each) => {
        const traffic = resolveTraffic(each, { source: from, dest: to }, scope);
        if (!traffic || !tellsNoEvent(each, traffic, scope)) return [];
        return [
          {
            traffic: { ...traffic, conditions: [...traffic.conditions, ...conditions] },
            action,
            ...logOf(row, scope),
            ...remarkOf(row),
            origin: row.origin,
          },
        ];
      }),
    ),
  );
}

/** NFLOG logs to its group. */
function logOf({ cells: { action } }: MangleRow, { report }: Scope): Pick<MangleLine, 'log'> {
  const { name, parameters = [], at } = action.value;
  if (name !== 'NFLOG') return {};
  const level = { name, at, parameters: parameters.map(({ text }) => text), forced: false };
  const log = resolveLog(action, { level }, report);
  return log ? { log } : {};
}

function conditionRow(row: MangleRow): RuleRow {
  const { action, proto, dport, sport, user, test, time, headers, switch: turned } = row.cells;
  return asRuleRow(
    { action: asAction(action), proto, dport, sport, user, mark: test, time, headers, switch: turned },
    row,
  );
}

function actionOf(row: MangleRow, scope: Scope): MangleAction | undefined {
  const { action } = row.cells;
  const { name } = action.value;
  const target = mangleTargets[name];
  if (target) return mangleActionOf(action, target, scope);
  if (name === 'INLINE') return { kind: 'rule', action: { kind: 'count' } };
  const callee = calleeOf(asAction(action).value, scope);
  if (callee.kind === 'action') return resolveMangleCall(action, callee.action, scope);
  const at = placeIn(action, action.value.at);
  const file = callee.kind === 'macro' ? 'rules' : fileOfAction(name);
  if (file) scope.report.addAlone(actionOfOtherFile(at, name, file));
  else scope.report.add(mangleAction(at, name, nearest(name, Object.keys(mangleTargets))));
  return undefined;
}

/** The hosts of an end of packets, one entry for each kind; undefined after a message. */
export function endsOf(
  cell: Cell<readonly HostPlace[]> | undefined,
  side: 'source' | 'dest',
  hook: MangleHook | undefined,
  scope: Scope,
): readonly (HostMatch | undefined)[] | undefined {
  if (!cell) return [undefined];
  const places = cell.value.flatMap((place) => interfacesApart(withFirewall(place, scope), scope));
  const ends = places.map((place) => endOf(cell, place, side, hook, scope));
  return ends.some((end) => end === 'mistake') ? undefined : ends.filter((end) => end !== 'mistake');
}

function endOf(
  cell: Cell<readonly HostPlace[]>,
  place: HostPlace,
  side: 'source' | 'dest',
  hook: MangleHook | undefined,
  scope: Scope,
): HostMatch | undefined | 'mistake' {
  if (cell.text.text === 'all' || cell.text.text === 'any') return undefined;
  const { interface: name, hosts } = place;
  const found =
    place.firewall && !hosts
      ? undefined
      : resolvePlace(cell, { ...(name ? { interface: name } : {}), ...(hosts ? { hosts } : {}) }, scope);
  if (!found) return place.firewall && !hosts ? undefined : 'mistake';
  if (side === 'dest' && found.macs.length > 0) scope.report.add(macInDest(cell.span, 'DEST'));
  else if (found.interface && hook && isUnknown(side, hook))
    scope.report.add(mangleEnd(cell.span, cell.text.text, side));
  else return found;
  return 'mistake';
}

/** Whether no packet in the chain has an interface on this side. */
function isUnknown(side: 'source' | 'dest', hook: MangleHook): boolean {
  return side === 'source' ? hook === 'output' : hook === 'prerouting' || hook === 'proxy' || hook === 'input';
}

/** `eth0,eth1`: interfaces in a list are places of their own. */
function interfacesApart(place: HostPlace, { interfaces }: Scope): readonly HostPlace[] {
  const { hosts } = place;
  if (place.interface || !hosts || hosts.items.length < 2) return [place];
  const isInterface = (item: (typeof hosts.items)[number]) =>
    item.kind === 'name' && interfaceNamed(interfaces, item.name) !== undefined;
  const apart = hosts.items.filter(isInterface);
  const others = hosts.items.filter((item) => !isInterface(item));
  return [
    ...apart.map((item) => ({ ...place, hosts: { ...hosts, items: [item] } })),
    ...(others.length > 0 ? [{ ...place, hosts: { ...hosts, items: others } }] : []),
  ];
}

/** Calls that are open, and those that are known, of one compilation. */
const frames = new WeakMap<Scope, { readonly known: Map<string, MangleAction>; readonly open: string[] }>();

/** The chain of an action with the option `mangle` and its parameters; calls that are equal share it. Undefined after a message. */
function resolveMangleCall(cell: Cell<MangleText>, described: DescribedAction, scope: Scope): MangleAction | undefined {
  const frame = frames.get(scope) ?? { known: new Map<string, MangleAction>(), open: [] as string[] };
  frames.set(scope, frame);
  const { chain: _chain, ...action } = cell.value;
  const chain = `mangle-${chainName(action)}`;
  const known = frame.known.get(chain);
  if (known) return known;
  if (frame.open.includes(chain)) {
    scope.report.add(macroRecursion(placeIn(cell, action.at), [...frame.open, chain].join(' → ')));
    return undefined;
  }
  frame.open.push(chain);
  const lines = scope.report.usedBy([cell.span], () => {
    const body = readAction({ cell, action, where: newConnections, described }, 'mangle', chain, scope);
    return body && parseFile(mangle, body.file, scope.report).flatMap((row) => mangleLines(row, undefined, scope));
  });
  frame.open.pop();
  if (!lines) return undefined;
  const call: MangleAction = { kind: 'call', chain, lines };
  frame.known.set(chain, call);
  return call;
}
