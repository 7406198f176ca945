/** Elements of sets, which are text of nft that we made: what a key must be to be one of them. */
import { parseAddress, prefixRange } from './address.ts';
import type { InterfacePattern } from './ruleset.ts';

type Fits = (pattern: InterfacePattern, name: string) => boolean;

/** Whether a key is meant by an element: its parts stand between ` . `, each a value, a range, a network or `*`. */
export function elementHolds(element: string, key: readonly (bigint | string)[], fits: Fits): boolean {
  const plain = element.replace(/\s+(timeout|expires|comment|counter)\s.*$/, '').trim();
  if (plain === '*') return true;
  const parts = plain.split(' . ');
  return parts.length === key.length && parts.every((part, index) => partHolds(part.trim(), key[index] ?? '', fits));
}

function partHolds(part: string, value: bigint | string, fits: Fits): boolean {
  if (typeof value === 'string') {
    const name = part.replaceAll('"', '');
    return fits({ name: name.replace(/\*$/, ''), wildcard: name.endsWith('*') }, value);
  }
  const range = rangeOf(part);
  return range !== undefined && range[0] <= value && value <= range[1];
}

function rangeOf(part: string): readonly [bigint, bigint] | undefined {
  const [address = '', length] = part.split('/');
  if (length !== undefined) {
    const parsed = parseAddress(address);
    if (!parsed) return undefined;
    const { first, last } = prefixRange(parsed.version, parsed.value, Number(length));
    return [first, last];
  }
  const [first = '', last = first] = part.split('-');
  const from = numberOf(first);
  const to = numberOf(last);
  return from === undefined || to === undefined ? undefined : [from, to];
}

const protocolNumbers: Readonly<Record<string, bigint>> = { icmp: 1n, tcp: 6n, udp: 17n, icmpv6: 58n, sctp: 132n };

function numberOf(text: string): bigint | undefined {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) return BigInt(`0x${text.replaceAll(':', '')}`);
  if (/^(\d+|0x[0-9a-f]+)$/i.test(text)) return BigInt(text);
  return parseAddress(text)?.value ?? protocolNumbers[text];
}
