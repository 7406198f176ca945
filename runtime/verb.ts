/** The tables of verbs and options: help, usage errors, completion and the manual are generated from them. */

/** The options of a call, with defaults. */
export interface Options {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly allow: readonly string[];
  readonly family?: 'ipv4' | 'ipv6' | 'both';
  readonly state: string;
  readonly output?: string;
  readonly script?: string;
  /** The key that signs the script. */
  readonly sign?: string;
  readonly confirmWithin: string;
  /** False: do not prompt. */
  readonly wait: boolean;
  readonly force: boolean;
  /** False: no warnings about lines that are never reached. */
  readonly lint: boolean;
  /** Also report redundant lines. */
  readonly notes: boolean;
  readonly revoke: boolean;
  /** Time between rounds, rounds without a reply until a provider is disabled, rounds with a reply until it is enabled. */
  readonly interval: string;
  readonly failures: string;
  readonly answers: string;
  /** One round only. */
  readonly once: boolean;
  /** Refresh until the process is interrupted. */
  readonly watch: boolean;
  /** Warnings about open services and lines without effect are errors. */
  readonly strict: boolean;
  /** Report files for CI pipelines. */
  readonly junit?: string;
  readonly sarif?: string;
  readonly tap: boolean;
  /** Replace legacy syntax. */
  readonly fix: boolean;
  /** Write nothing, and fail if a file would change. */
  readonly check: boolean;
  /** Print the changes, and write nothing. */
  readonly diff: boolean;
  /** The folder that `migrate` writes. */
  readonly to?: string;
  /** The configuration to evaluate. */
  readonly config: string;
  /** The configuration of each host; `%h` is its name. */
  readonly hostConfig?: string;
  /** Commands that must succeed before a host is confirmed. */
  readonly probe: readonly string[];
  readonly sshConfig?: string;
  /** Become root on a host by sudo(8). */
  readonly sudo: boolean;
  readonly sourcePort?: string;
  /** The connection state of the packet. */
  readonly packetState?: string;
  readonly in?: string;
  readonly out?: string;
  /** A line of the kernel log. */
  readonly log?: string;
  /** A capture of packets. */
  readonly pcap?: string;
  /** The intended change, as a rule. */
  readonly intent?: string;
  /** Editors add this option to the command of every language server. */
  readonly stdio: boolean;
  /** A listing of loaded rules to compare the configuration with. */
  readonly against?: string;
  /** Listings to convert into a configuration. */
  readonly from: readonly string[];
  /** Convert the rules that are loaded on this machine. */
  readonly fromSystem: boolean;
  /** An earlier report. */
  readonly since?: string;
  /** Include the counters of the machine in a report. */
  readonly counters: boolean;
  /** Duration. */
  readonly for?: string;
  /** Continue with new lines. */
  readonly follow: boolean;
  /** A file of log lines. */
  readonly file?: string;
  /** A file of addresses. */
  readonly addressFile?: string;
  /** Print for a change request. */
  readonly markdown: boolean;
  /** Kinds of machine, for `init`. */
  readonly server: boolean;
  readonly gateway: boolean;
  readonly threeZone: boolean;
}

/** An option, as the user writes it. A `value` is the name of its argument; `repeated` collects each one given. */
export interface OptionTable {
  readonly long: string;
  readonly short?: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeated?: boolean;
  readonly doc: string;
}

/** Every option of every verb. */
export const optionTable = {
  json: { long: 'json', doc: 'print JSON, for programs' },
  quiet: { long: 'quiet', short: 'q', doc: 'print only warnings and errors' },
  color: { long: 'color', value: 'WHEN', choices: ['auto', 'always', 'never'], doc: 'color of messages' },
  allow: {
    long: 'allow',
    value: 'CODE',
    repeated: true,
    doc: 'do not print warnings with this code; can be repeated',
  },
  family: {
    long: 'family',
    value: 'FAMILY',
    choices: ['ipv4', 'ipv6', 'both'],
    doc: 'compile for this IP version only; packets of the other one are dropped',
  },
  state: { long: 'state', value: 'DIR', doc: 'the state folder with the generations (/var/lib/ftpwall)' },
  output: { long: 'output', short: 'o', value: 'FILE', doc: 'write to FILE, `-` for standard output' },
  confirmWithin: {
    long: 'confirm-within',
    value: 'TIME',
    doc: 'the time to wait for the confirmation: seconds, or 5m (60s)',
  },
  wait: { long: 'no-wait', doc: 'do not prompt: `ftpwall confirm` keeps the new rules' },
  lint: { long: 'no-lint', doc: 'do not report lines that are never reached' },
  notes: { long: 'notes', doc: 'also report redundant lines: later lines or the policy give the same verdict' },
  force: {
    long: 'force',
    doc: 'proceed even if it blocks your own connection, or blocks or opens everything; also load rules that do not filter an IP version, or that were not confirmed',
  },
  revoke: { long: 'revoke', doc: 'end the connections that the new rules do not accept' },
  fix: {
    long: 'fix',
    doc: 'replace legacy syntax in the files without a change of the rules; comments are kept, and FILE.bak keeps the original',
  },
  check: { long: 'check', doc: 'write nothing, and exit 1 if a file would change' },
  diff: { long: 'diff', doc: 'write nothing, and print the changes as a unified diff' },
  junit: { long: 'junit', value: 'FILE', doc: 'write the messages to FILE as JUnit XML; `-` is standard output' },
  sarif: { long: 'sarif', value: 'FILE', doc: 'write the messages to FILE as SARIF 2.1.0; `-` is standard output' },
  tap: { long: 'tap', doc: 'print the messages as TAP version 14' },
  strict: {
    long: 'strict',
    doc: 'also exit 1 for warnings about open services and about lines or files without effect',
  },
  watch: {
    long: 'watch',
    short: 'w',
    doc: 'refresh each second until Ctrl-C, and mark the lines whose counters changed',
  },
  interval: { long: 'interval', value: 'TIME', doc: 'the time between two rounds: seconds, or 1m (10s)' },
  failures: { long: 'failures', value: 'N', doc: 'disable a provider after N consecutive rounds without a reply (3)' },
  answers: { long: 'answers', value: 'N', doc: 'enable it again after N consecutive rounds with a reply (6)' },
  once: { long: 'once', doc: 'run one round and exit' },
  to: { long: 'to', value: 'NEW', doc: 'the folder to write; it must be empty or not exist' },
  config: {
    long: 'config',
    value: 'DIR',
    doc: 'the configuration folder, or the number of a generation (/etc/ftpwall)',
  },
  hostConfig: {
    long: 'config',
    value: 'DIR',
    doc: 'the configuration folder of the hosts; `%h` is replaced with the name of the host: `fleet/%h`',
  },
  probe: {
    long: 'probe',
    value: 'COMMAND',
    repeated: true,
    doc: 'a sh(1) command that must succeed on this machine before a host is confirmed; `$1` is the host. Can be repeated',
  },
  sshConfig: { long: 'ssh-config', value: 'FILE', doc: 'read FILE instead of ~/.ssh/config (`ssh -F`)' },
  sudo: { long: 'sudo', doc: 'become root on the host with `sudo -n`, which must not require a password' },
  sourcePort: { long: 'source-port', value: 'N', doc: 'the source port (any from 1024)' },
  packetState: {
    long: 'state',
    value: 'STATE',
    doc: 'the state of the connection: NEW (the default), ESTABLISHED, RELATED, INVALID or UNTRACKED',
  },
  in: { long: 'in', value: 'IFACE', doc: 'the incoming interface of the packet' },
  out: { long: 'out', value: 'IFACE', doc: 'the outgoing interface of the packet' },
  log: { long: 'log', value: 'LINE', doc: 'evaluate the packet of a kernel log line (`IN=eth0 … DPT=22`)' },
  pcap: {
    long: 'pcap',
    value: 'FILE',
    doc: 'evaluate the packets of a tcpdump(8) capture and count them by line; `-` is standard input',
  },
  intent: {
    long: 'intent',
    value: 'RULE',
    doc: 'check whether the change opens exactly this: `ACCEPT net dmz:10.0.1.0/27 tcp 80`',
  },
  stdio: { long: 'stdio', doc: 'use standard input and output (always the case; many editors add this option)' },
  against: {
    long: 'against',
    value: 'FILE',
    doc: 'the output of `iptables-save`, `ip6tables-save` or `nft list ruleset`; `-` is standard input',
  },
  from: {
    long: 'from',
    value: 'FILE',
    repeated: true,
    doc: 'convert FILE, a listing of `iptables-save`, `ip6tables-save` or `nft list ruleset`; `-` is standard input. May be given twice, once for each IP version',
  },
  fromSystem: {
    long: 'from-system',
    doc: 'convert the rules that are loaded on this machine, whatever program loaded them',
  },
  since: { long: 'since', value: 'FILE', doc: 'show the differences from FILE, an earlier report' },
  counters: { long: 'counters', doc: 'add the counters of the loaded firewall of this machine' },
  for: { long: 'for', value: 'TIME', doc: 'stop after this time: seconds, or 5m' },
  follow: { long: 'follow', short: 'f', doc: 'continue with new lines, until Ctrl-C' },
  file: { long: 'file', value: 'FILE', doc: 'read FILE, for example of ulogd or syslog, instead of the kernel log' },
  addressFile: {
    long: 'file',
    value: 'FILE',
    doc: 'also read addresses from FILE, one per line, each optionally followed by a time; `-` is standard input. If a line is invalid, nothing is changed',
  },
  markdown: { long: 'markdown', doc: 'print Markdown, for a change request' },
  server: { long: 'server', doc: 'a single server with one interface' },
  gateway: { long: 'gateway', doc: 'a router with a private network' },
  threeZone: { long: 'three-zone', doc: 'a router with a private network and a DMZ' },
  script: { long: 'script', value: 'FILE', doc: 'write the stand-alone script to FILE, `-` for standard output' },
  sign: {
    long: 'sign',
    value: 'KEY',
    doc: 'sign the script with this OpenSSH ed25519 key; `compile` writes the signature of --script FILE to FILE.sig',
  },
} as const satisfies Record<keyof Options, OptionTable>;

/** The defaults of options. */
export const defaults: Options = {
  json: false,
  quiet: false,
  color: 'auto',
  allow: [],
  state: '/var/lib/ftpwall',
  confirmWithin: '60s',
  wait: true,
  force: false,
  lint: true,
  notes: false,
  revoke: false,
  watch: false,
  interval: '10s',
  failures: '3',
  answers: '6',
  once: false,
  fix: false,
  check: false,
  diff: false,
  strict: false,
  tap: false,
  config: '/etc/ftpwall',
  probe: [],
  from: [],
  fromSystem: false,
  sudo: false,
  stdio: false,
  counters: false,
  follow: false,
  markdown: false,
  server: false,
  gateway: false,
  threeZone: false,
};

/** One argument of a verb; optional unless `required`. */
export interface Argument {
  readonly name: string;
  readonly required: boolean;
  /** It can be repeated; only for the last argument. */
  readonly repeated?: true;
  readonly doc: string;
  /** Its allowed values. */
  readonly choices?: readonly string[];
}

/** One call of a verb. */
export interface Call {
  readonly verb: string;
  readonly arguments: readonly string[];
  readonly options: Options;
}

/** How a verb ended (sysexits are not used: every verb keeps to these). */
export const status = {
  done: 0,
  configurationErrors: 1,
  usage: 2,
  refused: 3,
  notRunning: 4,
  /** Of `diff` and `plan`: some packets have a different result. */
  changes: 4,
  pending: 5,
  drifted: 6,
} as const;

export type Status = (typeof status)[keyof typeof status];

/** The work of a verb: a module of its own, loaded when the verb is called. */
export interface VerbModule {
  run(call: Call): Status | Promise<Status>;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Sentences for the help of the verb and for the manual. */
  readonly description: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly (keyof Options)[];
  /** Takes more than a few seconds where there are many lines. */
  readonly long?: true;
  load(): Promise<VerbModule>;
}
