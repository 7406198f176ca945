/** Addresses, interfaces and sets. */
import { bitsOf, mappedIpv4, parseAddress, prefixRange } from '../../../net/address.ts';
import type { AddressType } from '../../../net/packet-kinds.ts';
import type { AddressRange } from '../../../net/ranges.ts';
import { decimal, listOf, type Modules, type OptionReader, one } from './kinds.ts';

const addressTypes: readonly AddressType[] = ['unicast', 'local', 'broadcast', 'anycast', 'multicast'];

function addressType(field: 'saddr' | 'daddr'): OptionReader {
  return (take, negated, { versions }) => {
    const types = listOf(take().toLowerCase(), (name) => addressTypes.find((type) => type === name));
    const odd = types?.includes('unicast') || (types?.includes('multicast') && types.length > 1);
    // Of IPv6 every address but those of groups is unicast, and a list asks for all of it (xt_addrtype.c, match_type6).
    if (odd && versions.includes(6)) return 'it says something else in ip6tables: write `;; nft fib … type { … }`';
    return types && one({ kind: 'addressType', field, negated, types });
  };
}

export function networkOf(text: string): AddressRange | undefined {
  const [written = '', length, ...more] = text.split('/');
  const address = parseAddress(written);
  if (!address || more.length > 0) return undefined;
  const bits = length === undefined ? bitsOf(address.version) : decimal(length);
  if (bits === undefined || bits > bitsOf(address.version)) return undefined;
  const range = prefixRange(address.version, address.value, bits);
  return mappedIpv4(range) ? undefined : range; // no packet has it
}

function rangeOf(text: string): AddressRange | undefined {
  const [first, last, ...more] = text.split('-').map(parseAddress);
  if (!first || more.length > 0) return undefined;
  const to = last ?? first;
  const range = { version: first.version, first: first.value, last: to.value };
  return to.version === first.version && first.value <= to.value && !mappedIpv4(range) ? range : undefined;
}

export function address(
  kind: 'address' | 'originalAddress',
  field: 'saddr' | 'daddr',
  read: (text: string) => AddressRange | undefined,
): OptionReader {
  return (take, negated) => {
    const ranges = listOf(take(), read);
    const version = ranges?.[0]?.version;
    if (!ranges || ranges.some((range) => range.version !== version)) return undefined;
    return one({ kind, field, negated, ranges });
  };
}

function interfaceNamed(field: 'iifname' | 'oifname'): OptionReader {
  return (take, negated) => {
    const [, name = '', wildcard] = /^([^\s+]*)(\+)?$/.exec(take()) ?? [];
    if (name === '' || name.length > 15) return undefined;
    return one({ kind: 'interface', field, negated, interfaces: [{ name, wildcard: wildcard === '+' }] });
  };
}

const macAddress: OptionReader = (take, negated) => {
  const text = take().toLowerCase();
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text)
    ? one({ kind: 'sourceMac', negated, addresses: [text] })
    : undefined;
};

/** Options that need no module. */
export const plainOptions: Readonly<Record<string, OptionReader>> = {
  '-s': address('address', 'saddr', networkOf),
  '--source': address('address', 'saddr', networkOf),
  '-d': address('address', 'daddr', networkOf),
  '--destination': address('address', 'daddr', networkOf),
  '-i': interfaceNamed('iifname'),
  '--in-interface': interfaceNamed('iifname'),
  '-o': interfaceNamed('oifname'),
  '--out-interface': interfaceNamed('oifname'),
  '-f': (_take, negated) => one({ kind: 'fragment', version: 4, negated }),
  '--fragment': (_take, negated) => one({ kind: 'fragment', version: 4, negated }),
};

/** The options, by module. */
export const ofEnds: Modules = {
  addrtype: { '--dst-type': addressType('daddr'), '--src-type': addressType('saddr') },
  iprange: { '--src-range': address('address', 'saddr', rangeOf), '--dst-range': address('address', 'daddr', rangeOf) },
  mac: { '--mac-source': macAddress },
  set: {
    '--match-set': (take, negated) => {
      const [name, sides] = [take(), listOf(take(), (side) => (side === 'src' || side === 'dst' ? side : undefined))];
      return name !== '' && sides ? { set: { name, sides, negated } } : undefined;
    },
  },
};
