/** The chains of pairs of zones: states, rules in order, then the policy. */

import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Log } from '../../model/log.ts';
import type { Policy } from '../../model/policy.ts';
import type { Rule, RuleSection } from '../../model/rule.ts';
import type { ZonePair } from '../../model/zone.ts';
import type { ConnectionState } from '../../net/state.ts';
import { logChain, logPrefix, pairInLog, signs } from '../logging/logging.ts';
import { lowerRate } from '../rules/limits.ts';
import { lowerRule, type Place } from '../rules/rule.ts';
import { counter, drop, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { setName } from '../sets/set-names.ts';
import { policyRules, versionOfPolicy } from './policy-end.ts';
import { type States, stateDisposition } from './states.ts';

/** The rules of each pair, found once. */
export function rulesByPair(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  // Lines between the same zones have the same objects for their pairs.
  const lists = new Map<ZonePair, Rule[]>();
  for (const each of rules) {
    for (const pair of each.pairs) {
      let list = lists.get(pair);
      if (!list) {
        const key = `${pair.source} ${pair.dest}`;
        list = found.get(key) ?? [];
        found.set(key, list);
        lists.set(pair, list);
      }
      list.push(each);
    }
  }
  return found;
}

/** The name of the chain of a pair. */
export function pairChain(pair: ZonePair): string {
  return `${pair.source}-${pair.dest}`;
}

/** Adds the chain of a pair, `first` in front of all sections. It has a policy, or one for each IP version. */
export function addPairChain(
  pair: ZonePair,
  policies: readonly Policy[],
  rules: readonly Rule[],
  first: readonly NftRule[],
  states: States,
  program: Program,
): void {
  const logName = pairInLog(pair, program);
  const chain = pairChain(pair);
  const inSection = (section: RuleSection): readonly Rule[] =>
    rules.filter((each) => each.section === section && !each.blacklist);
  const lower = (section: RuleSection, matches: readonly Match[]): readonly NftRule[] => {
    const sign = section === 'ALL' || section === 'NEW' ? '' : signs[section];
    const place: Place = { chain, logName: `${sign}${logName}`, states: matches };
    return inSection(section).flatMap((each) => lowerRule(each, place, program));
  };
  const sections = (['ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const).flatMap((section) => {
    const state = section.toLowerCase() as ConnectionState;
    const own = inSection(section);
    const only = [{ kind: 'state', negated: false, states: [state] }] as const;
    // CONTINUE leaves the section alone (Shorewall has a chain for it): the rules of NEW and the policy are asked next.
    const leaves = own.some(({ action }) => action.kind === 'continue');
    const lowered = lower(section, leaves ? [] : only);
    const all = states.early.has(state) ? lowered : [...lowered, ...stateDisposition(state, logName, program)];
    if (!leaves) return all;
    const apart = program.once(`${chain}-${state}`, () => ({
      comment: `from ${pair.source} to ${pair.dest}, section ${section}`,
      rules: all,
    }));
    return [rule(only, [jump(apart)])];
  });
  program.once(chain, () => ({
    // Without the policy: nft cannot change the comment of a chain that is in use.
    comment: `from ${pair.source} to ${pair.dest}`,
    rules: [
      ...first,
      ...lower('ALL', []),
      ...sections,
      ...policies.flatMap((policy) => floodRules(policy, program)),
      ...lower('NEW', []),
      ...policyRules(policies, logName, program),
    ],
  }));
}

/** Adds the blacklist of a pair: a chain of its own, so that WHITELIST can leave it. False when the pair has none. */
export function addBlacklistChain(pair: ZonePair, rules: readonly Rule[], program: Program): boolean {
  const mine = rules.filter((each) => each.blacklist);
  if (mine.length === 0) return false;
  const chain = blacklistChain(pair);
  const place: Place = { chain, logName: `${pairInLog(pair, program)}${signs.blacklist}`, states: [] };
  program.once(chain, () => ({
    comment: `blacklist from ${pair.source} to ${pair.dest}`,
    rules: mine.flatMap((each) =>
      lowerRule(each.action.kind === 'accept' ? { ...each, action: { kind: 'return' } } : each, place, program),
    ),
  }));
  return true;
}

/** The name of the chain of a pair's blacklist. */
export function blacklistChain(pair: ZonePair): string {
  return `${pairChain(pair)}-blacklist`;
}

/**
 * RATE and CONNLIMIT of a policy: new TCP connections above them are dropped before any rule (policy(5)). What a line for
 * `all` allows is for all its pairs together.
 */
function floodRules(policy: Policy, program: Program): readonly NftRule[] {
  if (!policy.rate && !policy.connectionLimit) return [];
  const syn: Match = { kind: 'tcpFlags', negated: false, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] };
  const only = versionOfPolicy(policy, program);
  const { written = policy } = policy;
  const logName = `${signs.flood}${pairInLog(written, program)}`;
  const suffix = only.length > 0 ? `-${policy.versions[0]}` : '';
  // `all+` may stand beside `all`, and is no name for nft.
  const name = `flood-${written.source}-${written.dest}${suffix}`.replaceAll('+', '_within');
  const chain = program.once(name, () => ({
    comment: `new connections from ${written.source} to ${written.dest} that are too many`,
    rules: limitRules(policy, name, logName, program),
  }));
  return [rule([...only, syn], [counter, jump(chain)], { origin: policy.origin })];
}

function floodLog(logName: string, log: Log, { origin }: Policy, program: Program): string {
  const prefix = logPrefix(logName, 'DROP', log, program, origin);
  return logChain(`${logName}-DROP`, prefix, log, [drop], program, origin);
}

function limitRules(policy: Policy, name: string, logName: string, program: Program): readonly NftRule[] {
  const from = { origin: policy.origin };
  const { log, connectionLimit } = policy;
  const end: readonly Statement[] = log ? [counter, goto(floodLog(logName, log, policy, program))] : [counter, drop];
  const rates = (policy.rate ?? []).flatMap((rate, index) =>
    (rate.each ? policy.versions : [policy.versions[0]]).map((version) =>
      rule([lowerRate(rate, version, `${name}-${index}`, program, true)], end, from),
    ),
  );
  if (!connectionLimit) return rates;
  return [
    ...rates,
    ...policy.versions.map((version) => {
      const set = program.set({
        name: setName(`count-${name}`, version),
        type: [version === 4 ? 'ipv4_addr' : 'ipv6_addr'],
        interval: false,
        dynamic: true,
        size: 65535,
        elements: [],
      });
      const key = {
        field: connectionLimit.side === 'source' ? ('saddr' as const) : ('daddr' as const),
        version,
        ...(connectionLimit.prefix === undefined ? {} : { prefix: connectionLimit.prefix }),
      };
      return rule([{ kind: 'connectionCount', set, key, count: connectionLimit.count, over: true }], end, from);
    }),
  ];
}
