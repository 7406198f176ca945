/** Folded rules do to every packet what they did before, count it at the same line, and nft takes them. */

import { describe, expect, test } from 'vitest';
import type { FoldLimits } from '../../compiler/6-optimize/fold/limits.ts';
import { foldChains, foldRules } from '../../compiler/6-optimize/fold-rules.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { changedChains } from '../../compiler/analyze/equal.ts';
import { canonical } from '../../compiler/ir/canonical/index.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { readBack } from '../../compiler/ir/read-back/index.ts';
import type { Chain, Match, NftRule, Ruleset, Statement } from '../../compiler/ir/ruleset.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { Version } from '../../compiler/net/version.ts';
import { kernelTest } from '../kernel/available.ts';
import fc from '../support/fast-check.ts';
import { loadAndList } from '../support/load-and-list.ts';
import { networkOf } from '../support/packets.ts';

const network = networkOf([], () => 'eth1');

const base: Record<Version, bigint> = { 4: 0x0a000000n, 6: 0x20010db8n << 96n };

/** Few addresses, so that rules often speak of the same. */
function range(version: Version): fc.Arbitrary<AddressRange> {
  return fc.tuple(fc.integer({ min: 0, max: 15 }), fc.constantFrom(0, 0, 0, 0, 1, 2)).map(([host, bits]) => {
    const first = base[version] + BigInt((host >> bits) << bits);
    return { version, first, last: first + BigInt((1 << bits) - 1) };
  });
}

const port = fc
  .tuple(fc.integer({ min: 20, max: 30 }), fc.constantFrom(0, 0, 0, 3))
  .map(([first, more]) => ({ first, last: first + more }));

function address(version: Version, field: 'saddr' | 'daddr'): fc.Arbitrary<Match> {
  return fc
    .tuple(fc.array(range(version), { minLength: 1, maxLength: 2 }), fc.constantFrom(false, false, false, false, true))
    .map(([ranges, negated]) => ({ kind: 'address', field, negated, ranges }));
}

function matchesOf(version: Version): fc.Arbitrary<readonly Match[]> {
  const ports = fc
    .tuple(fc.constantFrom(6, 17), fc.array(port, { minLength: 1, maxLength: 2 }))
    .map(([protocol, ranges]): Match => ({ kind: 'port', field: 'dport', protocol, negated: false, ranges }));
  // As DNAT rules ask for it: behind the protocol, which nft wants to read first.
  const original = fc
    .array(port, { minLength: 1, maxLength: 2 })
    .map((ranges): Match => ({ kind: 'originalPort', negated: false, ranges }));
  const marked: Match = { kind: 'state', negated: false, states: ['new'] };
  const limited: Match = { kind: 'limit', rate: { count: 9, per: 'second', burst: 5 }, over: false };
  return fc
    .tuple(
      fc.option(address(version, 'saddr')),
      fc.option(address(version, 'daddr')),
      fc.option(ports, { freq: 5 }),
      fc.option(original, { freq: 1 }),
      fc.constantFrom(undefined, undefined, undefined, undefined, marked),
      fc.constantFrom(undefined, undefined, undefined, undefined, undefined, limited),
    )
    .map(([from, to, service, client, state, limit]) =>
      [from, to, service, service && client, state, limit].filter((match) => match !== null && match !== undefined),
    );
}

const counter: Statement = { kind: 'counter', packets: 0, bytes: 0 };
const log: Statement = { kind: 'log', prefix: 'seen ', target: { kind: 'syslog', level: 'info', flags: [] } };
const accept: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };
const ends: readonly (readonly Statement[])[] = [
  [counter, accept],
  [counter, accept],
  [counter, accept],
  [counter, { kind: 'verdict', verdict: { kind: 'drop' } }],
  [accept],
  [counter, log, { kind: 'verdict', verdict: { kind: 'drop' } }],
  [counter, { kind: 'reject', with: { kind: 'icmpx', type: 'port-unreachable' } }],
  [counter, { kind: 'verdict', verdict: { kind: 'goto', chain: 'called' } }],
  [counter, { kind: 'verdict', verdict: { kind: 'jump', chain: 'called' } }],
  [counter, log],
];

const rules = fc.array(
  fc.constantFrom<Version[]>(4, 4, 6).chain((version) => fc.tuple(matchesOf(version), fc.constantFrom(...ends))),
  { minLength: 10, maxLength: 60 },
);

const called: Chain = {
  name: 'called',
  rules: [
    {
      matches: [{ kind: 'port', field: 'dport', protocol: 6, negated: false, ranges: [{ first: 22, last: 25 }] }],
      statements: [{ kind: 'verdict', verdict: { kind: 'accept' } }],
    },
  ],
};

const rulesets = rules.map(
  (list): Ruleset => ({
    family: 'inet',
    table: 'ftpwall',
    sets: [],
    helpers: [],
    chains: [
      {
        name: 'forward',
        base: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
        rules: [{ matches: [], statements: [{ kind: 'verdict', verdict: { kind: 'jump', chain: 'pair' } }] }],
      },
      {
        name: 'pair',
        rules: list.map(
          ([matches, statements], index): NftRule => ({ matches, statements, comment: `rules:${index}` }),
        ),
      },
      called,
    ],
  }),
);

const packets: fc.Arbitrary<readonly Packet[]> = fc.array(
  fc
    .record({
      version: fc.constantFrom<Version[]>(4, 4, 6),
      from: fc.integer({ min: 0, max: 16 }),
      to: fc.integer({ min: 0, max: 16 }),
      protocol: fc.constantFrom(6, 6, 17, 1),
      dport: fc.integer({ min: 19, max: 34 }),
    })
    .map(
      ({ version, from, to, protocol, dport }): Packet => ({
        version,
        iif: 'eth0',
        saddr: base[version] + BigInt(from),
        daddr: base[version] + BigInt(to),
        protocol: protocol === 1 && version === 6 ? 58 : protocol,
        ...(protocol === 1 ? { icmp: { type: 8, code: 0 } } : { sport: 4000, dport }),
        connection: { state: 'new' },
      }),
    ),
  { minLength: 60, maxLength: 60 },
);

/** Also what is not worth it: maps of two rules; with `dear` below every cost each chain is cut that can be. */
const eager = (dear: number): FoldLimits => ({
  fewRules: 2,
  dear,
  mapIsDearer: () => false,
  joinIsDearer: () => false,
});

describe.each([
  ['layers', eager(1e9)],
  ['cuts', eager(0)],
])('folding by %s', (_name, limits) => {
  test('keeps what happens to every packet', () => {
    let lookups = 0;
    const property = fc.property(rulesets, packets, (ruleset, some) => {
      const { ruleset: folded, shown } = foldChains(ruleset, new Set(), limits);
      lookups += folded.sets.length;
      if (!shown.has('pair')) expect(changedChains(ruleset, folded, ['pair'])).toEqual([]);
      for (const packet of some) {
        for (const below of [true, false]) {
          const [before, after] = [ruleset, folded].map((each) =>
            evaluate(each, packet, network, { remembers: () => below }),
          );
          expect([after?.verdict, after?.reject, after?.logged]).toEqual([
            before?.verdict,
            before?.reject,
            before?.logged,
          ]);
        }
      }
    });
    fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 200) });
    expect(lookups).toBeGreaterThan(100);
  });
});

kernelTest('nft takes what is folded, and lists what was meant', () => {
  const property = fc.property(rulesets, fc.constantFrom(1e9, 0), (ruleset, dear) => {
    const folded = foldRules(ruleset, eager(dear));
    const listing = loadAndList(printRuleset(folded));
    expect(canonical(readBack(JSON.parse(listing.json)))).toEqual(canonical(folded));
  });
  fc.assert(property, { numRuns: 25 });
});
