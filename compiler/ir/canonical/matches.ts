/** Matches of a rule in one spelling. */
import { joinNumbers, joinRanges } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { IcmpType } from '../../net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../../net/ranges.ts';
import { versionOfMatch } from '../context.ts';
import { flagOrder } from '../fields.ts';
import { isEvery, withoutCovered } from '../interfaces.ts';
import { stateOrder } from '../matches/connection.ts';
import { kindOfMatch } from '../matches/index.ts';
import { noNextHeader } from '../matches/packet.ts';
import { portWords, withoutCodesOfWholeTypes } from '../matches/transport.ts';
import type { Match, NftRule, Ruleset, Statement } from '../ruleset.ts';

/** IP version and protocol first and only when no other part of the rule says them; the rest in the order of the rule. */
export function canonicalMatches(rule: NftRule, family: Ruleset['family']): readonly Match[] {
  const spelled = namePorts(rule.matches.flatMap(canonicalMatch));
  const protocols = distinct(spelled.filter((match) => match.kind === 'protocol'));
  const others = spelled.filter((match) => match.kind !== 'protocol' && match.kind !== 'version');
  return [
    ...versionsToSay(spelled, rule, family),
    ...protocols.filter((match) => !impliesProtocol(others, rule, match)),
    ...inOrder(others),
  ];
}

/** nft may list parts of one header in the order of the header. Only what has a memory cares for its place. */
function inOrder(matches: readonly Match[]): readonly Match[] {
  const ordered: Match[] = [];
  let run: Match[] = [];
  for (const match of matches) {
    if (!kindOfMatch(match).stateful) {
      run.push(match);
      continue;
    }
    ordered.push(...run.sort(bySpelling), match);
    run = [];
  }
  return [...ordered, ...run.sort(bySpelling)];
}

function bySpelling(a: Match, b: Match): number {
  return spell(a) < spell(b) ? -1 : 1;
}

function spell(match: Match): string {
  const field = 'field' in match ? match.field : '';
  return `${match.kind} ${field} ${JSON.stringify(match, (_name, value) => (typeof value === 'bigint' ? `${value}` : value))}`;
}

function distinct<M extends Match>(matches: readonly M[]): readonly M[] {
  return [...new Map(matches.map((match) => [JSON.stringify(match), match])).values()];
}

function versionsToSay(spelled: readonly Match[], rule: NftRule, family: Ruleset['family']): readonly Match[] {
  if (family !== 'inet') return [];
  const implied = spelled.some(
    (match) => (match.kind !== 'version' && versionOfMatch(match) !== undefined) || isIcmp(match),
  );
  const version = spelled.find((match) => match.kind === 'version');
  return version && !implied && !rule.statements.some(leavesOutVersion) ? [version] : [];
}

/** nft lists no version beside these protocols. */
function isIcmp(match: Match): boolean {
  if (match.kind !== 'protocol' || match.negated || match.protocols.length > 1) return false;
  return match.protocols[0] === 1 || match.protocols[0] === 58;
}

/** Before these statements nft demands the version by itself, or (the reset) leaves it out of the listing. */
function leavesOutVersion(statement: Statement): boolean {
  switch (statement.kind) {
    case 'netmap':
    case 'setField':
    case 'tproxy':
      return true;
    case 'changeSet':
      return statement.key.some((part) => 'version' in part);
    case 'dnat':
    case 'snat':
      return statement.to.addresses !== undefined;
    case 'reject':
      return statement.with.kind !== 'icmpx';
    default:
      return false;
  }
}

type ProtocolMatch = Extract<Match, { kind: 'protocol' }>;

function impliesProtocol(others: readonly Match[], { statements }: NftRule, match: ProtocolMatch): boolean {
  const [protocol, ...more] = match.protocols;
  if (match.negated || more.length > 0) return false;
  const byMatch = others.some((other) => protocolOf(other) === protocol);
  const reset = statements.some((statement) => statement.kind === 'reject' && statement.with.kind === 'tcp-reset');
  return byMatch || (reset && protocol === 6);
}

function protocolOf(match: Match): number | undefined {
  if (match.kind === 'tcpFlags') return 6;
  if (match.kind === 'icmp') return match.version === 4 ? 1 : 58;
  return match.kind === 'port' && match.protocol !== 'any' ? match.protocol : undefined;
}

/** A port of any protocol is a port of the one protocol that the rule names. */
function namePorts(matches: readonly Match[]): readonly Match[] {
  const named = matches.find((match) => match.kind === 'protocol' && !match.negated && match.protocols.length === 1);
  const protocol =
    named?.kind === 'protocol' ? named.protocols[0] : matches.map(protocolOf).find((found) => found !== undefined);
  if (protocol === undefined || !(protocol in portWords)) return matches;
  return matches.map((match) => (match.kind === 'port' && match.protocol === 'any' ? { ...match, protocol } : match));
}

function canonicalMatch(match: Match): readonly Match[] {
  switch (match.kind) {
    case 'interface':
      return match.interfaces.some(isEvery) ? [] : [{ ...match, interfaces: sortedNames(match.interfaces) }];
    case 'address':
    case 'originalAddress':
      return [{ ...match, ranges: solidAddresses(match.ranges) }];
    case 'originalPort':
    case 'length':
    case 'hopLimit':
      return [{ ...match, ranges: solid(match.ranges) }];
    case 'user':
    case 'group':
      return [{ ...match, ids: solid(match.ids) }];
    case 'protocol':
      return [{ ...match, protocols: [...new Set(match.protocols)].sort((a, b) => a - b) }];
    case 'port':
      return [{ ...match, ranges: solid(match.ranges) }];
    case 'icmp':
      return [{ ...match, types: [...withoutCodesOfWholeTypes(match.types)].sort(byTypeAndCode) }];
    case 'tcpFlags':
      return [canonicalFlags(match)];
    case 'state':
      return [{ ...match, states: stateOrder.filter((state) => match.states.includes(state)) }];
    case 'connectionMark':
    case 'packetMark':
      return [{ ...match, mask: match.mask >>> 0, value: match.value >>> 0 }];
    case 'addressType':
      return [{ ...match, types: [...new Set(match.types)].sort() }];
    case 'sourceMac':
      return [{ ...match, addresses: [...new Set(match.addresses.map((mac) => mac.toLowerCase()))].sort() }];
    case 'weekday':
      return [{ ...match, days: [...new Set(match.days)].sort((a, b) => a - b) }];
    case 'hour':
      return match.from === match.to + 1 ? [] : [match];
    case 'turn':
      return match.modulus === 1 ? [] : [match];
    case 'packetType':
      return [{ ...match, types: [...new Set(match.types)].sort() }];
    case 'random':
      return match.below >= match.modulus ? [] : [match];
    case 'date':
      return [canonicalDate(match)];
    case 'fragment':
      return [match];
    case 'extensionHeader':
      return canonicalHeader(match);
    case 'payload':
      return canonicalPayload(match);
    default:
      return [match];
  }
}

/** Ranges that touch are one: nft joins some of them in a listing. */
function solid(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const joined: NumberRange[] = [];
  for (const range of joinNumbers(ranges)) {
    const last = joined.at(-1);
    if (last && last.last + 1 === range.first) joined[joined.length - 1] = { first: last.first, last: range.last };
    else joined.push(range);
  }
  return joined;
}

function solidAddresses(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of joinRanges(ranges)) {
    const last = joined.at(-1);
    if (last && last.last + 1n === range.first) joined[joined.length - 1] = { ...last, last: range.last };
    else joined.push(range);
  }
  return joined;
}

type MatchOfKind<K extends Match['kind']> = Extract<Match, { kind: K }>;

function sortedNames(patterns: readonly InterfacePattern[]): readonly InterfacePattern[] {
  return withoutCovered(patterns)
    .map(({ name, wildcard }) => ({ name, wildcard }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function byTypeAndCode(a: IcmpType, b: IcmpType): number {
  return a.type - b.type || (a.code ?? -1) - (b.code ?? -1);
}

/** One flag is set or it is not: `!=` of the one is `==` of the other. */
function canonicalFlags(match: MatchOfKind<'tcpFlags'>): Match {
  const mask = flagOrder.filter((flag) => match.mask.includes(flag));
  const set = flagOrder.filter((flag) => match.set.includes(flag));
  if (mask.length !== 1 || !match.negated) return { ...match, mask, set };
  return { kind: 'tcpFlags', negated: false, mask, set: set.length === 0 ? mask : [] };
}

function canonicalDate({ from, to }: MatchOfKind<'date'>): Match {
  const spelled = (text: string) => (text.length === 10 ? `${text} 00:00:00` : text.replace('T', ' '));
  return {
    kind: 'date',
    ...(from !== undefined && { from: spelled(from) }),
    ...(to !== undefined && { to: spelled(to) }),
  };
}

function canonicalHeader(match: MatchOfKind<'extensionHeader'>): readonly Match[] {
  const version: Match = { kind: 'version', version: 6 };
  const { header, negated } = match;
  if (header === 'frag') return [{ kind: 'fragment', version: 6, negated }];
  if (header === 'esp') return [version, { kind: 'protocol', negated, protocols: [50] }];
  if (header === 'none') return [version, { kind: 'protocol', negated, protocols: [noNextHeader] }];
  if (header === 'protocol') return [version, { kind: 'protocol', negated: !negated, protocols: [50, noNextHeader] }];
  return [match];
}

/** nft knows the place of ports by name. */
function canonicalPayload(match: MatchOfKind<'payload'>): readonly Match[] {
  const { offset, length, negated, value } = match;
  if (length !== 16 || (offset !== 0 && offset !== 16)) return [match];
  const port = Number(value);
  const field = offset === 0 ? 'sport' : 'dport';
  return [{ kind: 'port', field, protocol: 'any', negated, ranges: [{ first: port, last: port }] }];
}
