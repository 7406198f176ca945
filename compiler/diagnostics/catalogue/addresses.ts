/** What stage 3 says of addresses, names of hosts and countries. */
import { error, warning } from '../diagnostic.ts';

export const badAddress = error('bad-address', (text: string, why: string, instead?: string) => ({
  message: `\`${text}\` is not an address`,
  label: why,
  help: instead
    ? `write \`${instead}\``
    : 'write an address (`192.0.2.1`), a network (`192.0.2.0/24`) or a range (`192.0.2.1-192.0.2.9`)',
}));

export const dottedMask = error('dotted-mask', (text: string, length: number | undefined) => ({
  message: `\`${text}\` has a mask in dotted notation`,
  label: 'a netmask instead of a prefix length',
  help: length === undefined ? 'write the number of bits: `/24`' : `write \`${text.replace(/\/.*$/, '')}/${length}\``,
}));

export const mappedAddress = error('mapped-address', (text: string, ipv4: string) => ({
  message: `no packet has the address \`${text}\``,
  label: 'an IPv4 address in the notation of IPv6',
  help: `write \`${ipv4}\`, the address in the packets`,
}));

export const wrongVersion = error('wrong-version', (text: string, compiled: string, ours: boolean) => ({
  message: `\`${text}\` is an address of an IP version that is not compiled`,
  label: `only ${compiled} is compiled here`,
  help: ours
    ? 'set `FAMILY=both`, or remove the line if it names no other address'
    : 'a Shorewall folder has one IP version: write the line in the other folder',
}));

export const unknownHost = error('unknown-host', (name: string) => ({
  message: `\`${name}\` has no address`,
  label: 'the name did not resolve',
  help: 'write the address: a firewall that needs DNS cannot start without it',
}));

export const unknownCountry = error('unknown-country', (code: string, fault: string) => ({
  message: `the addresses of country \`${code}\` are not known`,
  label: fault,
  help: 'create the files with xt_geoip_build (package xtables-addons-common) and set GEOIPDIR to their folder, or list the networks in `ipsets`',
}));

/** What becomes of the addresses of a name. */
const resolvedInto = {
  set: 'every restart resolves it again into a set `dns-…`; write the address to avoid DNS',
  server: 'the first address is used until the next restart; write the address to avoid DNS',
  addresses: 'its addresses are used until the next restart; write the address to avoid DNS',
} as const;

export const resolvedHost = warning(
  'resolved-host',
  (name: string, addresses: string, where: keyof typeof resolvedInto) => ({
    message: `\`${name}\` was resolved when the firewall was compiled`,
    label: `now ${addresses}`,
    help: resolvedInto[where],
  }),
);

export const macInDest = error('mac-in-dest', (column: 'DEST' | 'ORIGDEST') => ({
  message: `${column} cannot match a MAC address`,
  label: 'only the MAC address of the sender can be matched',
  help: 'write the IP address',
}));
