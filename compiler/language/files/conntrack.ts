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
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', also: ['port'], doc: 'the ports of the destination' },
    sport: { type: 'ports', also: ['cport'], doc: 'the ports of the source' },
    user: { type: 'users', doc: 'the user of the process on the firewall' },
    switch: { type: 'switch', doc: 'a switch that can be turned on and off while the firewall is running' },
  },
  formats: {
    1: ['source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    2: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    3: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
  },
});
