/** What the chain of a pair does with packets that no rule has decided: by the policy, or by one for each IP version. */
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Log } from '../../model/log.ts';
import type { Policy } from '../../model/policy.ts';
import { prefixRange } from '../../net/address.ts';
import { acceptWithHelpers, refusedRelated } from '../conntrack/helpers.ts';
import { logChain, logPrefix } from '../logging/logging.ts';
import { rejectStatement } from '../rules/reject.ts';
import { actionChain } from '../rules/rule.ts';
import { accept, audited, back, counter, drop, goto, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { isShared, sharedChain } from './shared-policies.ts';

/** The end of a chain, for each policy of the pair. */
export function policyRules(policies: readonly Policy[], logName: string, program: Program): readonly NftRule[] {
  // Only packets of the last one's IP version come so far.
  return policies.flatMap((policy, index) =>
    index === policies.length - 1 ? endOf(policy, logName, program) : rulesOfVersion(policy, logName, program),
  );
}

/** The end of a chain for packets of the policy's IP version alone. */
export function rulesOfVersion(policy: Policy, logName: string, program: Program): readonly NftRule[] {
  const only = versionOfPolicy(policy, program);
  const rules = endOf(policy, logName, program);
  return only.length === 0 ? rules : rules.map((each) => ({ ...each, matches: [...only, ...each.matches] }));
}

/** The match for the IP version of a policy that only one has. */
export function versionOfPolicy({ versions: [version, ...others] }: Policy, { model }: Program): readonly Match[] {
  if (version === undefined || others.length > 0 || model.families.versions.length === 1) return [];
  return [{ kind: 'version', version }];
}

/** RELATED that nobody announced, the default actions, the log line, the verdict. */
function endOf(policy: Policy, logName: string, program: Program): readonly NftRule[] {
  const { verdict, origin, log } = policy;
  const from = { origin };
  if (verdict.kind === 'none') return [];
  if (verdict.kind === 'continue') return [rule([], [counter, back], from)];
  const end = verdictStatement(policy, program);
  const ends = policy.audit ? [audited, end] : [end];
  const told = { disposition: verdict.kind.toUpperCase(), log, logName };
  const returns = multicastReturns(policy, program);
  if (returns.length === 0 && isShared(policy, program)) {
    const first = () => [...refusals(policy, end, program), ...defaultActions(policy, program)];
    const chain = sharedChain(policy, first, ends, program);
    return [rule([], [counter, jump(chain)], from), ...endWithoutLimit(ends, told, from, program)];
  }
  return [
    ...refusals(policy, end, program),
    ...returns,
    ...defaultActions(policy, program),
    ...(verdict.kind === 'blacklist' ? blacklistSource(policy, program) : []),
    ...endRules(ends, told, from, program),
  ];
}

function refusals({ verdict, origin }: Policy, end: Statement, { model }: Program): readonly NftRule[] {
  const refuses = model.settings.strictRelated && (verdict.kind === 'drop' || verdict.kind === 'reject');
  return refuses ? [refusedRelated(end, origin)] : [];
}

function defaultActions({ defaults, origin }: Policy, program: Program): readonly NftRule[] {
  return defaults.map((call) =>
    rule(
      call.states ? [{ kind: 'state', negated: false, states: call.states }] : [],
      [counter, jump(actionChain(call, program))],
      { origin },
    ),
  );
}

/** MULTICAST: another zone of the same interface may take the packet (shorewall.conf(5), IPv4 only). */
function multicastReturns({ verdict, origin }: Policy, { model }: Program): readonly NftRule[] {
  if (!model.settings.multicast || verdict.kind === 'accept' || !model.families.versions.includes(4)) return [];
  const ranges = [prefixRange(4, 0xe0000000n, 4)];
  return [rule([{ kind: 'address', field: 'daddr', negated: false, ranges }], [counter, back], { origin })];
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

/** What a policy says in the log of its decision. */
interface Told {
  readonly disposition: string;
  readonly log: Log | undefined;
  readonly logName: string;
}

/** The log line, and what is done. */
function endWithoutLimit(
  ends: readonly Statement[],
  { disposition, log, logName }: Told,
  from: Pick<NftRule, 'origin'>,
  program: Program,
): readonly NftRule[] {
  const write: readonly Statement[] = log
    ? [{ kind: 'log', prefix: logPrefix(logName, disposition, log, program, from.origin), target: log.target }]
    : [];
  return [rule([], [...write, ...ends.slice(0, -1), counter, ...ends.slice(-1)], from)];
}

function endRules(
  ends: readonly Statement[],
  told: Told,
  from: Pick<NftRule, 'origin'>,
  program: Program,
): readonly NftRule[] {
  const { disposition, log, logName } = told;
  if (!log || !program.model.settings.logLimit) return endWithoutLimit(ends, told, from, program);
  const prefix = logPrefix(logName, disposition, log, program, from.origin);
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
