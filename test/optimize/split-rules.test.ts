/** Rules that no map holds are met only by packets of their protocol and IP version, which meet the same as before. */

import { describe, expect, test } from 'vitest';
import { meetTheSame } from '../../compiler/6-optimize/split/keeps-order.ts';
import { splitChains } from '../../compiler/6-optimize/split-rules.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { canonical } from '../../compiler/ir/canonical/index.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { readBack } from '../../compiler/ir/read-back/index.ts';
import type { Chain, Match, NftRule, Ruleset, Statement } from '../../compiler/ir/ruleset.ts';
import { kernelTest } from '../kernel/available.ts';
import { threeNetworks } from '../kernel/lab.ts';
import { worldPackets } from '../properties/world-packets.ts';
import { worldRulesets } from '../properties/world-ruleset.ts';
import fc from '../support/fast-check.ts';
import { loadAndList } from '../support/load-and-list.ts';
import { routesOf } from '../support/probes/routes.ts';

const routes = routesOf(threeNetworks);

test('every packet comes to the same end', () => {
  let parts = 0;
  const property = fc.property(worldRulesets, fc.constantFrom(1, 2, 3), worldPackets(20), (ruleset, few, packets) => {
    const { ruleset: split, unproved } = splitChains(ruleset, few);
    expect(unproved).toEqual([]);
    parts += split.chains.length - ruleset.chains.length;
    for (const packet of packets) {
      const [before, after] = [ruleset, split].map((each) => evaluate(each, packet, routes));
      expect([after?.verdict, after?.reject, after?.logged, after?.connectionMark, after?.helper]).toEqual([
        before?.verdict,
        before?.reject,
        before?.logged,
        before?.connectionMark,
        before?.helper,
      ]);
    }
  });
  fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 200) });
  expect(parts).toBeGreaterThan(0);
});

const counter: Statement = { kind: 'counter', packets: 0, bytes: 0 };
const to = (kind: 'jump' | 'goto', chain: string): Statement => ({ kind: 'verdict', verdict: { kind, chain } });
const port = (protocol: number, number: number): Match => ({
  kind: 'port',
  field: 'dport',
  protocol,
  negated: false,
  ranges: [{ first: number, last: number }],
});
const source = (version: 4 | 6): Match => {
  const first = version === 4 ? 0x0a000001n : 0x20010db8n << 96n;
  return { kind: 'address', field: 'saddr', negated: false, ranges: [{ version, first, last: first }] };
};
const accept: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };
const limited: Match = { kind: 'limit', rate: { count: 5, per: 'second', burst: 5 }, over: false };

function rulesetOf(rules: readonly NftRule[], ...more: readonly Chain[]): Ruleset {
  const base = { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' } as const;
  const forward: Chain = { name: 'forward', base, rules: [{ matches: [], statements: [to('jump', 'pair')] }] };
  return {
    family: 'inet',
    table: 'ftpwall',
    sets: [],
    helpers: [],
    chains: [forward, { name: 'pair', rules }, ...more],
  };
}

/** The chains but the first, as they are printed, without comments. */
function chainsOf(ruleset: Ruleset): readonly string[] {
  const text = printRuleset(splitChains(ruleset).ruleset);
  return text
    .split(/^\tchain /m)
    .slice(2)
    .map((chain) =>
      chain
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !/^(comment .*|\}|)$/.test(line))
        .join('\n'),
    );
}

const tcp = Array.from(
  { length: 16 },
  (_each, number): NftRule => ({ matches: [port(6, number + 1), limited], statements: [counter, accept] }),
);
const udp: NftRule = { matches: [port(17, 53), limited], statements: [counter, accept] };
const anything: NftRule = { matches: [limited], statements: [counter, accept] };

describe('a chain of many rules', () => {
  test('of which many are of one protocol', () => {
    const [pair, part] = chainsOf(rulesetOf([udp, ...tcp, udp]));
    const other = 'udp dport 53 limit rate 5/second burst 5 packets counter accept';
    expect(pair).toBe(['pair {', other, 'meta l4proto tcp jump pair.tcp', other].join('\n'));
    expect(part?.split('\n')).toHaveLength(17);
  });

  test('all of one protocol', () => {
    const [pair, ...parts] = chainsOf(rulesetOf(tcp));
    expect(pair?.split('\n')[1]).toBe('meta l4proto != tcp return');
    expect(parts).toEqual([]);
  });

  test('all of one IP version', () => {
    const six = Array.from({ length: 16 }, (): NftRule => ({ matches: [source(6), limited], statements: [counter] }));
    expect(chainsOf(rulesetOf(six))[0]?.split('\n')[1]).toBe('meta nfproto ipv4 return');
  });

  test('is left as it is where a rule in between holds for anything', () => {
    const rules = [...tcp.slice(0, 8), anything, ...tcp.slice(8)];
    expect(chainsOf(rulesetOf(rules))).toHaveLength(1);
  });

  test('is left as it is where rules leave it for the caller', () => {
    const returns = tcp.map(
      (rule): NftRule => ({ ...rule, statements: [{ kind: 'verdict', verdict: { kind: 'return' } }] }),
    );
    expect(chainsOf(rulesetOf(returns))).toHaveLength(1);
    const called: Chain = { name: 'called', rules: [udp] };
    const goes = tcp.map((rule): NftRule => ({ ...rule, statements: [to('goto', 'called')] }));
    expect(chainsOf(rulesetOf([...goes, anything], called))[0]?.split('\n')).toHaveLength(18);
  });

  test('is left as it is where only packets of its protocol come', () => {
    const ruleset = rulesetOf(
      [{ matches: [{ kind: 'protocol', negated: false, protocols: [6] }], statements: [to('jump', 'called')] }],
      {
        name: 'called',
        rules: tcp,
      },
    );
    expect(splitChains(ruleset).ruleset).toBe(ruleset);
  });

  test('is left as it is where chains are as deep as the kernel allows', () => {
    const chainsOfDepth = (count: number) =>
      Array.from(
        { length: count },
        (_each, number): Chain => ({
          name: `deep${number}`,
          rules:
            number === count - 1 ? [udp, ...tcp] : [{ matches: [], statements: [to('jump', `deep${number + 1}`)] }],
        }),
      );
    const first = { matches: [], statements: [to('jump', 'deep0')] };
    const deep = rulesetOf([first], ...chainsOfDepth(14));
    expect(splitChains(deep).ruleset).toBe(deep);
    const shallower = splitChains(rulesetOf([first], ...chainsOfDepth(13))).ruleset;
    expect(shallower.chains.at(-1)?.name).toBe('deep12.tcp');
  });
});

test('limits of equal rules are not shared', () => {
  const rules = [anything, ...tcp];
  const { ruleset } = splitChains(
    rulesetOf(
      [
        { matches: [], statements: [to('jump', 'a')] },
        { matches: [], statements: [to('jump', 'b')] },
      ],
      { name: 'a', rules },
      { name: 'b', rules },
    ),
  );
  expect(ruleset.chains.map(({ name }) => name)).toEqual(['forward', 'pair', 'a', 'b', 'a.tcp', 'b.tcp']);
});

test('another order is seen', () => {
  const guards = new Set<NftRule>();
  const nothing = { parts: new Map<string, readonly NftRule[]>(), guards };
  expect(meetTheSame([udp, ...tcp], [...tcp, udp], nothing)).toBe(true);
  expect(meetTheSame([anything, ...tcp], [...tcp, anything], nothing)).toBe(false);
  expect(meetTheSame([udp, ...tcp], tcp, nothing)).toBe(false);
  const guard: NftRule = {
    matches: [{ kind: 'protocol', negated: false, protocols: [17] }],
    statements: [to('jump', 'part')],
  };
  guards.add(guard);
  expect(meetTheSame(tcp, [guard], { parts: new Map([['part', tcp]]), guards })).toBe(false);
});

kernelTest('nft takes what is split, and lists what was meant', () => {
  const split = splitChains(
    rulesetOf([udp, ...tcp, udp, ...tcp.map((rule): NftRule => ({ ...rule, matches: [source(6), ...rule.matches] }))]),
  ).ruleset;
  const listing = loadAndList(printRuleset(split));
  expect(canonical(readBack(JSON.parse(listing.json)))).toEqual(canonical(split));
});
