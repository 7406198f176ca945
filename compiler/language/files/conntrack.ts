import { ports, proto, user } from '../packet-columns.ts';
import { file } from '../schema.ts';

/** What connection tracking does with which packets. */
export const conntrack = file({
  name: 'conntrack',
  summary: 'helpers by port, and what is not tracked',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: {
    action: {
      type: 'trackingAction',
      doc: '`NOTRACK`, `CT:helper:NAME`, `CT:notrack`, `CT:ctevents:EVENT,…`, `DROP`, `LOG:level`, `NFLOG(group)`, `IPTABLES(CT …)`; followed by the chain in format 3: `:P`, `:O`, `:PO`',
    },
    source: { type: 'endpoint', doc: 'the source of the packets' },
    dest: { type: 'hostPlace', doc: 'the destination of the packets; for outgoing packets also the interface' },
    proto,
    ...ports,
    user,
    switch: { type: 'switch', doc: 'a switch that can be turned on and off while the firewall is running' },
  },
  formats: {
    1: ['source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    2: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    3: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
  },
});
