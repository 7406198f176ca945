/** Ports, ICMP types and TCP flags. */

import { icmpTypes, icmpv6Types } from '../../../language/names.ts';
import type { TcpFlag } from '../../../net/packet-kinds.ts';
import type { Version } from '../../../net/version.ts';
import { decimal, listOf, type Modules, numbersOf, type OptionReader, one } from './kinds.ts';

const portProtocols = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 } as const;

/** `any` is the protocol of the line, which `-p` or PROTO names. */
function ports(protocol: keyof typeof portProtocols | 'any', fields: readonly ('sport' | 'dport')[]): OptionReader {
  return (take, negated, { servicePort }) => {
    const service = (text: string) => decimal(text) ?? servicePort(text, protocol === 'any' ? 'tcp' : protocol);
    const ranges = listOf(take(), (each) => numbersOf(each, 65535, service));
    if (!ranges) return undefined;
    if (fields.length > 1 && !negated) return 'write the ports into DPORT, and `=` into SPORT';
    const number = protocol === 'any' ? ('any' as const) : portProtocols[protocol];
    return { matches: fields.map((field) => ({ kind: 'port', field, protocol: number, negated, ranges })) };
  };
}

function portOptions(protocol: keyof typeof portProtocols): Readonly<Record<string, OptionReader>> {
  const [source, dest] = [ports(protocol, ['sport']), ports(protocol, ['dport'])];
  return { '--sport': source, '--source-port': source, '--dport': dest, '--destination-port': dest };
}

const flagNames: Readonly<Record<string, readonly TcpFlag[]>> = {
  SYN: ['syn'],
  ACK: ['ack'],
  FIN: ['fin'],
  RST: ['rst'],
  URG: ['urg'],
  PSH: ['psh'],
  NONE: [],
  ALL: ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'],
};

const flagsOf = (text: string) => listOf(text, (name) => flagNames[name])?.flat();

function icmpType(version: Version): OptionReader {
  return (take, negated) => {
    const text = take().toLowerCase();
    const [type = '', code] = text.split('/').map(decimal);
    const named = (version === 4 ? icmpTypes : icmpv6Types)[text];
    if (text === 'any' || named?.[0] === 255) return negated ? undefined : {};
    const [number, part] = named ?? [type === '' ? undefined : type, code];
    if (number === undefined || number > 255 || (part ?? 0) > 255 || (text.includes('/') && part === undefined))
      return undefined;
    return one({
      kind: 'icmp',
      version,
      negated,
      types: [part === undefined ? { type: number } : { type: number, code: part }],
    });
  };
}

/** The options, by module. */
export const ofTransport: Modules = {
  dccp: portOptions('dccp'),
  icmp: { '--icmp-type': icmpType(4) },
  icmp6: { '--icmpv6-type': icmpType(6) },
  multiport: {
    '--sports': ports('any', ['sport']),
    '--source-ports': ports('any', ['sport']),
    '--dports': ports('any', ['dport']),
    '--destination-ports': ports('any', ['dport']),
    '--ports': ports('any', ['sport', 'dport']),
  },
  sctp: portOptions('sctp'),
  tcp: {
    ...portOptions('tcp'),
    '--syn': (_take, negated) => one({ kind: 'tcpFlags', negated, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] }),
    '--tcp-flags': (take, negated) => {
      const [mask, set] = [flagsOf(take()), flagsOf(take())];
      if (!mask || !set || mask.length === 0) return undefined;
      return one({ kind: 'tcpFlags', negated, mask, set });
    },
  },
  udp: portOptions('udp'),
  udplite: portOptions('udplite'),
};
