/** The options of a line of hosts: each means for them what it means for an interface (hosts(5)). */
import type { OptionDescription } from './interface-options.ts';
import { flag, number, obsolete } from './option-values.ts';

export const hostOptions = {
  tcpflags: { value: flag, doc: 'drop TCP packets with invalid flag combinations' },
  nosmurfs: { value: flag, doc: 'drop packets with a broadcast or multicast source address' },
  routeback: { value: flag, doc: 'packets may leave by the interface on which they arrived (hairpin)' },
  maclist: { value: flag, doc: 'only the MAC addresses in `maclist` may open connections' },
  ipsec: { value: flag, doc: 'the hosts are reached through IPsec' },
  broadcast: { value: flag, doc: 'the hosts include the broadcast address' },
  destonly: { value: flag, doc: 'the hosts are only a destination, never a source' },
  sourceonly: { value: flag, doc: 'the hosts are only a source, never a destination' },
  mss: {
    value: number(
      /^(?:[5-9]\d\d|[1-5]?\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
      'a number of bytes from 500 to 65535',
      '1300',
    ),
    doc: 'set the maximum segment size of TCP connections from and to the hosts',
  },
  blacklist: { value: obsolete, doc: 'without effect: blacklists apply to all interfaces' },
} as const satisfies Record<string, OptionDescription>;

export type HostOptionName = keyof typeof hostOptions;
