import { file } from '../schema.ts';

const rest = {
  ipsec: { type: 'ipsec', doc: 'whether the packets are sent through IPsec' },
  mark: { type: 'mark', doc: 'the mark of the packet; below 256 and without a mask only its low eight bits count' },
  user: { type: 'users', doc: 'the user of the process on the firewall' },
  switch: { type: 'switch', doc: 'a switch that can be turned on and off while the firewall is running' },
  origdest: { type: 'hosts', doc: 'the original destination: the address to which the client connected, before DNAT' },
  probability: { type: 'probability', doc: 'the share of connections that the rule matches' },
} as const;

const source = { type: 'snatSource', doc: 'the user whose packets match', example: '10.0.0.0/8' } as const;

const traffic = {
  proto: { type: 'protocols', doc: 'the protocol' },
  dport: { type: 'ports', also: ['port'], doc: 'the ports of the destination' },
  sport: { type: 'ports', also: ['cport'], doc: 'the ports of the source (format 2)' },
  ...rest,
} as const;

const columnsOf = (sport: readonly 'sport'[]) =>
  [
    ...(['action', 'source', 'dest', 'proto', 'dport'] as const),
    ...sport,
    ...(['ipsec', 'mark', 'user', 'switch', 'origdest', 'probability'] as const),
  ] as const;

const formats = { 1: columnsOf([]), 2: columnsOf(['sport']) };

/** Translation of source addresses. */
export const snat = file({
  name: 'snat',
  summary: 'translation of source addresses: masquerading and SNAT',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: {
    action: {
      type: 'action',
      required: true,
      doc: '`MASQUERADE`, `SNAT(address)`, `CONTINUE`, `LOG:level`, `NFLOG(group)`, or an action with the option `nat`',
      example: 'MASQUERADE',
    },
    source,
    dest: {
      type: 'snatDest',
      required: true,
      doc: 'the outgoing interface, optionally with `:destination`; `$FW` for connections to the firewall itself',
      example: 'eth0',
    },
    ...traffic,
  },
  formats,
});

/** The body of `action.NAME` with the option `nat`: lines of `snat` for packets whose interface is known. */
export const snatAction = file({
  name: 'action.*',
  summary: 'a named list of lines of snat with parameters',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: {
    action: { type: 'action', required: true, doc: 'the action of a line in `snat`, without `+`' },
    source,
    dest: { type: 'hostPlace', doc: 'the outgoing interface and destination' },
    ...traffic,
  },
  formats,
});

/** The spelling of `snat` before Shorewall 5.0.14. */
export const masq = file({
  name: 'masq',
  summary: 'the old spelling of snat',
  treatment: { converted: 'snat' },
  inlineMatches: true,
  columns: {
    interface: { type: 'masqInterface', required: true, doc: 'the outgoing interface' },
    source: { type: 'snatSource', doc: 'the user whose packets match' },
    address: { type: 'oldTranslation', doc: 'the new source address; masqueraded when omitted' },
    proto: { type: 'protocols', doc: 'the protocol' },
    port: { type: 'ports', also: ['dport'], doc: 'the ports of the destination' },
    ...rest,
  },
});
