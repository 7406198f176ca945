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
      doc: '`NOTRACK`, `CT:helper:NAME`, `CT:notrack`, `CT:ctevents:EVENT,…`, `DROP`, `LOG:level`, `NFLOG(group)`, `IPTABLES(CT …)`; `:P`, `:O`, `:PO` say where (format 3)',
    },
    source: { type: 'endpoint', doc: 'where the packets come from' },
    dest: { type: 'hostPlace', doc: 'where they go to; on the way out also by which interface' },
    proto: { type: 'protocols', doc: 'the protocol' },
    dport: { type: 'ports', also: ['port'], doc: 'the ports of the destination' },
    sport: { type: 'ports', also: ['cport'], doc: 'the ports of the source' },
    user: { type: 'users', doc: 'whose process on the firewall it is' },
    switch: { type: 'switch', doc: 'a switch that can be turned while the firewall runs' },
  },
  formats: {
    1: ['source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    2: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
    3: ['action', 'source', 'dest', 'proto', 'dport', 'sport', 'user', 'switch'],
  },
});
