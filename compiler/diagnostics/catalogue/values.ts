/** What stage 3 says of numbers and words inside a column that its grammar lets through. */
import { error } from '../diagnostic.ts';

export const badPrefixLength = error('bad-prefix-length', (length: number, most: number) => ({
  message: `invalid prefix length ${length}`,
  label: `allowed: 1 to ${most}`,
  help:
    most === 32
      ? 'IPv4 addresses have 32 bits: write `/24` for networks of 256 addresses'
      : 'write `/64` for a network of IPv6',
}));

export const rateOrder = error('rate-order', () => ({
  message: 'with two rates, write the rate per source first and the rate per destination second',
  label: 'on the wrong side of the comma',
  help: 'write `s:RATE,d:RATE`',
}));

export const rejectNeedsTcp = error('reject-needs-tcp', () => ({
  message: 'only TCP connections can be rejected with a reset',
  label: 'PROTO is not `tcp`',
  help: 'write `tcp` in PROTO; packets of other protocols would continue with the next rule',
}));

export const mixedNegation = error('mixed-negation', () => ({
  message: 'a list of protocols with `!` inside',
  label: '`!` in front of one protocol of a list',
  help: 'use `!` only with a single protocol',
}));

export const badUserRange = error('bad-user-range', () => ({
  message: 'the range of users is reversed',
  label: 'the second number is the lower one',
  help: 'write the lower number first',
}));
