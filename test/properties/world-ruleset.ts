/** Random rulesets of the small world: rules at hooks in any combination. */
import fc from 'fast-check';
import { elementOfRange, partOfNumbers } from '../../compiler/ir/elements.ts';
import type {
  Chain,
  DispatchEntry,
  Hook,
  Match,
  NftRule,
  Ruleset,
  Statement,
  Verdict,
} from '../../compiler/ir/ruleset.ts';
import { disjointGroups } from '../../compiler/ir/statements/verdict.ts';
import { prefixRange } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { Version } from '../../compiler/net/version.ts';
import { everyHost, hosts, interfaces, own, ports } from './world.ts';
import { agree, masks, matches, patterns, ranges, states, versions } from './world-matches.ts';

/** Where a rule stands. */
interface Place {
  readonly hook: Hook['hook'] | 'any';
  readonly type: Hook['type'];
  readonly targets: readonly string[];
}

function verdicts({ targets }: Place): fc.Arbitrary<Verdict> {
  const plain = fc.constantFrom<Verdict[]>(
    { kind: 'accept' },
    { kind: 'accept' },
    { kind: 'drop' },
    { kind: 'return' },
    { kind: 'continue' },
  );
  if (targets.length === 0) return plain;
  return fc.oneof(plain, fc.record({ kind: fc.constantFrom('jump', 'goto'), chain: fc.constantFrom(...targets) }));
}

function dispatches(place: Place): fc.Arbitrary<Statement> {
  const names = patterns.filter(({ wildcard }) => !wildcard);
  const entry = fc.oneof(
    fc
      .record({ keys: fc.tuple(names, patterns), verdict: verdicts(place) })
      .map((made) => ({ fields: ['iifname', 'oifname'] as const, entry: made })),
    fc
      .record({ keys: fc.tuple(states), verdict: verdicts(place) })
      .map((made) => ({ fields: ['state'] as const, entry: made })),
    fc
      .record({ keys: fc.tuple(names), verdict: verdicts(place) })
      .map((made) => ({ fields: ['iifname'] as const, entry: made })),
  );
  return fc.array(entry, { minLength: 1, maxLength: 5 }).map((made) => {
    const fields = made[0]?.fields ?? ['state'];
    const same = made.filter((each) => each.fields.join() === fields.join()).map((each): DispatchEntry => each.entry);
    const distinct = [...new Map(same.map((each) => [JSON.stringify(each.keys), each])).values()];
    return { kind: 'dispatch', fields, entries: disjointGroups(distinct)[0] ?? [] };
  });
}

const setMark: fc.Arbitrary<Statement> = fc
  .tuple(fc.constantFrom('connection', 'packet'), masks, fc.constantFrom(0, 1))
  .map(([target, mask, value]) => ({ kind: 'setMark', target, mask, value: (value & mask) >>> 0 }));

const refusals: fc.Arbitrary<Statement> = fc
  .constantFrom(
    { kind: 'tcp-reset' as const },
    { kind: 'icmpx' as const, type: 'port-unreachable' as const },
    { kind: 'icmpx' as const, type: 'admin-prohibited' as const },
    { kind: 'icmp' as const, type: 'host-prohibited' as const },
    { kind: 'icmpv6' as const, type: 'addr-unreachable' as const },
  )
  .map((reply) => ({ kind: 'reject', with: reply }));

/** A rule that translates names the version and, for ports, the protocol. The kernel chooses nothing here by chance. */
function translating(hook: Hook['hook']): fc.Arbitrary<NftRule> {
  return fc
    .tuple(versions, matches(hook), fc.constantFrom(...ports), fc.boolean())
    .chain(([version, wanted, port, withPort]) => {
      const about: readonly Match[] = [
        { kind: 'version', version },
        ...(withPort ? [{ kind: 'protocol', negated: false, protocols: [6] } as const] : []),
      ];
      const rest = agree(about, wanted) ? wanted : [];
      return translations(hook, version, withPort ? port : undefined).map((statement) => ({
        matches: [...about, ...rest],
        statements: [{ kind: 'counter', packets: 0, bytes: 0 }, statement],
      }));
    });
}

function translations(hook: Hook['hook'], version: Version, port: number | undefined): fc.Arbitrary<Statement> {
  const flags = { version, random: false, persistent: false };
  const single = (value: bigint): AddressRange => ({ version, first: value, last: value });
  const [prefix, loc, dmz] =
    version === 4 ? [24, hosts[4].eth1[0], hosts[4].eth2[0]] : [64, hosts[6].eth1[0], hosts[6].eth2[0]];
  const nets = [prefixRange(version, loc ?? 0n, prefix), prefixRange(version, dmz ?? 0n, prefix)] as const;
  const direction = hook === 'postrouting' ? 'snat' : 'dnat';
  const map: Statement = { kind: 'netmap', direction, from: nets[0], to: nets[1] };
  if (hook === 'postrouting') {
    const to = fc
      .constantFrom(...interfaces.map((name) => own[version][name]))
      .map((value): Statement => ({ kind: 'snat', to: { ...flags, addresses: single(value) } }));
    return fc.oneof(to, to, fc.constant<Statement>({ kind: 'masquerade', random: false }), fc.constant(map));
  }
  const toPort = port === undefined ? {} : { ports: { first: port, last: port } };
  const to = fc
    .constantFrom(...everyHost(version))
    .map((value): Statement => ({ kind: 'dnat', to: { ...flags, addresses: single(value), ...toPort } }));
  const self: Statement = { kind: 'redirect', ...toPort, random: false };
  const portOnly: readonly Statement[] = port === undefined ? [] : [{ kind: 'dnat', to: { ...flags, ...toPort } }];
  return fc.oneof(to, to, fc.constantFrom(map, self, ...portOnly));
}

function filtering(place: Place): fc.Arbitrary<NftRule> {
  const canReject = place.type === 'filter' && ['input', 'forward', 'output'].includes(place.hook);
  const canUntrack = place.type === 'filter' && (place.hook === 'prerouting' || place.hook === 'output');
  const last = fc.oneof(
    verdicts(place).map((verdict): Statement => ({ kind: 'verdict', verdict })),
    verdicts(place).map((verdict): Statement => ({ kind: 'verdict', verdict })),
    dispatches(place),
    ...(canReject ? [refusals] : []),
    ...(canUntrack ? [fc.constant<Statement>({ kind: 'notrack' })] : []),
    setMark,
  );
  return fc
    .tuple(matches(place.hook), fc.option(setMark, { nil: undefined, freq: 4 }), last)
    .map(([wanted, first, end]) => {
      const fits = end.kind !== 'reject' || agree(wanted, neededFor(end));
      return {
        matches: fits ? wanted : [],
        statements: [{ kind: 'counter', packets: 0, bytes: 0 }, ...(first ? [first] : []), end],
      };
    });
}

/** What nft adds to a rule that refuses. */
function neededFor({ with: reply }: Extract<Statement, { kind: 'reject' }>): readonly Match[] {
  if (reply.kind === 'tcp-reset') return [{ kind: 'protocol', negated: false, protocols: [6] }];
  return reply.kind === 'icmpx' ? [] : [{ kind: 'version', version: reply.kind === 'icmp' ? 4 : 6 }];
}

const hooks: readonly (readonly [string, Hook])[] = [
  ['raw', { type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' }],
  ['early', { type: 'filter', hook: 'prerouting', priority: -150, policy: 'accept' }],
  ['dnat-in', { type: 'nat', hook: 'prerouting', priority: -110, policy: 'accept' }],
  ['dnat-more', { type: 'nat', hook: 'prerouting', priority: -90, policy: 'accept' }],
  ['late', { type: 'filter', hook: 'prerouting', priority: -50, policy: 'accept' }],
  ['to-us', { type: 'filter', hook: 'input', priority: 0, policy: 'drop' }],
  ['forward', { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' }],
  ['forward-too', { type: 'filter', hook: 'forward', priority: 0, policy: 'accept' }],
  ['raw-out', { type: 'filter', hook: 'output', priority: -300, policy: 'accept' }],
  ['dnat-out', { type: 'nat', hook: 'output', priority: -110, policy: 'accept' }],
  ['sent', { type: 'filter', hook: 'output', priority: 0, policy: 'accept' }],
  ['leaving', { type: 'filter', hook: 'postrouting', priority: 50, policy: 'accept' }],
  ['snat-out', { type: 'nat', hook: 'postrouting', priority: 90, policy: 'accept' }],
  ['gone', { type: 'filter', hook: 'postrouting', priority: 150, policy: 'accept' }],
];

const regular = ['one-two', 'two-three', 'three-four'];

function base([name, hook]: readonly [string, Hook]): fc.Arbitrary<Chain> {
  const place: Place = { hook: hook.hook, type: hook.type, targets: regular };
  const rule =
    hook.type === 'nat' ? fc.oneof(translating(hook.hook), filtering({ ...place, targets: [] })) : filtering(place);
  const policy = fc.constantFrom('accept', 'accept', hook.policy);
  return fc
    .tuple(fc.array(rule, { maxLength: 4 }), policy)
    .map(([rules, chosen]) => ({ name, base: { ...hook, policy: chosen }, rules }));
}

const regularChains = fc.tuple(
  ...regular.map((name, index) =>
    fc
      .array(filtering({ hook: 'any', type: 'filter', targets: regular.slice(index + 1) }), { maxLength: 4 })
      .map((rules): Chain => ({ name, rules })),
  ),
);

function worldSets(version: Version): fc.Arbitrary<Ruleset['sets']> {
  const type = version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  return ranges(version).map((list) => {
    const elements = list.map(elementOfRange);
    return [
      { name: `hosts${version}`, type: [type], interval: true, dynamic: false, elements },
      {
        name: `pairs${version}`,
        type: [type, 'inet_service'],
        interval: true,
        dynamic: false,
        elements: elements.map(({ key }, index) => ({
          key: [...key, partOfNumbers({ first: ports[index] ?? 80, last: 80 })],
        })),
      },
    ];
  });
}

/** Rulesets with some of the hooks; chains of one hook in random order. */
export const worldRulesets: fc.Arbitrary<Ruleset> = fc
  .tuple(fc.shuffledSubarray([...hooks], { minLength: 2, maxLength: 9 }), regularChains, worldSets(4), worldSets(6))
  .chain(([some, chains, four, six]) =>
    fc.tuple(...some.map(base)).map((bases) => ({
      family: 'inet' as const,
      table: 'ftpwall',
      sets: [...four, ...six],
      helpers: [],
      chains: [...chains, ...bases],
    })),
  );
