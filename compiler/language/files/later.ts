/**
 * Files that are not compiled. Their lines are read by their columns, and the first of them is an error at its
 * place, so that nothing is left out in silence.
 */
import { type FileTable, file } from '../schema.ts';

/** What packets are: the columns that the files of this group share. */
const packets = {
  source: { type: 'word', doc: 'an interface, an address, `$FW`, or `interface:address`' },
  dest: { type: 'word', doc: 'an interface, an address, or `interface:address`' },
  proto: { type: 'word', doc: 'the protocol' },
  dport: { type: 'word', also: ['port'], doc: 'the ports of the destination' },
  sport: { type: 'word', also: ['cport'], doc: 'the ports of the source' },
} as const;

/** Security marks and rules for ARP. */
export const laterFiles = [
  file({
    name: 'secmarks',
    summary: 'security marks',
    treatment: {
      later:
        'only the security module of the kernel knows these contexts: let the script `started` load a table of yours with `secmark` objects (nft(8))',
    },
    columns: {
      secmark: { type: 'word', required: true, doc: 'a context of SELinux, `SAVE` or `RESTORE`' },
      chain: { type: 'word', required: true, doc: 'the hook and the connection states: `I:N`' },
      ...packets,
      user: { type: 'word', doc: 'the user of the process on the firewall' },
      mark: { type: 'word', doc: 'the mark that packets must have' },
    },
  }),
  file({
    name: 'arprules',
    summary: 'rules for ARP',
    treatment: {
      later:
        'let the script `started` load a table `arp` of yours, with chains of the hooks input and output (nft(8)); between ports of a bridge, a table `bridge`',
    },
    columns: {
      action: { type: 'word', required: true, doc: '`DROP`, `ACCEPT`, `SNAT:address`, `DNAT:address` …' },
      source: { type: 'word', doc: 'the source of the requests' },
      dest: { type: 'word', doc: 'the destination of the packets' },
      opcode: { type: 'word', doc: 'the operation, 1 (request) to 9' },
    },
  }),
] as const;

/** What to do in the place of a file that is not compiled. */
export function insteadOf({ treatment }: FileTable): string {
  return typeof treatment === 'object' && 'later' in treatment ? treatment.later : '';
}
