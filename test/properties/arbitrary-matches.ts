/** Random matches of every kind. */
import fc from 'fast-check';
import type { MatchOf } from '../../compiler/ir/kind.ts';
import { mostAssociations } from '../../compiler/ir/matches/packet.ts';
import type { Match } from '../../compiler/ir/ruleset.ts';
import { everyAddress, joinNumbers } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import {
  addressField,
  addressKeys,
  addressSet,
  countSet,
  flags,
  listOf,
  macs,
  markOf,
  moments,
  negated,
  numberRanges,
  pairSet,
  portRanges,
  properPatterns,
  rangesOf,
  rateSet,
  rates,
  type Subject,
  seconds,
} from './arbitrary-values.ts';

const isTcp = ({ protocol }: Subject) => protocol === 6;
const oneVersion = (subject: Subject): subject is Subject & { readonly version: Version } =>
  subject.version !== undefined;
const icmpOf = ({ version, protocol }: { version: Version | undefined; protocol: Subject['protocol'] }) =>
  (version === 4 && protocol === 1) || (version === 6 && protocol === 58);

/** For each kind what may stand in a rule about a subject, or nothing. */
export const arbitraryMatches = {
  interface: () =>
    fc.record({
      kind: fc.constant('interface'),
      field: fc.constantFrom('iifname', 'oifname'),
      negated,
      interfaces: listOf(properPatterns),
    }),
  version: ({ version }) => version && fc.record({ kind: fc.constant('version'), version: fc.constant(version) }),
  address: (subject) =>
    oneVersion(subject)
      ? fc.record({ kind: fc.constant('address'), field: addressField, negated, ranges: rangesOf(subject.version) })
      : undefined,
  originalAddress: (subject) =>
    oneVersion(subject)
      ? fc.record({
          kind: fc.constant('originalAddress'),
          field: addressField,
          negated,
          ranges: rangesOf(subject.version),
        })
      : undefined,
  originalPort: ({ protocol }) =>
    protocol === 6 || protocol === 17
      ? fc.record({ kind: fc.constant('originalPort'), negated, ranges: portRanges })
      : undefined,
  protocol: ({ protocol }) =>
    protocol === undefined
      ? fc.record({
          kind: fc.constant('protocol'),
          negated: fc.constant(true),
          protocols: listOf(fc.constantFrom(1, 6, 17, 50, 58, 47, 132)),
        })
      : undefined,
  port: ({ protocol }) => {
    if (protocol === undefined || protocol === 1 || protocol === 58 || protocol === 47) return undefined;
    const of = protocol === 'several' ? fc.constant('any' as const) : fc.constantFrom(protocol, 'any' as const);
    return fc.record({
      kind: fc.constant('port'),
      field: fc.constantFrom('sport', 'dport'),
      protocol: of,
      negated,
      ranges: portRanges,
    });
  },
  icmp: ({ version, protocol }) =>
    version !== undefined && icmpOf({ version, protocol })
      ? fc.record({
          kind: fc.constant('icmp'),
          version: fc.constant(version),
          negated,
          types: listOf(
            fc.record(
              { type: fc.constantFrom(0, 1, 3, 8, 11, 128, 135, 200), code: fc.nat({ max: 15 }) },
              { requiredKeys: ['type'] },
            ),
          ),
        })
      : undefined,
  tcpFlags: (subject) =>
    isTcp(subject)
      ? fc
          .tuple(
            negated,
            fc.uniqueArray(flags, { minLength: 1 }),
            fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
          )
          .map(([not, mask, keep]) => ({
            kind: 'tcpFlags' as const,
            negated: not,
            mask,
            set: mask.filter((_flag, index) => keep[index]),
          }))
      : undefined,
  state: () =>
    fc.record({
      kind: fc.constant('state'),
      negated,
      states: fc.uniqueArray(fc.constantFrom('new', 'established', 'related', 'invalid', 'untracked'), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  connectionHelper: () => fc.record({ kind: fc.constant('connectionHelper'), helper: fc.constantFrom('ftp', 'tftp') }),
  connectionMark: () => markOf('connectionMark'),
  packetMark: () => markOf('packetMark'),
  natted: () => fc.record({ kind: fc.constant('natted'), how: fc.constantFrom('dnat', 'snat'), negated }),
  addressType: () =>
    fc.record({
      kind: fc.constant('addressType'),
      field: addressField,
      negated,
      types: listOf(fc.constantFrom('unicast', 'local', 'broadcast', 'anycast', 'multicast')),
    }),
  reversePath: ({ forward }) => (forward ? fc.record({ kind: fc.constant('reversePath'), negated }) : undefined),
  sourceMac: () => fc.record({ kind: fc.constant('sourceMac'), negated, addresses: listOf(macs) }),
  user: () => fc.record({ kind: fc.constant('user'), negated, ids: listOf(numberRanges(70000)).map(joinNumbers) }),
  group: () => fc.record({ kind: fc.constant('group'), negated, ids: listOf(numberRanges(70000)).map(joinNumbers) }),
  hopLimit: (subject) =>
    oneVersion(subject)
      ? fc.record({
          kind: fc.constant('hopLimit'),
          version: fc.constant(subject.version),
          negated,
          ranges: listOf(numberRanges(255)).map(joinNumbers),
        })
      : undefined,
  trafficClass: (subject) =>
    oneVersion(subject)
      ? fc
          .tuple(negated, fc.constantFrom(0xfc, 0x03, 0xff, 0x3f, 0x1e), fc.nat({ max: 255 }))
          .map(([not, mask, bits]) => ({ kind: 'trafficClass' as const, negated: not, mask, value: bits & mask }))
      : undefined,
  packetType: () =>
    fc.record({
      kind: fc.constant('packetType'),
      negated,
      types: listOf(fc.constantFrom('host', 'broadcast', 'multicast')),
    }),
  // Of these the kernel alone knows when they hold, and lists them in words of its own.
  field: () => undefined,
  classed: () => fc.record({ kind: fc.constant('classed'), negated }),
  length: () =>
    fc.record({ kind: fc.constant('length'), negated, ranges: listOf(numberRanges(65535)).map(joinNumbers) }),
  fragment: (subject) =>
    oneVersion(subject)
      ? fc.record({ kind: fc.constant('fragment'), version: fc.constant(subject.version), negated })
      : undefined,
  extensionHeader: ({ version, protocol }) =>
    version === 6 && protocol === undefined
      ? fc.record({
          kind: fc.constant('extensionHeader'),
          negated,
          header: fc.constantFrom('hbh', 'dst', 'rt', 'frag', 'esp', 'none', 'protocol'),
        })
      : undefined,
  ipsec: ({ forward }) =>
    forward
      ? fc.record({ kind: fc.constant('ipsec'), direction: fc.constantFrom('in', 'out'), present: fc.boolean() })
      : undefined,
  association: ({ forward }) =>
    forward
      ? fc.record({
          kind: fc.constant('association'),
          direction: fc.constantFrom('in', 'out'),
          depth: fc.nat({ max: mostAssociations - 1 }),
          asks: fc.oneof(
            fc.record({ field: fc.constantFrom('reqid', 'spi'), negated, value: fc.nat({ max: 9000 }) }),
            fc.record({
              field: addressField,
              range: fc.oneof(
                fc.oneof(rangesOf(4), rangesOf(6)).map(([first]) => first ?? everyAddress(4)),
                fc.constantFrom(everyAddress(4), everyAddress(6)),
              ),
            }),
          ),
        })
      : undefined,
  set: (subject) => {
    if (!oneVersion(subject)) return undefined;
    const { version } = subject;
    const field = fc.record({ field: addressField, version: fc.constant(version) });
    const single = field.map((part) => ({ set: addressSet(version), key: [part] }));
    const pair = field.map((part) => ({ set: pairSet(version), key: [part, { field: 'dport' as const }] }));
    return fc
      .tuple(
        negated,
        subject.protocol === 6 || subject.protocol === 17 || subject.protocol === 'several'
          ? fc.oneof(single, pair)
          : single,
      )
      .map(([not, { set, key }]) => ({ kind: 'set' as const, set, negated: not, key }));
  },
  // A part of a field that nft knows by name would be listed as a prefix of that field.
  payload: ({ protocol }) =>
    protocol === 6 || protocol === 17
      ? fc
          .tuple(
            fc.constantFrom(
              [0, 16] as const,
              [16, 16] as const,
              [32, protocol === 6 ? 32 : 16] as const,
              [200, 24] as const,
            ),
            negated,
            fc.nat({ max: 65535 }),
          )
          .map(([[offset, length], not, value]) => ({
            kind: 'payload' as const,
            base: 'transport' as const,
            offset,
            length,
            negated: not,
            value: BigInt(value),
          }))
      : undefined,
  hour: () => fc.record({ kind: fc.constant('hour'), from: seconds, to: seconds }),
  weekday: () => fc.record({ kind: fc.constant('weekday'), days: listOf(fc.nat({ max: 6 })) }),
  date: () =>
    fc.oneof(
      fc.record({ kind: fc.constant('date'), from: moments }),
      fc.record({ kind: fc.constant('date'), to: moments }),
      fc.constant({ kind: 'date' as const, from: '2026-01-01', to: '2026-12-31T23:59:59' }),
    ),
  random: () =>
    fc.record({
      kind: fc.constant('random'),
      modulus: fc.integer({ min: 2, max: 1000 }),
      below: fc.integer({ min: 1, max: 500 }),
    }),
  turn: () =>
    fc
      .tuple(fc.integer({ min: 2, max: 1000 }), fc.nat({ max: 1000 }))
      .map(([modulus, index]) => ({ kind: 'turn' as const, modulus, index: index % modulus })),
  limit: () => fc.record({ kind: fc.constant('limit'), rate: rates, over: fc.boolean() }),
  limitEach: (subject) =>
    oneVersion(subject)
      ? fc.record({
          kind: fc.constant('limitEach'),
          set: fc.constantFrom(rateSet(subject.version, 0), rateSet(subject.version, 1)),
          key: addressKeys(subject.version),
          rate: rates,
          over: fc.boolean(),
        })
      : undefined,
  connectionCount: (subject) => {
    const count = fc.integer({ min: 1, max: 1000 });
    const all = fc.record({ kind: fc.constant('connectionCount'), count, over: fc.boolean() });
    if (!oneVersion(subject)) return all;
    const each = fc.record({
      kind: fc.constant('connectionCount'),
      set: fc.constant(countSet(subject.version)),
      key: addressKeys(subject.version),
      count,
      over: fc.boolean(),
    });
    return fc.oneof(all, each);
  },
  // The kernel lists these in words of its own; the cases have them.
  raw: () => undefined,
} satisfies { readonly [K in Match['kind']]: (subject: Subject) => fc.Arbitrary<MatchOf<K>> | undefined };

/** A few matches about one subject, the ones that fix it first. */
export function matchesAbout(subject: Subject, kinds: readonly Match['kind'][]): fc.Arbitrary<readonly Match[]> {
  const possible = kinds
    .map((kind): fc.Arbitrary<Match> | undefined =>
      (arbitraryMatches[kind] as (of: Subject) => fc.Arbitrary<Match> | undefined)(subject),
    )
    .filter((found) => found !== undefined);
  const some = possible.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...possible), { maxLength: 3 });
  return some.map((matches) => {
    const [version, ...others] = fixing(subject);
    const said = version?.kind === 'version' && matches[0]?.kind === 'address';
    return [...(version && !said ? [version] : []), ...others, ...onePerPlace(matches)];
  });
}

/** What makes a rule be about its subject. */
function fixing({ version, protocol }: Subject): readonly Match[] {
  const matches: Match[] = [];
  if (version !== undefined) matches.push({ kind: 'version', version });
  if (protocol === 'several') matches.push({ kind: 'protocol', negated: false, protocols: [6, 17] });
  else if (protocol !== undefined) matches.push({ kind: 'protocol', negated: false, protocols: [protocol] });
  return matches;
}

/** Not twice the same field: two ICMP types or two protocols contradict each other. */
function onePerPlace(matches: readonly Match[]): readonly Match[] {
  const seen = new Set<string>();
  return matches.filter((match) => {
    const place = `${match.kind} ${'field' in match ? match.field : ''}`;
    return !seen.has(place) && seen.add(place);
  });
}
