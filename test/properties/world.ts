/** A small world, in which random rules meet random packets: three networks, few addresses, few ports. */
import fc from 'fast-check';
import { parseAddress, prefixRange } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { Version } from '../../compiler/net/version.ts';

/** The interfaces of the lab and the networks behind them (see `threeNetworks`). */
export const interfaces = ['eth0', 'eth1', 'eth2'] as const;

export function address(text: string): bigint {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`no address: ${text}`);
  return parsed.value;
}

/** Hosts behind each interface, and the firewall's own address there. */
export const hosts: Readonly<Record<Version, Readonly<Record<(typeof interfaces)[number], readonly bigint[]>>>> = {
  4: {
    eth0: ['192.0.2.10', '192.0.2.77', '198.51.100.7'].map(address),
    eth1: ['10.0.1.10', '10.0.1.130'].map(address),
    eth2: ['10.0.2.10', '10.0.2.200'].map(address),
  },
  6: {
    eth0: ['2001:db8:1::10', '2001:db8:ffff::7'].map(address),
    eth1: ['2001:db8:3::10', '2001:db8:3::8000'].map(address),
    eth2: ['2001:db8:2::10', '2001:db8:2::8000'].map(address),
  },
};

export const own: Readonly<Record<Version, Readonly<Record<(typeof interfaces)[number], bigint>>>> = {
  4: { eth0: address('192.0.2.1'), eth1: address('10.0.1.1'), eth2: address('10.0.2.1') },
  6: { eth0: address('2001:db8:1::1'), eth1: address('2001:db8:3::1'), eth2: address('2001:db8:2::1') },
};

export function everyHost(version: Version): readonly bigint[] {
  return interfaces.flatMap((name) => hosts[version][name]);
}

export const ports = [21, 22, 53, 80, 1023, 1024, 8021] as const;
/** Source ports are counted from here, so that each packet has a connection of its own. */
export const firstSourcePort = 20000;

/** Single addresses and networks that some packets lie in and others do not. */
export function worldRanges(version: Version): fc.Arbitrary<AddressRange> {
  const bits = version === 4 ? 32 : 128;
  const lengths = version === 4 ? [32, 32, 25, 24, 16, 8, 1] : [128, 128, 113, 64, 48, 32, 1];
  const known = [...everyHost(version), ...interfaces.map((name) => own[version][name])];
  return fc
    .tuple(fc.constantFrom(...known), fc.constantFrom(...lengths))
    .map(([value, length]) => prefixRange(version, value, Math.min(length, bits)));
}
