/** Values as nft prints them: numbers, names, addresses, ranges, lists. */

import { bitsOf, parseAddress, prefixRange } from '../net/address.ts';
import { icmpNames, protocolNames } from '../net/icmp-names.ts';
import type { InterfacePattern } from '../net/interface.ts';
import type { TcpFlag } from '../net/packet-kinds.ts';
import type { AddressRange, NumberRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';

/** `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, one address. */
export function addressesOf(text: string): AddressRange | undefined {
  const [written = '', length, ...more] = text.split('/');
  if (length !== undefined) {
    const address = parseAddress(written);
    if (!address || more.length > 0 || !/^\d+$/.test(length) || Number(length) > bitsOf(address.version))
      return undefined;
    return prefixRange(address.version, address.value, Number(length));
  }
  const [first, last = first, ...rest] = text.split('-').map(parseAddress);
  if (!first || !last || rest.length > 0 || first.version !== last.version) return undefined;
  return { version: first.version, first: first.value, last: last.value };
}

/** A number, or two with `-`; names are looked up first. */
export function numbersOf(
  text: string,
  nameOf: (text: string) => number | undefined = () => undefined,
): NumberRange | undefined {
  const number = (word: string) => nameOf(word) ?? (/^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : undefined);
  const whole = number(text);
  if (whole !== undefined) return { first: whole, last: whole };
  const [first, last, ...more] = text.split('-').map(number);
  return first === undefined || last === undefined || more.length > 0 ? undefined : { first, last };
}

function numberOfName(table: Readonly<Record<number, string>>, name: string): number | undefined {
  const found = Object.entries(table).find(([, each]) => each === name);
  return found && Number(found[0]);
}

/** The number of a protocol by nft's name, or by that of /etc/protocols. */
export function protocolNumber(name: string): number | undefined {
  const others: Readonly<Record<string, number>> = {
    igmp: 2,
    gre: 47,
    'ipv6-icmp': 58,
    ipip: 4,
    ipencap: 4,
    ospf: 89,
    vrrp: 112,
    l2tp: 115,
    sctp: 132,
  };
  return numberOfName(protocolNames, name) ?? others[name];
}

/** The number of an ICMP type by its name. */
export function icmpNumber(version: Version): (name: string) => number | undefined {
  return (name) => numberOfName(icmpNames[version], name);
}

/** Ports that nft prints by their names where it is not told otherwise (`/etc/services`). */
export function portNumber(name: string): number | undefined {
  return services[name];
}

const services: Readonly<Record<string, number>> = {
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  submission: 587,
  ipp: 631,
  ldaps: 636,
  ftps: 990,
  'ftps-data': 989,
  imaps: 993,
  pop3s: 995,
  mdns: 5353,
  mysql: 3306,
  postgresql: 5432,
  isakmp: 500,
  'ipsec-nat-t': 4500,
  openvpn: 1194,
  'dhcpv6-client': 546,
  'dhcpv6-server': 547,
  'http-alt': 8080,
  nfs: 2049,
  sunrpc: 111,
  'microsoft-ds': 445,
  netbios: 137,
};

/** `eth*`. */
export function patternOf(text: string): InterfacePattern {
  return text.endsWith('*') ? { name: text.slice(0, -1), wildcard: true } : { name: text, wildcard: false };
}

/** Flags of TCP by nft's names. */
export const tcpFlagNames: Readonly<Record<string, TcpFlag>> = {
  fin: 'fin',
  syn: 'syn',
  rst: 'rst',
  psh: 'psh',
  ack: 'ack',
  urg: 'urg',
  ecn: 'ecn',
  cwr: 'cwr',
};
