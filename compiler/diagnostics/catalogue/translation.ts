/** What stage 3 says of translated addresses and ports: DNAT, REDIRECT, `snat`, `nat` and `netmap`. */
import { error } from '../diagnostic.ts';
import { writeInstead } from '../suggest.ts';

export const serverMissing = error('server-missing', () => ({
  message: 'this `DNAT` rule names no server',
  label: 'neither an address nor a port after the zone',
  help: 'write `zone:address` or `zone:address:port`',
}));

export const multipleDnatServers = error('multiple-dnat-servers', () => ({
  message: 'this `DNAT` rule names several servers',
  label: 'one address or one range is allowed here',
  help: 'write one address, or a range `first-last` over which connections are spread',
}));

export const redirectPort = error('redirect-port', () => ({
  message: 'this `REDIRECT` rule does not name a port of the firewall',
  label: 'not a port',
  help: 'write the local port, or `-` to keep the port',
}));

export const translationNeedsPorts = error('translation-needs-ports', () => ({
  message: 'ports are translated for a protocol without ports',
  label: 'a port of the server',
  help: 'write `tcp` or `udp` in PROTO',
}));

export const snatAction = error('snat-action', (name: string, suggestion: string | undefined) => ({
  message: `\`${name}\` is not allowed in \`snat\``,
  label: 'not MASQUERADE, SNAT, CONTINUE, LOG, NFLOG, or an action',
  help: writeInstead(suggestion) ?? 'write `MASQUERADE` or `SNAT(address)`',
}));

export const noOutboundInterface = error('no-outbound-interface', (action: string) => ({
  message: `\`${action}\` where DEST is the firewall`,
  label: 'packets to the firewall leave by no interface',
  help: 'write `SNAT(address)`',
}));

export const singleAddressRequired = error(
  'single-address-required',
  (column: string, what: 'address' | 'network') => ({
    message: `${column.toUpperCase()} is not one ${what}`,
    label: `one ${what} belongs here`,
    help: `write a line for each ${what}`,
  }),
);

export const networkForHost = error('network-for-host', (column: string) => ({
  message: `${column.toUpperCase()} of \`nat\` is a network`,
  label: 'a public address belongs to one host',
  help: 'networks are translated address by address by a pair of lines in `netmap`: `DNAT` for what arrives, `SNAT` for what leaves',
}));

export const prefixLengthsDiffer = error('prefix-lengths-differ', () => ({
  message: 'the networks cannot be mapped to each other',
  label: 'of another IP version, or more than 256 addresses would become one',
  help: 'give both the same prefix length',
}));

export const netmapType = error('netmap-type', (text: string) => ({
  message: `\`${text}\` is not a type of netmap`,
  label: 'not SNAT or DNAT',
  help: 'write `SNAT` or `DNAT`',
}));
