/** What stage 3 says of protocols, ports and ICMP types. */
import { error } from '../diagnostic.ts';
import { writeInstead } from '../suggest.ts';

export const unknownProtocol = error(
  'unknown-protocol',
  (name: string, suggestion: string | undefined, hint?: string) => ({
    message: `unknown protocol \`${name}\``,
    label: 'no protocol has this name',
    help: hint ?? writeInstead(suggestion) ?? 'write its name as in `/etc/protocols`, or its number, from 0 to 255',
  }),
);

export const portsWithoutProtocol = error('ports-without-protocol', (text: string) => ({
  message: `port \`${text}\` without a protocol`,
  label: 'only some protocols have ports',
  help: 'write `tcp` or `udp` in PROTO',
}));

export const portsOfProtocol = error('ports-of-protocol', (protocol: string, swapped?: string) => ({
  message: `protocol \`${protocol}\` has no ports`,
  label: 'ports of a protocol without ports',
  help:
    swapped === undefined
      ? 'write the protocol that has these ports in PROTO: `tcp` or `udp`'
      : `PROTO comes before DPORT: write \`${swapped} ${protocol}\``,
}));

export const unknownService = error(
  'unknown-service',
  (name: string, protocol: string, suggestion: string | undefined) => ({
    message: `no ${protocol} service is called \`${name}\``,
    label: 'not in `/etc/services`',
    help: writeInstead(suggestion) ?? 'write the number of the port',
  }),
);

export const badPort = error('bad-port', (text: string, why: string) => ({
  message: `\`${text}\` is not a port`,
  label: why,
  help: 'ports are 0 to 65535; write ranges with the lower port first',
}));

export const unknownIcmpType = error('unknown-icmp-type', (name: string, suggestion: string | undefined) => ({
  message: `unknown ICMP type \`${name}\``,
  label: 'no ICMP type has this name',
  help: writeInstead(suggestion) ?? 'write its number, or `type/code`',
}));
