/** Actions that lines of `snat` name: their lines take the place of the line, or become a chain of their own. */
import { parseFile } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { macroRecursion, unknownModifier } from '../../diagnostics/catalogue/actions.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { noOutboundInterface } from '../../diagnostics/catalogue/translation.ts';
import { snatAction } from '../../language/files/snat.ts';
import type { Cell, Row } from '../../language/schema.ts';
import type { ActionText, HostPlace } from '../../language/values.ts';
import type { SourceCall, SourceLine } from '../../model/nat.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { resolvePlaces } from '../columns/host-places.ts';
import { soundLog } from '../columns/logging.ts';
import { behindName, calleeOf, type DescribedAction } from '../expand/action-lookup.ts';
import { chainName, isDefaults, onlyItsPackets, readAction } from '../expand/actions.ts';
import { newConnections, withLogOfAction } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { snatActionOf, takesAddressOfInterface } from './snat-action.ts';
import { packetsOf, type SnatLine, soundDest } from './snat-line.ts';

/** Where a line stands. */
export interface SnatPlace {
  /** Whether its packets are for the firewall itself, and leave by no interface. */
  readonly inward: boolean;
  /** Lines of actions know no `+`, and those of inline ones name no interface in DEST. */
  readonly caller: 'snat' | 'action' | 'inline';
  /** The actions that led here. */
  readonly above?: readonly string[];
}

/** What a line stands for, with the lines of inline actions; nothing after a message. */
export function sourceLines(line: SnatLine, place: SnatPlace, scope: Scope): readonly SourceLine[] {
  const { action } = line.cells;
  const callee = calleeOf(action.value, scope);
  if (!soundPlace(action, callee.kind === 'action', place, scope)) return [];
  if (callee.kind !== 'action')
    return packetsOf(line, scope).flatMap((packets) => {
      const what = snatActionOf(action, packets.traffic, scope);
      return what ? [{ ...packets, action: what }] : [];
    });
  const described = callee.action;
  const { above = [] } = place;
  if (above.includes(described.name)) {
    scope.report.add(macroRecursion(placeIn(action, action.value.at), [...above, described.name].join(' → ')));
    return [];
  }
  if (!soundLog(action, action.value.log, scope.report)) return [];
  const within = { ...place, above: [...above, described.name] };
  return described.inline
    ? inlined(line, described, within, scope)
    : onlyItsPackets(line, described, scope).flatMap((each) => called(each, described, within, scope));
}

/** `+` stands in `snat` alone, and only actions end in other signs; what takes the address of an interface needs one. */
function soundPlace(
  cell: Cell<ActionText>,
  isCall: boolean,
  { caller, inward }: SnatPlace,
  { report }: Scope,
): boolean {
  const { name, modifier } = cell.value;
  if (modifier && (caller !== 'snat' || (isCall && modifier !== '+')))
    report.add(unknownModifier(behindName(cell), name, modifier, caller === 'snat' ? '+' : ''));
  else if (inward && takesAddressOfInterface(cell.value)) report.add(noOutboundInterface(cell.span, cell.text.text));
  else return true;
  return false;
}

/** An action that becomes a chain. The level behind its name is that of its lines, unless it has the option `logjump`. */
function called(line: SnatLine, described: DescribedAction, place: SnatPlace, scope: Scope): readonly SourceLine[] {
  const call = callOf(line, described, { ...place, caller: 'action' }, scope);
  if (!call) return [];
  return packetsOf(line, scope).map(({ log, ...packets }) => ({
    ...packets,
    action: { kind: 'call', call },
    ...(log && described.logjump ? { log: { ...log, disposition: call.name } } : {}),
  }));
}

const calls = new WeakMap<Scope, Map<string, SourceCall>>();

/** The action with its parameters; calls that are equal share it. */
function callOf(line: SnatLine, described: DescribedAction, place: SnatPlace, scope: Scope): SourceCall | undefined {
  const known = calls.get(scope) ?? new Map<string, SourceCall>();
  calls.set(scope, known);
  const chain = `snat-${chainName(line.cells.action.value)}`;
  const key = `${place.inward ? 'in' : 'out'} ${chain}`;
  const found = known.get(key);
  if (found) return found;
  const lines = linesOf(line, described, chain, scope)?.flatMap((each) => {
    const { cells, ...rest } = each;
    return destsOf(each, place, scope).flatMap((to) =>
      sourceLines({ ...rest, cells, users: [], ...(to ? { to } : {}) }, place, scope),
    );
  });
  if (!lines) return undefined;
  const call = { name: line.cells.action.value.name, chain, lines };
  known.set(key, call);
  return call;
}

/** What the lines of an inline action leave out the line that names it says, and besides SOURCE, DEST and PROTO what it says counts. */
function inlined(line: SnatLine, described: DescribedAction, place: SnatPlace, scope: Scope): readonly SourceLine[] {
  const lines = linesOf(line, described, chainName(line.cells.action.value), scope) ?? [];
  const outer = line.cells;
  return lines.flatMap((each) => {
    const { action, source, proto } = each.cells;
    return destsOf(each, { ...place, caller: 'inline' }, scope).flatMap((own) => {
      const to = own ?? line.to;
      return sourceLines(
        {
          ...each,
          cells: { ...each.cells, ...outer, action, source: source ?? outer.source, proto: proto ?? outer.proto },
          origin: [...each.origin, ...line.origin],
          users: [outer.action.span, ...line.users],
          ...(to ? { to } : {}),
        },
        { ...place, caller: 'inline' },
        scope,
      );
    });
  });
}

/** The lines of an action, its parameters filled in, with the log level that they get; undefined after a message. */
function linesOf(
  { cells }: SnatLine,
  described: DescribedAction,
  chain: string,
  scope: Scope,
): readonly Row<typeof snatAction>[] | undefined {
  const naming = { cell: cells.action, action: cells.action.value, where: newConnections, described };
  return scope.report.usedBy([cells.action.span], () => {
    const body = readAction(naming, 'snat', chain, scope);
    return (
      body &&
      parseFile(snatAction, body.file, scope.report)
        .filter((row) => !isDefaults(row.cells.action))
        .map((row) => ({ ...row, cells: { ...row.cells, action: withLogOfAction(row.cells.action, body.log) } }))
    );
  });
}

/** DEST of a line of an action, a match for each kind of hosts; none after a message. */
function destsOf(
  { cells }: Row<typeof snatAction>,
  { caller }: SnatPlace,
  scope: Scope,
): readonly (HostMatch | undefined)[] {
  const { dest, probability } = cells;
  if (!dest) return [undefined];
  const together = probability !== undefined;
  const hosts = dest.value.firewall ? undefined : resolvePlaces(dest, dest.value as HostPlace, scope, { together });
  const strange = dest.value.firewall || (caller === 'inline' && hosts?.some((each) => each.interface));
  if (strange) {
    const why = 'the line of `snat` that names the action names the interfaces';
    scope.report.add(unsupportedMatch(dest.span, `\`${dest.text.text}\` in DEST of an action`, why));
  }
  return strange || !hosts?.every((each) => soundDest(dest, each, scope)) ? [] : hosts;
}
