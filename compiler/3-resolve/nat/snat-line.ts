/** One line of `snat`, or of an action that it names: which packets it is about, and what it does with them. */
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { snatAction } from '../../language/files/snat.ts';
import type { Cell, Row } from '../../language/schema.ts';
import type { ActionText, HostPlace } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { IpsecWish, SourceLine } from '../../model/nat.ts';
import type { HostMatch } from '../../model/traffic.ts';
import type { Span } from '../../source.ts';
import { resolveIpsec } from '../columns/associations.ts';
import { chanceOf } from '../columns/chance.ts';
import { resolvePlaces, withFirewall } from '../columns/host-places.ts';
import { resolveLog } from '../columns/logging.ts';
import { resolveTraffic, tellsNoEvent } from '../columns/row-traffic.ts';
import { asRuleRow, type RuleRow, remarkOf } from '../rules/rule-row.ts';
import { linesApart } from '../rules/split-lines.ts';
import type { Scope } from '../scope.ts';

type BodyRow = Row<typeof snatAction>;

/** A line before it has a meaning. What it says of the way out is already looked up. */
export interface SnatLine extends Omit<BodyRow, 'cells' | 'section' | 'span'> {
  readonly cells: Omit<BodyRow['cells'], 'dest'>;
  /** Where the packets go. */
  readonly to?: HostMatch;
  /** The ACTION columns that led here, innermost first. */
  readonly users: readonly Span[];
}

/** The packets of a line, for each kind of sender that it names, with what holds for all of them; nothing after a message. */
export function packetsOf(line: SnatLine, scope: Scope): readonly Omit<SourceLine, 'action'>[] {
  const { source } = line.cells;
  const together = line.cells.probability !== undefined;
  const sources = source?.value.flatMap((place) => sourcesOf(source, place, together, scope)) ?? [{ own: false }];
  const ipsec = ipsecOf(line, scope);
  const chance = chanceOf(line.cells.probability, scope.report);
  if (sources.some((from) => from === 'mistake') || ipsec === 'mistake' || !chance) return [];
  const log = logOf(line.cells.action, scope);
  return sources.flatMap((from) => {
    if (from === 'mistake') return [];
    return linesApart(conditionsOf(line)).flatMap((rule) => {
      const traffic = resolveTraffic(rule, { source: from.hosts, dest: line.to }, scope);
      if (!traffic || !tellsNoEvent(rule, traffic, scope)) return [];
      return [
        {
          traffic: { ...traffic, conditions: [...traffic.conditions, ...(from.own ? [isOurs] : []), ...chance] },
          ...(ipsec === undefined ? {} : { ipsec }),
          ...(log ? { log } : {}),
          ...remarkOf(line),
          origin: line.origin,
        },
      ];
    });
  });
}

/** Only the sender's hardware address is in a packet. */
export function soundDest(cell: Cell<unknown>, hosts: HostMatch | undefined, { report }: Scope): boolean {
  if (!hosts || hosts.macs.length === 0) return true;
  report.add(macInDest(cell.span, 'DEST'));
  return false;
}

function conditionsOf(line: SnatLine): RuleRow {
  const { action, proto, dport, sport, mark, user, switch: turned, origdest } = line.cells;
  return asRuleRow({ action, proto, dport, sport, origdest, user, mark, switch: turned }, line);
}

/** NFLOG logs to its group; what other actions log, the level behind them says. */
function logOf(action: Cell<ActionText>, { report }: Scope): Log | undefined {
  const { name, parameters = [], log, at } = action.value;
  if (name !== 'NFLOG') return resolveLog(action, log, report);
  const level = { name, at, parameters: parameters.map(({ text }) => text), forced: false };
  return resolveLog(action, { level, ...(log ? { tag: log.level.name } : {}) }, report);
}

/** IPSEC; where some hosts are reached through it, a line that does not speak of it is for the others (shorewall-snat(5)). */
function ipsecOf({ cells }: SnatLine, { report, zones }: Scope): IpsecWish | undefined | 'mistake' {
  if (cells.ipsec) return resolveIpsec(cells.ipsec, report) ?? 'mistake';
  return [...zones.values()].some((zone) => zone.hosts.some((group) => group.ipsec === 'yes')) ? 'no' : undefined;
}

/** SOURCE: addresses, or an interface, whose packets are recognised by coming from there. */
function sourcesOf(
  cell: Cell<unknown>,
  place: HostPlace,
  together: boolean,
  scope: Scope,
): readonly (Sender | 'mistake')[] {
  const { firewall, ...meant } = withFirewall(place, scope);
  if (firewall && !meant.hosts) return [{ own: true }];
  const places = resolvePlaces(cell, firewall && meant.hosts ? { hosts: meant.hosts } : meant, scope, { together });
  return places?.map((hosts) => ({ hosts, own: firewall })) ?? ['mistake'];
}

/** Whose packets a line is about: `own` those with an address of the firewall. */
interface Sender {
  readonly hosts?: HostMatch;
  readonly own: boolean;
}

const isOurs: Match = { kind: 'addressType', field: 'saddr', negated: false, types: ['local'] };
