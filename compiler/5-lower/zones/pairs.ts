/** The chains of pairs of zones: states, rules in order, then the policy. */

import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Log } from '../../model/log.ts';
import type { Policy } from '../../model/policy.ts';
import type { Rule, RuleSection } from '../../model/rule.ts';
import type { ZonePair } from '../../model/zone.ts';
import { prefixRange } from '../../net/address.ts';
import type { ConnectionState } from '../../net/state.ts';
import { acceptWithHelpers, refusedRelated } from '../conntrack/helpers.ts';
import { logChain, logPrefix, pairInLog, signs } from '../logging/logging.ts';
import { lowerRate } from '../rules/matches.ts';
import { rejectStatement } from '../rules/reject.ts';
import { actionChain, lowerRule, type Place } from '../rules/rule.ts';
import { accept, audited, back, counter, drop, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { setName } from '../sets/set-names.ts';
import { type States, stateDisposition } from './states.ts';

/** The rules of each pair, found once. */
export function rulesByPair(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>();
  for (const each of rules) {
    for (const pair of each.pairs) {
      const key = `${pair.source} ${pair.dest}`;
      const list = found.get(key);
      if (list) list.push(each);
      else found.set(key, [each]);
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
  const lower = (wanted: readonly Rule[], matches: readonly Match[]): readonly NftRule[] =>
    wanted.flatMap((each) => {
      const sign = each.section === 'ALL' || each.section === 'NEW' ? '' : signs[each.section];
      return lowerRule(each, pair, { chain, logName: `${sign}${logName}`, states: matches }, program);
    });
  const inSection = (section: RuleSection): readonly Rule[] =>
    rules.filter((each) => each.section === section && !each.blacklist);
  const sections = (['ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const).flatMap((section) => {
    const state = section.toLowerCase() as ConnectionState;
    const own = inSection(section);
    const only = [{ kind: 'state', negated: false, states: [state] }] as const;
    // CONTINUE leaves the section alone (Shorewall has a chain for it): the rules of NEW and the policy are asked next.
    const leaves = own.some(({ action }) => action.kind === 'continue');
    const lowered = lower(own, leaves ? [] : only);
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
      ...lower(inSection('ALL'), []),
      ...sections,
      ...policies.flatMap((policy) => floodRules(policy, program)),
      ...lower(inSection('NEW'), []),
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
      lowerRule(each.action.kind === 'accept' ? { ...each, action: { kind: 'return' } } : each, pair, place, program),
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
  const only = versionOf(policy, program);
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

/** The end of a chain, for each policy of the pair. */
export function policyRules(policies: readonly Policy[], logName: string, program: Program): readonly NftRule[] {
  // Only packets of the last one's IP version come so far.
  return policies.flatMap((policy, index) =>
    index === policies.length - 1 ? endOf(policy, logName, program) : rulesOfVersion(policy, logName, program),
  );
}

/** The end of a chain for packets of the policy's IP version alone. */
export function rulesOfVersion(policy: Policy, logName: string, program: Program): readonly NftRule[] {
  const only = versionOf(policy, program);
  const rules = endOf(policy, logName, program);
  return only.length === 0 ? rules : rules.map((each) => ({ ...each, matches: [...only, ...each.matches] }));
}

/** The match for the IP version of a policy that only one has. */
function versionOf({ versions: [version, ...others] }: Policy, { model }: Program): readonly Match[] {
  if (version === undefined || others.length > 0 || model.families.versions.length === 1) return [];
  return [{ kind: 'version', version }];
}

/** RELATED that nobody announced, the default actions, the log line, the verdict. */
function endOf(policy: Policy, logName: string, program: Program): readonly NftRule[] {
  const { verdict, origin, defaults, log } = policy;
  const from = { origin };
  const calls = defaults.map((call) =>
    rule(
      call.states ? [{ kind: 'state', negated: false, states: call.states }] : [],
      [counter, jump(actionChain(call, program))],
      from,
    ),
  );
  if (verdict.kind === 'none') return [];
  if (verdict.kind === 'continue') return [rule([], [counter, back], from)];
  // MULTICAST: another zone of the same interface may take the packet (shorewall.conf(5), IPv4 only).
  const multicast =
    program.model.settings.multicast && verdict.kind !== 'accept' && program.model.families.versions.includes(4)
      ? [
          rule(
            [{ kind: 'address', field: 'daddr', negated: false, ranges: [prefixRange(4, 0xe0000000n, 4)] }],
            [counter, back],
            from,
          ),
        ]
      : [];
  const end = verdictStatement(policy, program);
  const refuses = program.model.settings.strictRelated && (verdict.kind === 'drop' || verdict.kind === 'reject');
  return [
    ...(refuses ? [refusedRelated(end, origin)] : []),
    ...multicast,
    ...calls,
    ...(verdict.kind === 'blacklist' ? blacklistSource(policy, program) : []),
    ...endRules(
      policy.audit ? [audited, end] : [end],
      { disposition: verdict.kind.toUpperCase(), log, logName },
      from,
      program,
    ),
  ];
}

/** The policy BLACKLIST: the sender is on the dynamic blacklist from now on. */
function blacklistSource({ origin, versions }: Policy, { model, dual }: Program): readonly NftRule[] {
  return versions.flatMap((version) => {
    const set = model.blacklistSet?.of[version];
    if (set === undefined) return [];
    const only: readonly Match[] = dual && versions.length > 1 ? [{ kind: 'version', version }] : [];
    return [
      rule(only, [{ kind: 'changeSet', operation: 'update', set, key: [{ field: 'saddr', version }] }], { origin }),
    ];
  });
}

function endRules(
  ends: readonly Statement[],
  {
    disposition,
    log,
    logName,
  }: { readonly disposition: string; readonly log: Log | undefined; readonly logName: string },
  from: Pick<NftRule, 'origin'>,
  program: Program,
): readonly NftRule[] {
  if (!log) return [rule([], [...ends.slice(0, -1), counter, ...ends.slice(-1)], from)];
  const prefix = logPrefix(logName, disposition, log, program, from.origin);
  if (!program.model.settings.logLimit)
    return [
      rule([], [{ kind: 'log', prefix, target: log.target }, ...ends.slice(0, -1), counter, ...ends.slice(-1)], from),
    ];
  const chain = logChain(
    `${logName}-${disposition}-policy${ends.length > 1 ? '-audit' : ''}`,
    prefix,
    log,
    ends,
    program,
    from.origin,
  );
  return [rule([], [counter, goto(chain)], from)];
}

function verdictStatement(policy: Policy, program: Program): Statement {
  const { verdict } = policy;
  switch (verdict.kind) {
    case 'accept': {
      const { settings, helpers } = program.model;
      const enabled = helpers.filter((each) => each.enabled && each.automatic);
      if (!settings.autoHelpers || policy.implicit || enabled.length === 0) return accept;
      return acceptWithHelpers(
        enabled.map((helper) => ({ helper, ports: helper.ports, whole: false })),
        program,
      );
    }
    case 'reject':
      return rejectStatement(undefined, program);
    case 'queue':
      return verdict;
    case 'continue':
    case 'none':
      return back;
    case 'drop':
    case 'blacklist':
      return drop;
  }
}
