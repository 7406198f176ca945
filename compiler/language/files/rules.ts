import type { Column } from '../schema.ts';
import { file } from '../schema.ts';

/** The columns of `rules`, `blrules`, macros and actions. */
export const ruleColumns = {
  action: { type: 'action', required: true, also: ['target'], doc: 'what to do: a target, a macro or an action' },
  source: { type: 'endpoint', doc: 'the source zone of the connection', example: 'net:192.0.2.0/24' },
  dest: {
    type: 'endpoint',
    doc: 'the destination zone of the connection; for DNAT the server: `dmz:10.0.0.2:2121`',
    example: '$FW',
  },
  proto: { type: 'protocols', doc: 'the protocol', example: 'tcp' },
  dport: {
    type: 'ports',
    also: ['port'],
    doc: 'the ports of the destination, or the types of ICMP',
    example: '80,443',
  },
  sport: {
    type: 'ports',
    also: ['cport'],
    doc: 'the ports of the source; `=` matches if source or destination port is in DPORT',
    example: '1024:',
  },
  origdest: {
    type: 'hosts',
    doc: 'the original destination: the address to which the client connected, before DNAT',
    example: '203.0.113.2',
  },
  rate: {
    type: 'rate',
    also: ['ratelimit'],
    doc: 'the rate limit: the rule matches at most this many new connections',
    example: 's:3/min:5',
  },
  user: { type: 'users', also: ['usergroup'], doc: 'the user of the process on the firewall; only with SOURCE `$FW`' },
  mark: {
    type: 'mark',
    doc: 'the mark of the packet or connection; below 256 and without a mask only its low eight bits count',
  },
  connlimit: {
    type: 'connectionLimit',
    doc: 'the connection limit: the rule matches while a source has at most this many connections',
  },
  time: { type: 'time', doc: 'when the rule is active' },
  headers: { type: 'headers', doc: 'which IPv6 extension headers the packet has' },
  switch: { type: 'switch', doc: 'a switch that can be turned on and off while the firewall is running' },
  helper: {
    type: 'helper',
    doc: 'the connection-tracking helper that the connection gets; in section RELATED, that it has',
    example: 'ftp',
  },
} as const satisfies Record<string, Column>;

/** Exceptions to the policies. */
export const rules = file({
  name: 'rules',
  summary: 'exceptions to the policies: what is accepted, refused, translated, logged',
  treatment: 'compiled',
  sections: true,
  inlineMatches: true,
  byVersion: true,
  columns: ruleColumns,
});

/** Rules that run before all others. */
export const blrules = file({
  name: 'blrules',
  summary: 'blacklists and whitelists, before all other rules',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: ruleColumns,
});

/** The body of `macro.NAME`: rules whose empty columns the caller fills. */
export const macro = file({
  name: 'macro.*',
  summary: 'a named group of rules: what a service needs',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: ruleColumns,
});

/** The body of `action.NAME`: a chain of rules with parameters. */
export const action = file({
  name: 'action.*',
  summary: 'a named chain of rules with parameters',
  treatment: 'compiled',
  inlineMatches: true,
  byVersion: true,
  columns: ruleColumns,
});
