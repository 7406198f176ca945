/** The targets of ACTION that are built in: what each is, and what it may carry (rules(5)). */

/** `verdict` ends the rules for a packet; `translate` also changes addresses; `pass` lets it go on to the next rule. */
export type TargetKind = 'verdict' | 'translate' | 'pass' | 'set' | 'mark' | 'raw' | 'none';

export interface TargetDescription {
  readonly kind: TargetKind;
  readonly doc: string;
  readonly parameters?: 'none' | 'optional' | 'required';
  readonly modifiers?: string;
  /** The one file in which it has a meaning. */
  readonly only?: 'rules' | 'blrules';
  /** Why nothing in nftables does this. */
  readonly noEquivalent?: string;
}

export const targets = {
  ACCEPT: { kind: 'verdict', doc: 'let the connection through', modifiers: '+!' },
  DROP: { kind: 'verdict', doc: 'ignore the packet', modifiers: '!' },
  REJECT: { kind: 'verdict', doc: 'refuse the connection and tell the sender', parameters: 'optional', modifiers: '!' },
  CONTINUE: { kind: 'verdict', doc: 'continue with the rules of the enclosing zones', modifiers: '!' },
  WHITELIST: { kind: 'verdict', only: 'blrules', doc: 'in `blrules`: skip the rest of the blacklist' },
  blacklog: { kind: 'verdict', doc: 'log at BLACKLIST_LOG_LEVEL, then do what BLACKLIST_DISPOSITION says' },
  NFQUEUE: { kind: 'verdict', doc: 'pass the packet to a user-space program', parameters: 'optional', modifiers: '!' },
  QUEUE: { kind: 'verdict', doc: 'pass the packet to the user-space program of queue 0', modifiers: '!' },
  DNAT: { kind: 'translate', only: 'rules', doc: 'forward the connection to a server', modifiers: '-' },
  REDIRECT: {
    kind: 'translate',
    only: 'rules',
    doc: 'redirect the connection to a port of the firewall',
    modifiers: '-',
  },
  NONAT: { kind: 'translate', only: 'rules', doc: 'exempt the connection from later DNAT and REDIRECT rules' },
  LOG: { kind: 'pass', doc: 'write a line to the log' },
  NFLOG: { kind: 'pass', doc: 'pass the packet to a logging program', parameters: 'optional' },
  COUNT: { kind: 'pass', doc: 'count the packet' },
  HELPER: { kind: 'pass', only: 'rules', doc: 'attach the helper in column HELPER' },
  AUDIT: { kind: 'pass', doc: 'send a record to the audit system', parameters: 'optional' },
  A_ACCEPT: { kind: 'verdict', doc: 'ACCEPT, with a record to the audit system', modifiers: '+!' },
  A_DROP: { kind: 'verdict', doc: 'DROP, with a record to the audit system', modifiers: '!' },
  ADD: { kind: 'set', doc: 'add an address to a set: `ADD(+set:src)`', parameters: 'required' },
  DEL: { kind: 'set', doc: 'remove an address from a set: `DEL(+set:src)`', parameters: 'required' },
  MARK: { kind: 'mark', doc: 'set the mark of the packet', parameters: 'required' },
  CONNMARK: { kind: 'mark', doc: 'set the mark of the connection', parameters: 'required' },
  INLINE: { kind: 'raw', doc: 'a rule with raw matches after `;;`', parameters: 'optional' },
  IPTABLES: { kind: 'raw', doc: 'a raw target', parameters: 'required', noEquivalent: 'a raw iptables target' },
  IP6TABLES: { kind: 'raw', doc: 'a raw target', parameters: 'required', noEquivalent: 'a raw iptables target' },
  NFT: {
    kind: 'raw',
    doc: 'ftpwall only: the rest of the rule in nft(8) syntax, such as `NFT(tcp option maxseg size 1-500 drop)`; without a verdict the next rule decides',
    parameters: 'required',
  },
  TARPIT: {
    kind: 'none',
    doc: 'hold the connection',
    parameters: 'optional',
    noEquivalent: 'TARPIT is a module outside the kernel',
  },
  ULOG: {
    kind: 'none',
    doc: 'pass the packet to a logging program',
    parameters: 'optional',
    noEquivalent: 'ULOG left the kernel in 3.17; write NFLOG',
  },
} as const satisfies Record<string, TargetDescription>;

export type TargetName = keyof typeof targets;

type FileOfActions = 'rules' | 'mangle' | 'snat' | 'conntrack';

/** Actions that the files of rules do not have: the file in which a line with each belongs. */
const actionsElsewhere: Readonly<Record<string, FileOfActions>> = {
  SAVE: 'mangle',
  RESTORE: 'mangle',
  CLASSIFY: 'mangle',
  TOS: 'mangle',
  DSCP: 'mangle',
  TTL: 'mangle',
  HL: 'mangle',
  TCPMSS: 'mangle',
  ECN: 'mangle',
  TPROXY: 'mangle',
  DIVERT: 'mangle',
  DIVERTHA: 'mangle',
  SAME: 'mangle',
  CHECKSUM: 'mangle',
  IPMARK: 'mangle',
  IMQ: 'mangle',
  MASQUERADE: 'snat',
  SNAT: 'snat',
  NOTRACK: 'conntrack',
  CT: 'conntrack',
};

/** Words that are meant for a file though another has them: it has them in other forms, or Shorewall's has or had them. */
const meantHere: Readonly<Partial<Record<FileOfActions, readonly string[]>>> = {
  snat: ['INLINE', 'NONAT'],
  conntrack: ['DROP', 'LOG', 'NFLOG', 'ULOG'],
};

/** The file whose lines have this built-in action; undefined where it is meant for the file `here`. */
export function fileOfAction(name: string, here?: FileOfActions): FileOfActions | undefined {
  if (here && meantHere[here]?.includes(name)) return undefined;
  if (Object.hasOwn(actionsElsewhere, name)) return actionsElsewhere[name];
  return Object.hasOwn(targets, name) ? 'rules' : undefined;
}

/** Words that people bring from other tools, and what they mean here. */
export const habits: Readonly<Record<string, string>> = {
  ALLOW: 'ACCEPT',
  PERMIT: 'ACCEPT',
  PASS: 'ACCEPT',
  DENY: 'DROP',
  BLOCK: 'DROP',
  FORWARD: 'DNAT',
  MASQ: 'MASQUERADE',
  RETURN: 'CONTINUE',
};
