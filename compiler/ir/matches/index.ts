/** Every kind of match. A new one is an entry here: how it is printed and when it holds. */
import { type Extent, extentHolds } from '../fields.ts';
import type { MatchKind, MatchOf, PrintContext } from '../kind.ts';
import type { Match, NftSet } from '../ruleset.ts';
import type { Situation } from '../situation.ts';
import {
  addressMatch,
  addressTypeMatch,
  originalAddressMatch,
  reversePathMatch,
  sourceMacMatch,
  versionMatch,
} from './address.ts';
import { connectionHelperMatch, connectionMarkMatch, nattedMatch, packetMarkMatch, stateMatch } from './connection.ts';
import { interfaceMatch } from './interface.ts';
import { connectionCountMatch, limitEachMatch, limitMatch } from './limit.ts';
import {
  associationMatch,
  classedMatch,
  extensionHeaderMatch,
  fieldMatch,
  fragmentMatch,
  groupMatch,
  hopLimitMatch,
  ipsecMatch,
  lengthMatch,
  packetTypeMatch,
  payloadMatch,
  trafficClassMatch,
  userMatch,
} from './packet.ts';
import { rawMatch } from './raw.ts';
import { setMatch } from './set.ts';
import { dateMatch, hourMatch, randomMatch, turnMatch, weekdayMatch } from './time.ts';
import { icmpMatch, originalPortMatch, portMatch, protocolMatch, tcpFlagsMatch } from './transport.ts';

export const matchKinds = {
  interface: interfaceMatch,
  version: versionMatch,
  address: addressMatch,
  originalAddress: originalAddressMatch,
  originalPort: originalPortMatch,
  protocol: protocolMatch,
  port: portMatch,
  icmp: icmpMatch,
  tcpFlags: tcpFlagsMatch,
  state: stateMatch,
  connectionHelper: connectionHelperMatch,
  connectionMark: connectionMarkMatch,
  packetMark: packetMarkMatch,
  natted: nattedMatch,
  addressType: addressTypeMatch,
  reversePath: reversePathMatch,
  sourceMac: sourceMacMatch,
  user: userMatch,
  group: groupMatch,
  hopLimit: hopLimitMatch,
  trafficClass: trafficClassMatch,
  packetType: packetTypeMatch,
  field: fieldMatch,
  classed: classedMatch,
  length: lengthMatch,
  fragment: fragmentMatch,
  extensionHeader: extensionHeaderMatch,
  ipsec: ipsecMatch,
  association: associationMatch,
  set: setMatch,
  payload: payloadMatch,
  raw: rawMatch,
  hour: hourMatch,
  weekday: weekdayMatch,
  date: dateMatch,
  random: randomMatch,
  turn: turnMatch,
  limit: limitMatch,
  limitEach: limitEachMatch,
  connectionCount: connectionCountMatch,
} satisfies { readonly [K in Match['kind']]: MatchKind<MatchOf<K>> };

/** The entry for a match. */
export function kindOfMatch(match: Match): MatchKind<Match> {
  return matchKinds[match.kind];
}

/** The match as nft reads it; empty when it holds for every packet. */
export function printMatch(match: Match, context: PrintContext): string {
  return kindOfMatch(match).print(match, context);
}

/** Whether the match holds for a packet at a point of its way. */
export function matchHolds(match: Match, situation: Situation): boolean {
  const kind = kindOfMatch(match);
  return kind.test ? kind.test(match, situation) : extentHolds(extentOnce(match, kind), situation);
}

/** The packets for which the match holds. `sets` are those of its ruleset. */
export function extentOf(match: Match, sets: ReadonlyMap<string, NftSet>): Extent {
  return kindOfMatch(match).extent(match, sets);
}

const noSets: ReadonlyMap<string, NftSet> = new Map();
const known = new WeakMap<Match, Extent>();

/** Matches are data that nobody changes: what one of them stands for is worked out once. */
function extentOnce(match: Match, kind: MatchKind<Match>): Extent {
  let extent = known.get(match);
  if (!extent) {
    extent = kind.extent(match, noSets);
    known.set(match, extent);
  }
  return extent;
}
