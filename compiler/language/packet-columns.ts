/** Columns that mean the same in several files: said once. */

/** The protocol of packets. */
export const proto = { type: 'protocols', doc: 'the protocol' } as const;

/** The ports of packets; `port` and `cport` are their older names. */
export const ports = {
  dport: { type: 'ports', also: ['port'], doc: 'the ports of the destination' },
  sport: { type: 'ports', also: ['cport'], doc: 'the ports of the source' },
} as const;

/** Where packets come from and go to, in files that know interfaces and addresses, and no zones. */
export const places = {
  source: {
    type: 'snatSource',
    doc: 'the source of the packets',
    format: 'an interface, addresses, `$FW`, or `interface:address`',
  },
  dest: {
    type: 'snatSource',
    doc: 'the destination of the packets',
    format: 'an interface, addresses, `$FW`, or `interface:address`',
  },
} as const;

/** Whose process on the firewall packets are of. */
export const user = { type: 'users', doc: 'the user of the process on the firewall' } as const;

/** How much a device of traffic shaping takes from its interface. */
export const incoming = { type: 'word', doc: 'the incoming bandwidth: `20mbit`, `20mbit:10kb`' } as const;
