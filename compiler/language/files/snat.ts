import { file } from '../schema.ts';

const rest = {
  ipsec: { type: 'ipsec', doc: 'whether the packets leave through IPsec' },
  mark: { type: 'mark', doc: 'the mark of the packet; below 256 and without a mask only its low eight bits count' },
  user: { type: 'users', doc: 'whose process on the firewall it is' },
  switch: { type: 'switch', doc: 'a switch that can be turned while the firewall runs' },
  origdest: { type: 'hosts', doc: 'the address the client used, before DNAT' },
  probability: { type: 'probability', doc: 'the share of connections the rule holds for' },
} as const;

const source = { type: 'snatSource', doc: 'whose packets', example: '10.0.0.0/8' } as const;

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
      doc: 'by which interface they leave, and to where; `$FW` for those to the firewall itself',
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
    action: { type: 'action', required: true, doc: 'what a line of `snat` may have, without `+`' },
    source,
    dest: { type: 'hostPlace', doc: 'to where they leave' },
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
    interface: { type: 'masqInterface', required: true, doc: 'by which interface the packets leave' },
    source: { type: 'snatSource', doc: 'whose packets' },
    address: { type: 'oldTranslation', doc: 'the address they get; masqueraded when omitted' },
    proto: { type: 'protocols', doc: 'the protocol' },
    port: { type: 'ports', also: ['dport'], doc: 'the ports of the destination' },
    ...rest,
  },
});
