import { places, ports, proto, user } from '../packet-columns.ts';
import { file } from '../schema.ts';

/** Which packets a line of `mangle` is about. */
const packets = {
  ...places,
  proto,
  ...ports,
  user,
  test: { type: 'mark', doc: 'the current mark of the packets' },
  length: { type: 'word', doc: 'the length of packets in bytes: `n`, `:n`, `n:m`' },
  tos: { type: 'word', doc: 'the type of service: a name such as `tos-minimize-delay`, or `value/mask`' },
  connbytes: { type: 'word', doc: 'how much data the connection has transferred: `[!]min:[max][:O|R|B][:B|P|A]`' },
  helper: { type: 'helper', doc: 'the helper of the connection' },
  headers: { type: 'headers', doc: 'headers of IPv6' },
  probability: { type: 'probability', doc: 'the probability that the line matches: a number between 0 and 1' },
  dscp: {
    type: 'word',
    also: ['scp'],
    doc: 'the differentiated services code point: `EF`, `AF11`, `CS1`, or a number',
  },
  state: { type: 'word', doc: 'states of connections' },
  time: { type: 'time', doc: 'the time at which the line is active' },
  switch: { type: 'switch', doc: 'a switch that can be turned on and off while the firewall is running' },
} as const;

type Name = keyof typeof packets;
const names = Object.keys(packets) as Name[];

/** Marks and fields of packets. */
export const mangle = file({
  name: 'mangle',
  summary: 'marks on packets, and fields of their headers',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: {
    action: {
      type: 'mangleAction',
      required: true,
      also: ['mark'],
      doc: '`MARK(value)`, `CONNMARK(…)`, `SAVE`, `RESTORE`, `CLASSIFY(1:11)`, `DSCP(…)`, `TOS(…)`, `TTL(…)`, `TCPMSS(…)`, `TPROXY(…)` …; optionally followed by the chain: `:P`, `:F`, `:T`, `:I`, `:O`',
      example: 'MARK(2):P',
    },
    ...packets,
  },
  // The columns of shorewall-mangle(5), and those of shorewall6-mangle(5).
  formats: {
    1: ['action', ...names.filter((name) => name !== 'headers'), 'headers'],
    2: ['action', ...names],
  },
});

/** Hosts that explicit congestion notification is kept from. */
export const ecn = file({
  name: 'ecn',
  summary: 'explicit congestion notification',
  treatment: 'compiled',
  columns: {
    interface: { type: 'word', required: true, doc: 'the interface' },
    hosts: { type: 'hosts', doc: 'the hosts with whom connections do without it; all when omitted' },
  },
});

/** The spelling of `mangle` before Shorewall 4.6. */
export const tcrules = file({
  name: 'tcrules',
  summary: 'the old spelling of mangle',
  treatment: { converted: 'mangle' },
  inlineMatches: true,
  byVersion: true,
  columns: { mark: { type: 'word', required: true, also: ['action'], doc: 'the mark' }, ...packets },
  formats: {
    1: ['mark', ...names.filter((name) => name !== 'headers')],
    2: ['mark', ...names],
  },
});

/** The type of service, as files before Shorewall 4.6 set it. */
export const tos = file({
  name: 'tos',
  summary: 'the old spelling of TOS in mangle',
  treatment: { converted: 'mangle' },
  byVersion: true,
  columns: {
    source: { type: 'snatSource', required: true, doc: '`all`, `$FW`, an interface or an address' },
    dest: { type: 'snatSource', required: true, doc: '`all`, an interface or an address' },
    proto: { type: 'protocols', required: true, doc: 'the protocol' },
    dport: { type: 'ports', doc: 'the ports of the destination' },
    sport: { type: 'ports', doc: 'the ports of the source' },
    tos: { type: 'word', required: true, doc: 'the new type of service' },
    mark: { type: 'mark', doc: 'the mark that packets must have' },
  },
});
