/** Random values of the parts of rules. */
import fc from 'fast-check';
import type { MatchOf } from '../../compiler/ir/kind.ts';
import type { AddressKey } from '../../compiler/ir/ruleset.ts';
import { bitsOf, joinNumbers, joinRanges, prefixRange } from '../../compiler/net/address.ts';
import type { InterfacePattern } from '../../compiler/net/interface.ts';
import type { TcpFlag } from '../../compiler/net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../../compiler/net/ranges.ts';
import type { Rate } from '../../compiler/net/rate.ts';
import type { Version } from '../../compiler/net/version.ts';

/** What a rule is about, so that its parts do not contradict each other: nft refuses a rule that cannot hold. */
export interface Subject {
  readonly version: Version | undefined;
  /** One protocol, several, or whatever comes. */
  readonly protocol: number | 'several' | undefined;
  /** Some matches are for packets on their way through only. */
  readonly forward: boolean;
}

const names = ['eth0', 'eth1', 'wlan0', 'br-lan', 'vpn_1.2', 'abcdefghijklmno'] as const;
export const interfaceNames: fc.Arbitrary<InterfacePattern> = fc
  .constantFrom(...names)
  .map((name) => ({ name, wildcard: false }));
export const patterns: fc.Arbitrary<InterfacePattern> = fc.oneof(
  { weight: 4, arbitrary: interfaceNames },
  { weight: 2, arbitrary: fc.constantFrom('ppp', 'eth', 'tun').map((name) => ({ name, wildcard: true })) },
  { weight: 1, arbitrary: fc.constant({ name: '', wildcard: true }) },
);
export const properPatterns = patterns.filter(({ name }) => name !== '');

export function numberRanges(largest: number): fc.Arbitrary<NumberRange> {
  const number = fc.oneof(fc.nat({ max: Math.min(largest, 8) }), fc.nat({ max: largest }));
  return fc
    .tuple(number, fc.oneof(fc.constant(0), fc.nat({ max: 20 })))
    .map(([first, size]) => ({ first, last: Math.min(first + size, largest) }));
}

export const portRanges: fc.Arbitrary<readonly NumberRange[]> = listOf(numberRanges(65535)).map(joinNumbers);

export function listOf<T>(one: fc.Arbitrary<T>, maxLength = 4): fc.Arbitrary<readonly T[]> {
  return fc.array(one, { minLength: 1, maxLength });
}

/** Networks, single addresses and ranges, near each other often enough to overlap. */
export function addressRanges(version: Version): fc.Arbitrary<AddressRange> {
  const bits = bitsOf(version);
  const base = version === 4 ? 0x0a000000n : 0x20010db8n << 96n;
  const value = fc.oneof(
    fc.bigInt({ min: 0n, max: 1024n }).map((near) => base + near),
    fc.bigInt({ min: 1n, max: (1n << BigInt(bits)) - 2000n }),
  );
  const length = fc.oneof(fc.constant(bits), fc.integer({ min: 1, max: bits }));
  return fc.oneof(
    fc.tuple(value, length).map(([of, prefix]) => prefixRange(version, of, prefix)),
    fc
      .tuple(value, fc.bigInt({ min: 0n, max: 300n }))
      .map(([first, size]): AddressRange => ({ version, first, last: first + size })),
  );
}

export const versions = fc.constantFrom<Version>(4, 6);

export function rangesOf(version: Version): fc.Arbitrary<readonly AddressRange[]> {
  return listOf(addressRanges(version)).map(joinRanges);
}

export const addressField = fc.constantFrom('saddr' as const, 'daddr' as const);
export const negated = fc.boolean();
export const flags = fc.constantFrom<TcpFlag>('fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr');
export const marks = fc.oneof(fc.nat({ max: 0xffff }), fc.integer({ min: 0, max: 0xffffffff }));
export const macs = fc
  .array(fc.nat({ max: 255 }), { minLength: 6, maxLength: 6 })
  .map((bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':'));

export const rates: fc.Arbitrary<Rate> = fc.record({
  count: fc.integer({ min: 1, max: 5000 }),
  per: fc.constantFrom('second', 'minute', 'hour', 'day'),
  burst: fc.integer({ min: 1, max: 200 }),
});

export const moments = fc.constantFrom('2026-01-31 08:00:00', '2026-07-01T23:59:59', '2030-12-31');
export const seconds = fc.integer({ min: 0, max: 86399 });

export function markOf<K extends 'connectionMark' | 'packetMark'>(kind: K): fc.Arbitrary<MatchOf<K>> {
  return fc
    .tuple(
      negated,
      fc.oneof(
        fc.constant(0xffffffff),
        marks.filter((mask) => mask !== 0),
      ),
      marks,
    )
    .map(([not, mask, value]) => ({ kind, negated: not, mask, value: (value & mask) >>> 0 }) as MatchOf<K>);
}

/** The names of the sets that every random ruleset has (see `arbitrary-ruleset.ts`). */
export const addressSet = (version: Version) => `addresses${version}`;
export const pairSet = (version: Version) => `pairs${version}`;
export const rateSet = (version: Version, index: number) => `rates${version}_${index}`;
export const countSet = (version: Version) => `counts${version}`;

export function addressKeys(version: Version): fc.Arbitrary<AddressKey> {
  return fc.record(
    { field: addressField, version: fc.constant(version), prefix: fc.integer({ min: 1, max: bitsOf(version) - 1 }) },
    { requiredKeys: ['field', 'version'] },
  );
}
