/** What stage 3 says of numbers and words inside a column that its grammar lets through. */
import { error } from '../diagnostic.ts';

export const badPrefixLength = error('bad-prefix-length', (length: number, most: number) => ({
  message: `addresses cannot be cut to ${length} bits`,
  label: `the length of a prefix goes from 1 to ${most}`,
  help:
    most === 32
      ? 'IPv4 addresses have 32 bits: write `/24` for networks of 256 addresses'
      : 'write `/64` for a network of IPv6',
}));

export const rateOrder = error('rate-order', () => ({
  message: 'of two rates the first is for each source and the second for each destination',
  label: 'on the wrong side of the comma',
  help: 'write `s:RATE,d:RATE`',
}));

export const rejectNeedsTcp = error('reject-needs-tcp', () => ({
  message: 'only TCP connections can be refused by a reset',
  label: 'PROTO is not `tcp`',
  help: 'write `tcp` in PROTO; packets of other protocols would go on to the next rule',
}));

export const mixedNegation = error('mixed-negation', () => ({
  message: 'a list of protocols with `!` inside',
  label: '`!` in front of one protocol of a list',
  help: 'a packet of one protocol is never of another: write `!` with a single protocol',
}));

export const badUserRange = error('bad-user-range', () => ({
  message: 'this range of users ends before it begins',
  label: 'the second number is the lower one',
  help: 'write the lower number first',
}));
