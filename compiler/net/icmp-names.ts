/** Names that nft knows by itself, on every machine (nft(8), ICMP HEADER EXPRESSION and ICMPV6 HEADER EXPRESSION). */
import type { Version } from './version.ts';

/** Transport protocols by number; measured with nft 1.0.6 on a machine without /etc/protocols. */
export const protocolNames: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  58: 'icmpv6',
  108: 'comp',
  132: 'sctp',
  136: 'udplite',
};

/** Types of ICMP messages by number. */
export const icmpNames: Readonly<Record<Version, Readonly<Record<number, string>>>> = {
  4: {
    0: 'echo-reply',
    3: 'destination-unreachable',
    4: 'source-quench',
    5: 'redirect',
    8: 'echo-request',
    9: 'router-advertisement',
    10: 'router-solicitation',
    11: 'time-exceeded',
    12: 'parameter-problem',
    13: 'timestamp-request',
    14: 'timestamp-reply',
    15: 'info-request',
    16: 'info-reply',
    17: 'address-mask-request',
    18: 'address-mask-reply',
  },
  6: {
    1: 'destination-unreachable',
    2: 'packet-too-big',
    3: 'time-exceeded',
    4: 'parameter-problem',
    128: 'echo-request',
    129: 'echo-reply',
    130: 'mld-listener-query',
    131: 'mld-listener-report',
    132: 'mld-listener-done',
    133: 'nd-router-solicit',
    134: 'nd-router-advert',
    135: 'nd-neighbor-solicit',
    136: 'nd-neighbor-advert',
    137: 'nd-redirect',
    138: 'router-renumbering',
    141: 'ind-neighbor-solicit',
    142: 'ind-neighbor-advert',
    143: 'mld2-listener-report',
  },
};
