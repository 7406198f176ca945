/** LOGALLNEW: every new connection is logged at each station of its way, for those who look for one (shorewall.conf(5)). */
import type { Hook } from '../../ir/ruleset.ts';
import type { Program } from '../ruleset-builder.ts';
import { logPrefix, logRules } from './logging.ts';

/** The stations as iptables calls them, and just before which priority of nftables each is (nf_tables: nft(8), priorities). */
const stations: readonly {
  readonly table: string;
  readonly hooks: readonly Hook['hook'][];
  readonly priority: number;
}[] = [
  { table: 'mangle', hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'], priority: -151 },
  { table: 'nat', hooks: ['prerouting', 'output'], priority: -111 },
  { table: 'nat', hooks: ['postrouting'], priority: 89 },
  { table: 'filter', hooks: ['input', 'forward', 'output'], priority: -1 },
];

/** Adds a chain for each station; they decide nothing. */
export function addLogOfAllNew(program: Program): void {
  const target = program.model.settings.logAllNew;
  if (!target) return;
  for (const { table, hooks, priority } of stations)
    for (const hook of hooks)
      program.add({
        name: `new-${table}-${hook}`,
        base: { type: 'filter', hook, priority, policy: 'accept' },
        comment: 'LOGALLNEW',
        rules: logRules(
          [{ kind: 'state', negated: false, states: ['new'] }],
          logPrefix(table, hook.toUpperCase(), { target }, program),
          { target },
          program,
          {},
        ),
      });
}
