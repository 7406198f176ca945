import { file } from '../schema.ts';

/** What packets are: the columns that the files of this group share. */
const packets = {
  source: { type: 'word', doc: 'an interface, an address, `$FW`, or `interface:address`' },
  dest: { type: 'word', doc: 'an interface, an address, or `interface:address`' },
  proto: { type: 'word', doc: 'the protocol' },
  dport: { type: 'word', also: ['port'], doc: 'the ports of the destination' },
  sport: { type: 'word', also: ['cport'], doc: 'the ports of the source' },
} as const;

/** Marks and fields of packets. Read by column; a live line is refused until it is compiled. */
export const markingFiles = [
  file({
    name: 'secmarks',
    summary: 'security marks',
    treatment: 'later',
    columns: {
      secmark: { type: 'word', required: true, doc: 'a context of SELinux, `SAVE` or `RESTORE`' },
      chain: { type: 'word', required: true, doc: 'where packets are, and in which state: `I:N`' },
      ...packets,
      user: { type: 'word', doc: 'whose process on the firewall it is' },
      mark: { type: 'word', doc: 'the mark that packets must have' },
    },
  }),
  file({
    name: 'ecn',
    summary: 'explicit congestion notification',
    treatment: 'later',
    columns: {
      interface: { type: 'word', required: true, doc: 'the interface' },
      hosts: { type: 'word', doc: 'the hosts that get packets without it' },
    },
  }),
  file({
    name: 'accounting',
    summary: 'counters',
    treatment: 'later',
    sections: true,
    inlineMatches: true,
    columns: {
      action: { type: 'word', required: true, doc: '`COUNT`, `DONE`, `ACCOUNT(…)`, or a chain' },
      chain: { type: 'word', doc: 'the chain that counts' },
      ...packets,
      user: { type: 'word', doc: 'whose process on the firewall it is' },
      mark: { type: 'word', doc: 'the mark that packets must have' },
      ipsec: { type: 'word', doc: 'options of IPsec' },
      headers: { type: 'word', doc: 'headers of IPv6' },
    },
  }),
  file({
    name: 'arprules',
    summary: 'rules for ARP',
    treatment: 'later',
    columns: {
      action: { type: 'word', required: true, doc: '`DROP`, `ACCEPT`, `SNAT:address`, `DNAT:address` …' },
      source: { type: 'word', doc: 'where requests come from' },
      dest: { type: 'word', doc: 'where they go to' },
      opcode: { type: 'word', doc: 'the operation, 1 (request) to 9' },
    },
  }),
] as const;
