/** All that `ftpwall metrics` tells, gathered: what the script says, what the kernel counts, what was told before. */
import { childProcess } from '../environment/child-process.ts';
import { version } from '../generated/version.js';
import { readCurrent } from '../generations/generation.ts';
import { readRulesets } from '../generations/kept-rulesets.ts';
import { LineTexts } from '../generations/line-texts.ts';
import { type ReadListing, tableName } from '../status/counters.ts';
import type { FirewallStatus } from '../status/firewall-status.ts';
import { type Sample, sample } from './families.ts';
import { entered, type Ledger, total } from './ledger.ts';
import { labelsOf, lineSeries, pairSeries } from './series.ts';

const states = ['running', 'stopped', 'cleared'];

/** What the script's `status` tells. */
export function samplesOfStatus(said: FirewallStatus, output: string): readonly Sample[] {
  const { state, generation, pending, drift, foreign, lastFailure } = said;
  return [
    sample('ftpwall_build_info', 1, version),
    sample('ftpwall_running', state === 'running'),
    ...states.map((each) => sample('ftpwall_state', state === each, each)),
    ...(generation === undefined ? [] : [sample('ftpwall_generation', generation)]),
    sample('ftpwall_confirm_pending', pending !== undefined),
    ...(pending
      ? [
          sample('ftpwall_confirm_remaining_seconds', pending.secondsLeft),
          sample('ftpwall_confirm_watched', pending.watched),
        ]
      : []),
    ...(drift === undefined ? [] : [sample('ftpwall_drift', drift)]),
    sample('ftpwall_foreign_chains', foreign.length),
    sample('ftpwall_last_load_failed', lastFailure !== undefined),
    ...providers(output),
  ];
}

/** `provider: NAME (INTERFACE, IPv4, gateway ADDRESS): enabled` */
function providers(output: string): readonly Sample[] {
  return [...output.matchAll(/^provider: (\S+) \(([^,]+), IPv([46])[^)]*\): (.*)$/gm)].map(
    ([, name = '', device = '', ip = '', state]) =>
      sample('ftpwall_provider_up', state === 'enabled', name, device, ip),
  );
}

/** When the current generation was compiled. */
export function samplesOfGeneration(state: string): readonly Sample[] {
  const compiled = Date.parse(readCurrent(state)?.about?.time ?? '');
  return Number.isNaN(compiled) ? [] : [sample('ftpwall_generation_compiled_timestamp_seconds', compiled / 1000)];
}

export function samplesOfSets({ sets }: ReadListing): readonly Sample[] {
  const ours = sets.filter(({ table }) => table === tableName);
  return ours.map(({ family, name, elements }) => sample('ftpwall_set_elements', elements, family, name));
}

/** The counters of the running firewall, entered into the ledger at `now` seconds since 1970. */
export function enterCounters(state: string, listing: ReadListing, before: Ledger, now: number): Ledger {
  const texts = LineTexts.ofCurrent(state);
  const folder = readCurrent(state)?.folder;
  const tables = (folder === undefined ? undefined : readRulesets(folder)) ?? [];
  return entered(before, new Map([...lineSeries(listing, texts), ...pairSeries(listing, tables, texts)]), now);
}

export function samplesOfCounters(ledger: Ledger): readonly Sample[] {
  return [...ledger].flatMap(([name, told]) => {
    const [kind, ...labels] = labelsOf(name);
    const [packets, bytes] = total(told);
    const prefix = kind === 'line' ? 'ftpwall_line' : 'ftpwall_zone_pair';
    return [
      sample(`${prefix}_packets_total`, packets, ...labels),
      sample(`${prefix}_bytes_total`, bytes, ...labels),
      ...(kind === 'line' && told.hit !== undefined
        ? [sample('ftpwall_line_last_hit_timestamp_seconds', told.hit, ...labels)]
        : []),
    ];
  });
}

const mostBytes = 1 << 30;

/** Connections by helper; nothing where conntrack(8) is not installed, for the kernel's own list names no helpers. */
export function samplesOfHelpers(): readonly Sample[] {
  const asked = childProcess().spawnSync('conntrack', ['-L'], { encoding: 'utf8', maxBuffer: mostBytes });
  if (asked.error || asked.status !== 0) return [];
  const count = new Map<string, number>([['ftp', 0]]);
  for (const [, helper = ''] of asked.stdout.matchAll(/ helper=(\S+)/g))
    count.set(helper, (count.get(helper) ?? 0) + 1);
  return [...count].map(([helper, connections]) => sample('ftpwall_helper_connections', connections, helper));
}
