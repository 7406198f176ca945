/** What is special of actions: the options of the `actions` file, and those of the standard actions (shorewall-actions(5), actions.std of 5.2.8). */
import type { ConnectionState } from '../net/state.ts';

/** How an action is used and what it is for. */
export interface ActionOptions {
  /** Its lines take the place of the line that names it, with that line's columns, as those of a macro do. */
  readonly inline: boolean;
  /** The log level of the line that names it is not that of its own lines. */
  readonly nolog: boolean;
  /** That level logs where the action is named. */
  readonly logjump: boolean;
  /** Its first parameter is a verdict, its second may be `audit`: then the verdict is told to the audit system. */
  readonly audit: boolean;
  /** The section is its first parameter. */
  readonly section: boolean;
  /** Its parameters may stand in the log tag: `Limit:none:SSH,3,60`, as before Shorewall 4.4.16. */
  readonly tagHasParameters: boolean;
  /** Where it may be used. */
  readonly file: 'rules' | 'snat' | 'mangle';
  /** Only packets of these states reach it. */
  readonly states?: readonly ConnectionState[];
  /** Only packets of this protocol, and of this port, reach it; as the option writes them. */
  readonly proto?: string;
  readonly dport?: string;
}

export const plainAction: ActionOptions = {
  inline: false,
  nolog: false,
  logjump: false,
  audit: false,
  section: false,
  tagHasParameters: false,
  file: 'rules',
};

/** The standard actions that are more than a list of lines. */
export const standardActions: Readonly<Record<string, Partial<ActionOptions>>> = {
  A_REJECT: { logjump: true },
  BLACKLIST: { logjump: true, section: true },
  Broadcast: { audit: true },
  DNSAmp: { proto: 'udp' },
  DropDNSrep: { proto: 'udp' },
  Established: { states: ['established'] },
  FIN: { audit: true, proto: 'tcp' },
  IfEvent: { inline: true },
  Invalid: { audit: true, states: ['invalid'] },
  Limit: { tagHasParameters: true },
  Multicast: { audit: true },
  New: { states: ['new'] },
  NotSyn: { audit: true, proto: 'tcp' },
  RST: { audit: true, proto: 'tcp' },
  Related: { states: ['related'] },
  ResetEvent: { inline: true },
  SetEvent: { inline: true },
  TCPFlags: { proto: 'tcp' },
  Untracked: { states: ['untracked'] },
  allowInvalid: { states: ['invalid'] },
  dropInvalid: { states: ['invalid'] },
  dropNotSyn: { proto: 'tcp' },
  rejNotSyn: { proto: 'tcp' },
};

/** What each option of the `actions` file means. */
export const actionOptions = {
  inline: { doc: 'expanded in place like a macro; the calling line fills its columns' },
  noinline: { doc: 'always compiled as a chain of its own' },
  nolog: { doc: 'its lines do not inherit the log level of the calling line' },
  logjump: { doc: 'the log level of the calling line logs the call only' },
  audit: { doc: 'its first parameter is a verdict, its second may be `audit`' },
  section: { doc: 'its first parameter is the section in which it is called' },
  filter: { doc: 'can be used in `rules`' },
  nat: { doc: 'can be used in `snat` only' },
  mangle: { doc: 'can be used in `mangle` only' },
  raw: { doc: 'with `builtin`: a target of iptables for its table raw' },
  builtin: { doc: 'it is a target of iptables, for use in IPTABLES()' },
  terminating: { doc: 'with `builtin`: the target decides about the packet' },
  proto: { doc: 'matches only packets of this protocol: `proto=tcp`' },
  dport: { doc: 'matches only packets to this port; together with `proto`' },
  state: { doc: 'matches only packets in this state: `state=INVALID`' },
} as const satisfies Record<string, { readonly doc: string }>;
