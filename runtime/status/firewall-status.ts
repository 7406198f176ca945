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
  readonly foreign: readonly string[];
  readonly modules: readonly string[];
  readonly lastFailure?: string;
}

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
    foreign: all('foreign'),
    modules: all('module'),
    ...(lastFailure !== undefined && { lastFailure }),
  };
}
