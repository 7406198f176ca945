/** Accounting: packets are counted before anything is decided of them, and nothing is decided here. */
import type { Hook, NftRule } from '../../ir/ruleset.ts';
import type { AccountingHook, AccountingRule } from '../../model/accounting.ts';
import type { Version } from '../../net/version.ts';
import { lowerTraffic } from '../rules/matches.ts';
import { back, counter, jump } from '../rules/verdicts.ts';
import { from, type Program, rule } from '../ruleset-builder.ts';

/** Before the filter, so that what it drops is counted; with ACCOUNTING_TABLE=mangle before marks are restored. */
const priorities = { filter: -5, early: -151 } as const;

export function addAccounting(program: Program): void {
  const { accounting, settings } = program.model;
  for (const { chain } of accounting.entries) addChain(chain, program);
  const jumps = new Map<Hook['hook'], NftRule[]>();
  for (const { hook, chain } of accounting.entries)
    for (const each of hooksOf(hook)) jumps.set(each, [...(jumps.get(each) ?? []), rule([], [jump(chainName(chain))])]);
  for (const [hook, rules] of jumps)
    program.add({
      name: `accounting-${hook}`,
      base: {
        type: 'filter',
        hook,
        priority: settings.accountsEarly ? priorities.early : priorities.filter,
        policy: 'accept',
      },
      comment: 'accounting: packets are counted',
      rules,
    });
}

function hooksOf(hook: AccountingHook): readonly Hook['hook'][] {
  return hook === 'all' ? ['input', 'forward', 'output'] : [hook];
}

function chainName(chain: string): string {
  return `accounting-chain-${chain}`;
}

/** The lines of a chain; behind one that ends it for all packets nothing is met. */
function addChain(name: string, program: Program): string {
  return program.once(chainName(name), () => ({
    comment: `accounting: ${name}`,
    rules: program.model.accounting.rules
      .filter(({ chain }) => chain === name)
      .flatMap((each) => lowerLine(each, program)),
  }));
}

function lowerLine(each: AccountingRule, program: Program): readonly NftRule[] {
  const { action, traffic } = each;
  const name = `accounting-${each.origin.at(-1)?.start ?? 0}`;
  const rules = (statements: NftRule['statements'], comment?: string) =>
    lowerTraffic(traffic, { name }, program).map((matches) =>
      rule(matches, statements, comment === undefined ? from(each) : { ...from(each), remark: comment }),
    );
  switch (action.kind) {
    case 'count':
      return rules([counter]);
    case 'done':
      return rules([counter, back]);
    case 'chain':
      return rules([counter, jump(addChain(action.chain, program))]);
    case 'named':
      return action.names.flatMap((each) => rules([counter], each));
    case 'log':
      return rules([counter, { kind: 'log', prefix: '', target: action.log.target }]);
    case 'addresses':
      return ofAddresses(each, action, program);
  }
}

/** Each address of the network has a counter of what it sent, and one of what it was sent. */
function ofAddresses(
  each: AccountingRule,
  { table, network }: Extract<AccountingRule['action'], { kind: 'addresses' }>,
  program: Program,
): readonly NftRule[] {
  const version: Version = network.version;
  if (!each.traffic.versions.includes(version)) return [];
  return (['saddr', 'daddr'] as const).flatMap((field) => {
    const set = program.set({
      name: `count-account-${table}-${field === 'saddr' ? 'sent' : 'received'}-${version}`,
      type: [version === 4 ? 'ipv4_addr' : 'ipv6_addr'],
      counted: true,
      interval: false,
      dynamic: true,
      size: 65535,
      elements: [],
    });
    return lowerTraffic({ ...each.traffic, versions: [version] }, { name: `account-${table}` }, program).map(
      (matches) =>
        rule(
          [...matches, { kind: 'address', field, negated: false, ranges: [network] }],
          [counter, { kind: 'changeSet', operation: 'update', set, key: [{ field, version }] }],
          from(each),
        ),
    );
  });
}
