/** What the analysis says of all packets is what `evaluate` says of each. */

import { expect, test } from 'vitest';
import { ChainFunctions, type Labels } from '../../compiler/analyze/chain-functions.ts';
import { never } from '../../compiler/analyze/diagram.ts';
import { compareRulesets } from '../../compiler/analyze/equal.ts';
import type { Outcome } from '../../compiler/analyze/outcome.ts';
import { PacketSpace } from '../../compiler/analyze/packet-space.ts';
import { rulesMet } from '../../compiler/analyze/reach.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { valuesOf } from '../../compiler/ir/fields.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import type { Chain, Match, NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';
import { PacketWalk } from '../../compiler/ir/walk.ts';
import { threeNetworks } from '../kernel/lab.ts';
import { worldPackets } from '../properties/world-packets.ts';
import { worldRulesets } from '../properties/world-ruleset.ts';
import fc from '../support/fast-check.ts';
import { routesOf } from '../support/probes/routes.ts';

const routes = routesOf(threeNetworks);
const labels: Labels = {
  by: ({ chain, rule }) => `${chain} ${rule}`,
  effect: (statement) => (statement.kind === 'log' ? `log ${statement.prefix}` : undefined),
  count: () => undefined,
  translation: (statement) => statement.kind,
};

/** One base chain, where the packet has just been looked up, and all regular ones. */
const oneChain = worldRulesets.map((ruleset): Ruleset => {
  const regular = ruleset.chains.filter(({ base }) => !base);
  const rules = ruleset.chains.filter(({ base }) => base?.type === 'filter').flatMap((chain) => chain.rules);
  const base: Chain = {
    name: 'base',
    base: { type: 'filter', hook: 'prerouting', priority: 0, policy: 'drop' },
    rules: rules.filter(({ statements }) => !statements.some(({ kind }) => kind === 'notrack')),
  };
  return { ...ruleset, chains: [...regular.map(withoutUntold), withoutUntold(base)] };
});

/** Without what `evaluate` decides by itself and the analysis leaves open. */
function withoutUntold(chain: Chain): Chain {
  const untold: readonly Match['kind'][] = [
    'payload',
    'association',
    'limit',
    'limitEach',
    'connectionCount',
    'random',
    'turn',
  ];
  const isTold = ({ matches }: NftRule) => !matches.some(({ kind }) => untold.includes(kind));
  return { ...chain, rules: chain.rules.filter(isTold) };
}

/** The outcome of one packet. */
function outcomeOf(functions: ChainFunctions, packet: Packet): Outcome | undefined {
  const { space, ruleset } = functions;
  const walk = new PacketWalk(ruleset, packet, { network: routes, remembers: () => true });
  walk.track();
  const values = valuesOf(walk.situation);
  const segments = new Map(values.flatMap((each) => [...space.spansOf(each)]));
  for (const field of ['user', 'group'] as const) {
    if (packet[field] === undefined) for (const placed of space.axesOf(field)) segments.set(placed, placed.axis.count);
  }
  const node = space.fixSpans(functions.of('base'), segments);
  const value = space.diagrams.valueOf(node);
  return value === undefined ? undefined : functions.outcomes.of(value);
}

test('a rule that some packet meets is reached by a set with that packet', () => {
  let met = 0;
  const property = fc.property(oneChain, worldPackets(20), (ruleset, packets) => {
    const functions = new ChainFunctions(new PacketSpace([ruleset]), ruleset, labels);
    const holds = new Map(rulesMet(functions).map((each) => [`${each.place.chain} ${each.place.rule}`, each.holds]));
    for (const packet of packets.filter(({ iif }) => iif !== undefined)) {
      for (const { chain, rule } of evaluate(ruleset, packet, routes, { remembers: () => true }).trace) {
        met += 1;
        expect([chain, rule, holds.get(`${chain} ${rule}`) ?? never]).not.toEqual([chain, rule, never]);
      }
    }
  });
  fc.assert(property, { numRuns: 100 });
  expect(met).toBeGreaterThan(500);
});

test('rulesets that are called equal do the same to every packet, and different ones differ for some', () => {
  const count = { equal: 0, different: 0, undecided: 0 };
  const changed = fc.tuple(oneChain, fc.nat(), fc.nat());
  const property = fc.property(changed, worldPackets(40), ([ruleset, chainSeed, ruleSeed], packets) => {
    const index = chainSeed % ruleset.chains.length;
    const rules = ruleset.chains[index]?.rules.length ?? 0;
    const gone = rules === 0 ? -1 : ruleSeed % rules;
    const without = ruleset.chains.map((chain, at) =>
      at === index ? { ...chain, rules: chain.rules.filter((_, rule) => rule !== gone) } : chain,
    );
    const other = { ...ruleset, chains: without };
    const equality = compareRulesets(ruleset, other);
    count[equality] += 1;
    if (equality !== 'equal') return;
    for (const packet of packets) {
      const [a, b] = [ruleset, other].map((each) => evaluate(each, packet, routes, { remembers: () => true }));
      expect([a?.verdict, a?.logged]).toEqual([b?.verdict, b?.logged]);
    }
  });
  fc.assert(property, { numRuns: 150 });
  expect(count.equal).toBeGreaterThan(10);
  expect(count.different).toBeGreaterThan(10);
  expect(count.undecided).toBe(0);
});

test('a chain does to each packet what evaluate says', () => {
  let decided = 0;
  let open = 0;
  const property = fc.property(oneChain, worldPackets(20), (ruleset, packets) => {
    const functions = new ChainFunctions(new PacketSpace([ruleset]), ruleset, labels);
    for (const packet of packets) {
      const judged = evaluate(ruleset, packet, routes, { remembers: () => true });
      if (!('chain' in judged.decidedBy) || judged.decidedBy.chain === '') continue;
      const outcome = outcomeOf(functions, packet);
      if (!outcome) {
        open += 1;
        continue;
      }
      decided += 1;
      const by = 'rule' in judged.decidedBy ? `${judged.decidedBy.chain} ${judged.decidedBy.rule}` : 'base';
      expect(outcome.end).toMatchObject({ kind: judged.verdict, by });
      expect(outcome.effects).toEqual(judged.logged.map((prefix) => `log ${prefix}`));
    }
  });
  fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 150) });
  expect(decided).toBeGreaterThan(1000);
  // Packets without ports, where a rule reads ports of any protocol.
  expect(open).toBeLessThan(decided / 5);
});

test('of a map that fills while the firewall runs each verdict is a condition of its own', () => {
  const drop: NftRule = { matches: [], statements: [{ kind: 'verdict', verdict: { kind: 'drop' } }] };
  const verdicts = ['one', 'two'].map((chain) => ({ kind: 'goto', chain }) as const);
  const ruleset: Ruleset = {
    family: 'inet',
    table: 'ftpwall',
    helpers: [],
    sets: [
      {
        name: 'm',
        type: ['ipv4_addr'],
        to: 'verdict',
        verdicts,
        interval: true,
        dynamic: false,
        timeout: 0,
        elements: [],
      },
    ],
    chains: [
      {
        name: 'input',
        base: { type: 'filter', hook: 'input', priority: 0, policy: 'accept' },
        rules: [{ matches: [], statements: [{ kind: 'lookup', map: 'm', key: [{ field: 'saddr', version: 4 }] }] }],
      },
      { name: 'one', rules: [drop] },
      { name: 'two', rules: [drop] },
    ],
  };
  const space = new PacketSpace([ruleset]);
  const functions = new ChainFunctions(space, ruleset, labels);
  expect([...space.conditionsOf(functions.of('input'))].sort()).toEqual([
    'map m (saddr) to goto one',
    'map m (saddr) to goto two',
  ]);
  const arrived = rulesMet(functions).filter(({ holds }) => holds !== never);
  expect(arrived.map(({ place }) => place.chain).sort()).toEqual(['input', 'one', 'two']);
});
