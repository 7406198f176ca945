/** Random conditions of the small world: what packets can tell from each other. */
import fc from 'fast-check';
import type { Hook, Match } from '../../compiler/ir/ruleset.ts';
import { joinRanges } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';
import { firstSourcePort, interfaces, ports, worldRanges } from './world.ts';

const negated = fc.boolean();
export const versions = fc.constantFrom<Version>(4, 6);
const field = fc.constantFrom('saddr' as const, 'daddr' as const);
export const mostlyNot = fc.constantFrom(false, false, true);
export const patterns = fc.constantFrom(
  ...interfaces.map((name) => ({ name, wildcard: false })),
  { name: 'eth', wildcard: true },
  { name: 'lo', wildcard: false },
);
export const states = fc.constantFrom<ConnectionState[]>('new', 'established', 'related', 'invalid', 'untracked');
const someStates = fc.uniqueArray(states, { minLength: 1, maxLength: 3 });
export const ranges = (version: Version): fc.Arbitrary<readonly AddressRange[]> =>
  fc.array(worldRanges(version), { minLength: 1, maxLength: 2 }).map(joinRanges);
const portRange = fc
  .constantFrom(...ports, 0, 65535)
  .chain((first) => fc.constantFrom(0, 1, 1000).map((more) => ({ first, last: Math.min(65535, first + more) })));
const sourceRange = fc.nat({ max: 100 }).map((last) => ({ first: firstSourcePort, last: firstSourcePort + last }));
export const masks = fc.constantFrom(0xffffffff, 0x1, 0x3, 0x80000000);
const icmpTypes = (version: Version) =>
  fc.constantFrom(
    ...(version === 4
      ? [{ type: 8 }, { type: 3 }, { type: 3, code: 1 }, { type: 0 }]
      : [{ type: 128 }, { type: 1 }, { type: 1, code: 1 }, { type: 129 }]),
  );

/** Each gives matches that do not contradict each other; what one needs comes with it. */
const anywhere: readonly fc.Arbitrary<readonly Match[]>[] = [
  one(
    fc.record({
      kind: fc.constant('interface'),
      field: fc.constantFrom('iifname', 'oifname'),
      negated: mostlyNot,
      interfaces: fc.array(patterns, { minLength: 1, maxLength: 2 }),
    }),
  ),
  one(
    versions.chain((version) =>
      fc.record({
        kind: fc.constantFrom('address', 'originalAddress'),
        field,
        negated: mostlyNot,
        ranges: ranges(version),
      }),
    ),
  ),
  one(
    fc.record({
      kind: fc.constant('protocol'),
      negated,
      protocols: fc.uniqueArray(fc.constantFrom(1, 6, 17, 58), { minLength: 1, maxLength: 2 }),
    }),
  ),
  one(
    fc.record({
      kind: fc.constant('port'),
      field: fc.constant('dport'),
      protocol: fc.constantFrom(6, 17),
      negated: mostlyNot,
      ranges: fc.array(portRange, { minLength: 1, maxLength: 3 }),
    }),
  ),
  one(
    fc.record({
      kind: fc.constant('port'),
      field: fc.constant('sport'),
      protocol: fc.constantFrom(6, 17),
      negated: mostlyNot,
      ranges: sourceRange.map((range) => [range]),
    }),
  ),
  // Two ports that both must differ.
  fc.tuple(fc.constantFrom(6, 17), fc.constantFrom(...ports)).map(([protocol, port]) => [
    { kind: 'port', field: 'dport', protocol, negated: true, ranges: [{ first: port, last: port }] },
    {
      kind: 'port',
      field: 'sport',
      protocol,
      negated: true,
      ranges: [{ first: firstSourcePort, last: firstSourcePort }],
    },
  ]),
  fc.tuple(fc.constantFrom(6, 17), mostlyNot, portRange).map(([protocol, not, range]) => [
    { kind: 'protocol', negated: false, protocols: [protocol] },
    { kind: 'originalPort', negated: not, ranges: [range] },
  ]),
  fc.tuple(portRange, mostlyNot).map(([range, not]) => [
    { kind: 'protocol', negated: false, protocols: [6, 17] },
    { kind: 'port', field: 'dport', protocol: 'any', negated: not, ranges: [range] },
  ]),
  one(
    versions.chain((version) =>
      fc.record({
        kind: fc.constant('icmp'),
        version: fc.constant(version),
        negated: mostlyNot,
        types: fc.array(icmpTypes(version), { minLength: 1, maxLength: 2 }),
      }),
    ),
  ),
  one(
    fc.constantFrom<Match>(
      { kind: 'tcpFlags', negated: false, mask: ['syn', 'ack', 'rst', 'fin'], set: ['syn'] },
      { kind: 'tcpFlags', negated: true, mask: ['syn', 'ack'], set: ['syn', 'ack'] },
      { kind: 'tcpFlags', negated: false, mask: ['psh', 'fin'], set: [] },
      { kind: 'tcpFlags', negated: true, mask: ['psh', 'fin'], set: [] },
    ),
  ),
  one(fc.record({ kind: fc.constant('state'), negated: mostlyNot, states: someStates })),
  one(
    fc.record({
      kind: fc.constantFrom('connectionMark', 'packetMark'),
      negated,
      mask: masks,
      value: fc.constantFrom(0, 1),
    }),
  ),
  one(fc.record({ kind: fc.constant('natted'), how: fc.constantFrom('dnat', 'snat'), negated })),
  one(
    fc.record({
      kind: fc.constant('addressType'),
      field,
      negated: mostlyNot,
      types: fc.uniqueArray(fc.constantFrom('unicast', 'local', 'broadcast'), { minLength: 1, maxLength: 2 }),
    }),
  ),
  one(fc.record({ kind: fc.constant('sourceMac'), negated, addresses: fc.constant(['02:00:00:00:00:99']) })),
  one(
    fc.record({
      kind: fc.constantFrom('user', 'group'),
      negated,
      ids: fc.constantFrom([{ first: 0, last: 0 }], [{ first: 1, last: 9 }]),
    }),
  ),
  one(fc.record({ kind: fc.constant('version'), version: versions })),
  fc.tuple(versions, fc.constantFrom(64, 255, 63, 1)).map(([version, value]) => [
    { kind: 'version', version },
    { kind: 'hopLimit', version, negated: value === 1, ranges: [{ first: value, last: Math.min(value + 1, 255) }] },
  ]),
  fc.tuple(versions, mostlyNot, fc.constantFrom(0xfc, 0x03, 0xff, 0x3f)).map(([version, not, mask]) => [
    { kind: 'version', version },
    { kind: 'trafficClass', negated: not, mask, value: 0xb9 & mask },
  ]),
  fc.tuple(mostlyNot, fc.constantFrom(28, 40, 48, 60)).map(([not, size]) => [
    { kind: 'protocol', negated: false, protocols: [6, 17] },
    { kind: 'length', negated: not, ranges: [{ first: size, last: size + 10 }] },
  ]),
  one(
    versions.chain((version) =>
      fc.record({
        kind: fc.constant('set'),
        set: fc.constant(`hosts${version}`),
        negated: mostlyNot,
        key: field.map((name) => [{ field: name, version }]),
      }),
    ),
  ),
  fc.tuple(versions, mostlyNot).map(([version, not]) => [
    { kind: 'protocol', negated: false, protocols: [6, 17] },
    { kind: 'set', set: `pairs${version}`, negated: not, key: [{ field: 'daddr', version }, { field: 'dport' }] },
  ]),
];

function one<M extends Match>(match: fc.Arbitrary<M>): fc.Arbitrary<readonly Match[]> {
  return match.map((made) => [made]);
}

const reversePath = one(fc.record({ kind: fc.constant('reversePath'), negated }));

/** Up to two conditions; a second that contradicts the first is left out, for nft would refuse the rule. */
export function matches(hook: Hook['hook'] | 'any'): fc.Arbitrary<readonly Match[]> {
  const kinds = hook === 'prerouting' || hook === 'input' || hook === 'forward' ? [...anywhere, reversePath] : anywhere;
  const some = fc.oneof(...kinds);
  return fc.oneof(
    fc.constant([]),
    some,
    some,
    fc.tuple(some, some).map(([a, b]) => (agree(a, b) ? [...a, ...b] : a)),
  );
}

export function agree(a: readonly Match[], b: readonly Match[]): boolean {
  const subjects = [...a, ...b].flatMap(subjectsOf);
  return (
    new Set(subjects.map((text) => text.split(' ')[0])).size === new Set(subjects).size &&
    !a.some((left) => b.some((right) => left.kind === right.kind))
  );
}

/** The version and protocol that a match is about, as far as nft sees it. */
function subjectsOf(match: Match): readonly string[] {
  switch (match.kind) {
    case 'version':
      return [`version ${match.version}`];
    case 'address':
    case 'originalAddress':
      return [`version ${match.ranges[0]?.version}`];
    case 'icmp':
      return [`version ${match.version}`, `protocol icmp${match.version}`];
    case 'set':
      return match.key.flatMap((part) => ('version' in part ? [`version ${part.version}`] : []));
    case 'port':
      return [`protocol ${match.protocol}`];
    case 'tcpFlags':
      return ['protocol 6'];
    case 'protocol':
      return [`protocol ${match.negated ? 'not ' : ''}${match.protocols.length === 1 ? match.protocols[0] : 'any'}`];
    default:
      return [];
  }
}
