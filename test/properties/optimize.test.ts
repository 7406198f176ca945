/** Every pass of stage 6 keeps what happens to every packet. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimize, passes } from '../../compiler/6-optimize/optimize.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement } from '../../compiler/ir/packet.ts';
import type { NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';
import { threeNetworks } from '../kernel/lab.ts';
import { routesOf } from '../kernel/packet-lab.ts';
import { worldPackets } from './world-packets.ts';
import { worldRulesets } from './world-ruleset.ts';

const routes = routesOf(threeNetworks);

/** What must stay: everything but the numbers of rules. */
function outcome({ verdict, reject, leaves, helper, connectionMark, logged }: Judgement) {
  return { verdict, reject, leaves, helper, connectionMark, logged };
}

/** Rules without counters, as those that we make ourselves, so that passes find something to do. */
const bareRulesets = fc
  .tuple(worldRulesets, fc.boolean())
  .map(([ruleset, bare]) =>
    bare
      ? { ...ruleset, chains: ruleset.chains.map((chain) => ({ ...chain, rules: chain.rules.map(withoutCounter) })) }
      : ruleset,
  );

function withoutCounter(rule: NftRule): NftRule {
  return { ...rule, statements: rule.statements.filter(({ kind }) => kind !== 'counter') };
}

describe.each(Object.entries({ ...passes, optimize }))('%s', (_name, pass) => {
  test('keeps what happens to every packet', () => {
    const property = fc.property(bareRulesets, worldPackets(20), (ruleset, packets) => {
      const passed = pass(ruleset);
      for (const packet of packets) {
        expect(outcome(evaluate(passed, packet, routes))).toEqual(outcome(evaluate(ruleset, packet, routes)));
      }
    });
    fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 150) });
  });

  test('finds nothing more to do in its own result', () => {
    fc.assert(
      fc.property(bareRulesets, (ruleset) => {
        const once = pass(ruleset);
        expect(pass(once)).toEqual(once);
      }),
      { numRuns: 100 },
    );
  });
});

const verdict = (kind: 'jump' | 'goto', chain: string): NftRule['statements'][number] => ({
  kind: 'verdict',
  verdict: { kind, chain },
});
const from = (...names: readonly string[]): NftRule['matches'][number] => ({
  kind: 'interface',
  field: 'iifname',
  negated: false,
  interfaces: names.map((name) => ({ name, wildcard: name === 'ppp' })),
});
const counter = { kind: 'counter', packets: 0, bytes: 0 } as const;

function forwarding(rules: readonly NftRule[], ...chains: Ruleset['chains']): Ruleset {
  const base = { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' } as const;
  return {
    family: 'inet',
    table: 'ftpwall',
    sets: [],
    helpers: [],
    chains: [{ name: 'forward', base, rules }, ...chains],
  };
}

describe('what the passes find', () => {
  const some = { matches: [], statements: [counter] };

  test('rules that ask for interfaces alone become one map, up to a rule of another kind', () => {
    const rules = [
      { matches: [from('eth0', 'eth1')], statements: [verdict('jump', 'a')] },
      { matches: [from('ppp')], statements: [verdict('goto', 'b')] },
      { matches: [from('eth2')], statements: [counter, verdict('goto', 'b')] },
      { matches: [from('ppp')], statements: [verdict('goto', 'b')] },
    ];
    const { chains } = optimize(forwarding(rules, { name: 'a', rules: [some] }, { name: 'b', rules: [some] }));
    const keys = (name: string) => [{ name, wildcard: name === 'ppp' }];
    expect(chains[0]?.rules).toEqual([
      {
        matches: [],
        statements: [
          {
            kind: 'dispatch',
            fields: ['iifname'],
            entries: [
              { keys: keys('eth0'), verdict: { kind: 'jump', chain: 'a' } },
              { keys: keys('eth1'), verdict: { kind: 'jump', chain: 'a' } },
              { keys: keys('ppp'), verdict: { kind: 'goto', chain: 'b' } },
            ],
          },
        ],
      },
      rules[2],
      rules[3],
    ]);
  });

  test('interfaces that overlap are asked one after the other', () => {
    const rules = ['ppp', 'ppp0'].map((name) => ({ matches: [from(name)], statements: [verdict('jump', 'a')] }));
    const ruleset = forwarding(rules, { name: 'a', rules: [some] });
    expect(optimize(ruleset)).toEqual(ruleset);
  });

  test('a chain that leads nowhere goes, with what leads to it; a note stays', () => {
    const jump = { matches: [from('eth0')], statements: [verdict('jump', 'a')] };
    const counted = { matches: [from('eth0')], statements: [counter, verdict('goto', 'b')] };
    const note = { name: 'about', comment: 'a note', rules: [] };
    const ruleset = forwarding(
      [jump, counted],
      { name: 'a', rules: [{ matches: [], statements: [verdict('jump', 'b')] }] },
      { name: 'b', rules: [] },
      note,
    );
    expect(optimize(ruleset)).toEqual(
      forwarding(
        [{ matches: [from('eth0')], statements: [counter, { kind: 'verdict', verdict: { kind: 'return' } }] }],
        note,
      ),
    );
  });
});
