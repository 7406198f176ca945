/** Elements of sets in one spelling. */
import { parseAddress, prefixRange, printNumbers, printRange } from '../address.ts';
import { protocolNames } from '../icmp-names.ts';
import type { SetType } from '../ruleset.ts';

/** Numbers in decimal, networks by their first address, names without quotes. */
export function canonicalElement(element: string, type: readonly SetType[]): string {
  return element
    .split(' . ')
    .map((part, index) => canonicalPart(part.trim(), type[index] ?? 'mark'))
    .join(' . ');
}

function canonicalPart(part: string, type: SetType): string {
  if (part === '*' || type === 'ether_type') return part;
  if (type === 'ifname') return part.replaceAll('"', '');
  if (type === 'ether_addr') return part.toLowerCase();
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return canonicalAddress(part);
  const [first = '', last = first] = part.split('-');
  return printNumbers({ first: numberOf(first), last: numberOf(last) });
}

function canonicalAddress(part: string): string {
  const [network = '', length] = part.split('/');
  const [first = '', last = first] = network.split('-');
  const from = parseAddress(first);
  const to = parseAddress(last);
  if (!from || !to) return part;
  if (length !== undefined) return printRange(prefixRange(from.version, from.value, Number(length)));
  return printRange({ version: from.version, first: from.value, last: to.value });
}

function numberOf(text: string): number {
  const named = Object.entries(protocolNames).find(([, name]) => name === text);
  return Number(named ? named[0] : text);
}
