/** What the script says of the loaded firewall, and that as data: schema 1 of `status --json`. */
import type { ScriptEnd } from '../apply/run-script.ts';

export interface FirewallStatus {
  readonly schema: 1;
  readonly state: string;
  readonly generation?: number;
  /** Waiting for `confirm`; `watched` is false when the process that would take it back is dead. */
  readonly pending?: { readonly secondsLeft: number; readonly watched: boolean };
  /** Whether others changed our tables since they were loaded; absent when nobody can tell. */
  readonly drift?: boolean;
  /** Chains of others at our hooks: what they drop stays dropped. */
  readonly foreign: readonly ForeignChain[];
  readonly modules: readonly NeededModule[];
  readonly lastFailure?: Failure;
}

/** A base chain that is not ours, in the words of nft. */
export interface ForeignChain {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly type: string;
  readonly hook: string;
  readonly priority: string;
  readonly policy: string;
}

/** A kernel module that the rules need. `ports`: those that it was loaded with, where it tells. */
export interface NeededModule {
  readonly name: string;
  readonly loaded: boolean;
  readonly ports?: readonly number[];
  /** The line that needs it: `rules:15`. */
  readonly line: string;
}

/** What last went wrong. `time` is the local time, ISO 8601 without a zone; absent where the machine has no `date`. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly time?: string;
}

/** The codes of `fail` and `note_failure` in the script. */
export const failureCodes = [
  'refused',
  'interrupted',
  'not-confirmed',
  'counters-lost',
  'closed',
  'links',
  'boot',
  'unsigned',
] as const;

/** Reads what the script's `status` printed. */
export function readStatus({ output }: ScriptEnd): FirewallStatus {
  const [first = '', ...lines] = output.split('\n');
  const facts = lines.map((line) => /^([a-z ]+): (.*)$/.exec(line)?.slice(1) ?? []);
  const all = (name: string): readonly string[] =>
    facts.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
  const [generation] = all('generation');
  const [drift] = all('drift');
  const [pending] = all('confirmation');
  const [lastFailure] = all('last failure');
  return {
    schema: 1,
    state: first.split(':')[0] ?? '',
    ...(generation !== undefined && { generation: Number(generation) }),
    ...(pending !== undefined && {
      pending: { secondsLeft: Number(/(\d+) seconds/.exec(pending)?.[1] ?? 0), watched: pending.endsWith(', watched') },
    }),
    ...(drift !== undefined && !drift.startsWith('unknown') && { drift: drift !== 'none' }),
    foreign: all('foreign').map(foreignChain),
    modules: all('module').map(neededModule),
    ...(lastFailure !== undefined && { lastFailure: failure(lastFailure) }),
  };
}

/** `table inet filter chain input: filter hook input priority 0; policy accept;` */
function foreignChain(text: string): ForeignChain {
  const form =
    /^table (?<family>\S+) (?<table>\S+) chain (?<chain>\S+): (?<type>\S+) hook (?<hook>\S+).*? priority (?<priority>[^;]+);(?: policy (?<policy>\w+);)?/;
  const {
    family = '',
    table = '',
    chain = '',
    type = '',
    hook = '',
    priority = '',
    policy = 'accept',
  } = form.exec(text)?.groups ?? {};
  return { family, table, chain, type, hook, priority, policy };
}

/** `nf_conntrack_ftp (loaded, ports 21,2121), for rules:15` */
function neededModule(text: string): NeededModule {
  const [, name = '', state = '', ports, line = ''] =
    /^(\S+) \((not loaded|loaded)(?:, ports (\S+))?\), for (.*)$/.exec(text) ?? [];
  return {
    name,
    loaded: state === 'loaded',
    ...(ports !== undefined && { ports: ports.split(',').map(Number) }),
    line,
  };
}

/** `generation 4 was not confirmed in time (not-confirmed, 2026-11-29T06:10:03)` */
function failure(text: string): Failure {
  const [, message = text, code = '', time] = /^(.*) \(([a-z-]+)(?:, (\S+))?\)$/.exec(text) ?? [];
  return { code, message, ...(time !== undefined && { time }) };
}
