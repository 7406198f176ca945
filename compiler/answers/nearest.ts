/** Lines that would have let a packet through and what of them does not fit, and the line that would. */
import type { Decision } from '../analyze/path.ts';
import { type FieldValues, isInBox } from '../ir/fields.ts';
import { setsByName } from '../ir/flow.ts';
import { extentOf, matchHolds } from '../ir/matches/index.ts';
import type { Packet, Step } from '../ir/packet.ts';
import type { Match, NftRule } from '../ir/ruleset.ts';
import type { Situation } from '../ir/situation.ts';
import { userLine } from '../ir/user-line.ts';
import { printAddress, printRange } from '../net/address.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import { protocolName } from './describe.ts';
import type { Analysis } from './firewall.ts';
import type { Question } from './question.ts';

/** A line that does not fit a packet, and why. */
export interface Nearest {
  readonly line: string;
  readonly text: string;
  readonly reasons: readonly string[];
}

/** A packet on its way, and how that ended. */
export interface Refused {
  readonly packet: Packet;
  readonly oif: string;
  readonly trace: readonly Step[];
  readonly decision: Decision;
}

const most = 3;

/** Of the chains that the packet passed the lines that accept and do not fit, those with the fewest reasons first. */
export function nearestLines(
  { packet, oif, trace, decision }: Refused,
  { firewall, lines }: Analysis,
): readonly Nearest[] {
  const { ruleset } = firewall;
  const sets = setsByName(ruleset);
  const passed = new Set(
    trace.flatMap((step) => [
      step.chain,
      ...targets(ruleset.chains.find(({ name }) => name === step.chain)?.rules[step.rule]),
    ]),
  );
  const situation = situationOf(packet, oif, decision, sets);
  const found: {
    readonly line: string;
    readonly text: string;
    readonly reasons: readonly string[];
    readonly at: number;
  }[] = [];
  for (const { name, rules, base } of ruleset.chains) {
    if (!passed.has(name) || base) continue;
    for (const [at, rule] of rules.entries()) {
      if (!userLine(rule) || !lets(rule)) continue;
      const reasons = [...new Set(rule.matches.flatMap((match) => reasonOf(match, situation, sets)))];
      if (reasons.length === 0) continue;
      const { line, text } = lines.of(lines.labelOf(rule));
      if (line !== undefined) found.push({ line, text, reasons, at });
    }
  }
  found.sort((a, b) => a.reasons.length - b.reasons.length || a.at - b.at);
  const nearest = new Map<string, Nearest>();
  for (const { line, text, reasons } of found) if (!nearest.has(line)) nearest.set(line, { line, text, reasons });
  return [...nearest.values()].slice(0, most);
}

function targets(rule: NftRule | undefined): readonly string[] {
  return (rule?.statements ?? []).flatMap((statement) => {
    return statement.kind === 'verdict' && 'chain' in statement.verdict ? [statement.verdict.chain] : [];
  });
}

/** Whether a rule may accept, or translate. */
function lets({ statements }: NftRule): boolean {
  const last = statements.at(-1);
  if (last?.kind === 'verdict')
    return last.verdict.kind === 'accept' || /^accept/.test('chain' in last.verdict ? last.verdict.chain : '');
  return last !== undefined && ['dnat', 'redirect', 'netmap'].includes(last.kind);
}

type Sets = ReturnType<typeof setsByName>;

function situationOf(packet: Packet, oif: string, { dnat }: Decision, sets: Sets): Situation {
  const { saddr, daddr, dport } = packet;
  return {
    packet,
    network: { route: () => oif, addressType: () => 'unicast', addressOf: () => undefined },
    hook: 'forward',
    ...(oif !== '' && { oif }),
    state: packet.connection.state,
    tracked: {
      mark: 0,
      original: { saddr, daddr, ...(dport !== undefined && { dport }) },
      dnat: dnat !== undefined,
      snat: false,
    },
    packetMark: 0,
    sets,
    remembers: () => true,
  };
}

/** In the words of the columns what a match wants and the packet has not. */
function reasonOf(match: Match, situation: Situation, sets: Sets): readonly string[] {
  if (matchHolds(match, situation)) return [];
  const { boxes, negated, requires, condition } = extentOf(match, sets);
  const missing = requires.filter((values) => isInBox([values], situation) !== true);
  if (missing.length > 0) return missing.flatMap((values) => said(values, false, situation));
  if (condition) return [`depends on ${condition.name}`];
  const [box] = boxes;
  return (box ?? [])
    .filter((values) => negated || isInBox([values], situation) !== true)
    .flatMap((values) => said(values, negated, situation));
}

function said(values: FieldValues, negated: boolean, situation: Situation): readonly string[] {
  const column = columns[values.field] ?? values.field;
  return [`${column} ${negated ? '!' : ''}${wanted(values)}, the packet has ${present(values, situation)}`];
}

const columns: Readonly<Record<string, string>> = {
  version: 'IP version',
  protocol: 'PROTO',
  dport: 'DPORT',
  sport: 'SPORT',
  icmp: 'DPORT (ICMP type)',
  saddr: 'SOURCE',
  daddr: 'DEST',
  originalDaddr: 'ORIGDEST',
  originalDport: 'port before DNAT',
  iifname: 'SOURCE interface',
  oifname: 'DEST interface',
  state: 'state',
  connectionMark: 'MARK',
  packetMark: 'MARK',
  user: 'USER',
  group: 'USER',
  sourceMac: 'SOURCE (MAC)',
};

function wanted(values: FieldValues): string {
  if ('version' in values && !('ranges' in values)) return String(values.version);
  if ('ranges' in values) {
    const texts = (values.ranges as readonly (AddressRange | NumberRange)[]).map((range) => {
      if ('version' in range) return printRange(range as AddressRange);
      if (values.field === 'protocol') return protocolName(Number(range.first));
      if (values.field === 'icmp') return String(Number(range.first) >> 8);
      return range.first === range.last ? String(range.first) : `${range.first}:${range.last}`;
    });
    return texts.length > 4 ? `${texts.slice(0, 4).join(',')},…` : texts.join(',');
  }
  if ('words' in values) return values.words.join(',');
  if ('patterns' in values)
    return values.patterns.map(({ name, wildcard }) => (wildcard ? `${name}+` : name)).join(',');
  return 'value' in values ? `0x${values.value.toString(16)}` : 'another value';
}

function present(values: FieldValues, { packet, oif, state, tracked }: Situation): string {
  const address = (value: bigint) => printAddress(packet.version, value);
  const found: Readonly<Record<string, string | undefined>> = {
    version: String(packet.version),
    protocol: protocolName(packet.protocol),
    dport: packet.dport === undefined ? undefined : String(packet.dport),
    sport: packet.sport === undefined ? undefined : String(packet.sport),
    icmp: packet.icmp && String(packet.icmp.type),
    saddr: address(packet.saddr),
    daddr: address(packet.daddr),
    originalDaddr: tracked && address(tracked.original.daddr),
    originalDport: tracked?.original.dport === undefined ? undefined : String(tracked.original.dport),
    iifname: packet.iif,
    oifname: oif,
    state,
  };
  return found[values.field] ?? 'none';
}

/** What refuses the packets of a question, and where they are going by then. */
interface RefusedBy {
  readonly decision: Decision;
  readonly line: string | undefined;
  /** After DNAT. */
  readonly destination: { readonly address: string | null; readonly port: number | null };
}

/**
 * `ACCEPT net dmz:10.0.1.5 tcp 80`, for `rules`; before a line of `blrules` WHITELIST, which leaves the packets to the rules.
 * None where no such line refuses them: what is in no zone, or has flags that do not go together, no rule accepts.
 */
export function lineThatAdmits(question: Question, { decision, line, destination }: RefusedBy): string | undefined {
  const file = line?.slice(0, line.lastIndexOf(':'));
  const action = file === 'rules' || file === 'policy' ? 'ACCEPT' : file === 'blrules' ? 'WHITELIST' : undefined;
  const { from, protocol, sourcePort } = question.typed;
  if (action === undefined || protocol === undefined) return undefined;
  const end = decision.dnat ? endAfterDnat(question, destination) : question.typed;
  if (!end) return undefined;
  return [action, from, end.to, protocol, end.port ?? (sourcePort === undefined ? undefined : '-'), sourcePort]
    .filter((word) => word !== undefined)
    .join(' ');
}

/** Rules see the server, not the address that the client has used. Its zone is the one that the question names. */
function endAfterDnat(
  { to, typed }: Question,
  { address, port }: RefusedBy['destination'],
): Pick<Question['typed'], 'to' | 'port'> | undefined {
  if (to.zone.kind === 'firewall' || address === null) return undefined;
  const host = address.includes(':') ? `[${address}]` : address;
  const given = port === null ? typed.port : String(port);
  return { to: `${to.zone.name}:${host}`, ...(given !== undefined && { port: given }) };
}
