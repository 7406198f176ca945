/** What connection tracking does before anything else: packets that are not tracked, dropped or only logged. */
import type { NftRule, Statement } from '../../ir/ruleset.ts';
import type { TrackingRule } from '../../model/conntrack.ts';
import { logPrefix, logRules } from '../logging/logging.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { counter, drop } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { zoneDispatch } from '../zones/zone-match.ts';

/** Before connection tracking at -200 (kernel: enum nf_ip_hook_priorities). */
const rawPriority = -300;

/** Adds the raw chains that `conntrack` asks for. Lines about connections are left to the helpers' chains. */
export function addTracking(program: Program): void {
  for (const hook of ['prerouting', 'output'] as const) {
    const mine = program.model.tracking.filter((each) => each.hooks.includes(hook) && !isOfConnections(each));
    if (mine.length === 0) continue;
    const rules = mine.flatMap((each, index) => trackingRules(each, hook, index, program));
    program.add({
      name: `tracking-${hook}`,
      base: { type: 'filter', hook, priority: rawPriority, policy: 'accept' },
      comment: 'conntrack: before packets are tracked',
      rules,
    });
  }
}

/** Whether a line is about what becomes of a connection, which must be followed already. */
export function isOfConnections({ action }: TrackingRule): boolean {
  return action.kind === 'helper' || action.kind === 'events';
}

function trackingRules(
  each: TrackingRule,
  hook: 'prerouting' | 'output',
  index: number,
  program: Program,
): readonly NftRule[] {
  const own = lowerTraffic(each.traffic, { beforeNat: true, name: `tracking-${index}` }, program).flatMap((matches) =>
    endOf(each, matches, hook, program),
  );
  return fromZones(each, hook, `tracking-${hook}-${index}`, own, program);
}

const words = { notrack: 'notrack', drop: 'DROP', log: 'LOG', helper: 'helper', events: 'helper' } as const;

/** What a line logs, as Shorewall calls it: the chain of a hook, or of a zone in formats 1 and 2. */
export function trackingLog(
  { log, source, action, origin }: TrackingRule,
  matches: NftRule['matches'],
  hook: 'prerouting' | 'output',
  program: Program,
): readonly NftRule[] {
  if (!log) return [];
  const chain = source?.zones?.length === 1 ? `${source.zones[0]}_ctrk` : hook.toUpperCase();
  return logRules(matches, logPrefix(chain, words[action.kind], log, program, origin), log, program, { origin });
}

function endOf(
  each: TrackingRule,
  matches: NftRule['matches'],
  hook: 'prerouting' | 'output',
  program: Program,
): readonly NftRule[] {
  const from = { origin: each.origin };
  const log = trackingLog(each, matches, hook, program);
  const last: Statement | undefined =
    each.action.kind === 'notrack' ? { kind: 'notrack' } : each.action.kind === 'drop' ? drop : undefined;
  return last ? [...log, rule(matches, [counter, last], from)] : log;
}

/** The rules for packets of the zones that a line names; of every packet when it names none. */
export function fromZones(
  each: TrackingRule,
  hook: 'prerouting' | 'output',
  name: string,
  rules: readonly NftRule[],
  program: Program,
): readonly NftRule[] {
  const zones = each.source?.zones;
  if (!zones || hook === 'output') return rules;
  const incoming = zones.filter((zone) => zone !== program.model.firewall);
  if (incoming.length === 0) return [];
  const chain = program.once(name, () => ({ comment: `conntrack: packets from ${incoming.join(', ')}`, rules }));
  return incoming.flatMap((zone) => zoneDispatch([{ zone, chain }], 'source', [], program));
}
