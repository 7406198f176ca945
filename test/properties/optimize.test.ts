/** Every pass of stage 6 keeps what happens to every packet. */

import { describe, expect, test } from 'vitest';
import { optimize, passes } from '../../compiler/6-optimize/optimize.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement } from '../../compiler/ir/packet.ts';
import type { NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';
import { threeNetworks } from '../kernel/lab.ts';
import fc from '../support/fast-check.ts';
import { routesOf } from '../support/probes/routes.ts';
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

  // Not all of them together: the last ones say again what the first would take away.
  if (pass === optimize) return;

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

  const goto = (...names: readonly string[]) => ({ matches: [from(...names)], statements: [verdict('goto', 'a')] });
  const dropping = {
    name: 'a',
    rules: [{ matches: [], statements: [{ kind: 'verdict', verdict: { kind: 'drop' } }] }],
  } as const;

  test('rules that match interfaces alone become one named map', () => {
    const counted = { matches: [from('eth9')], statements: [counter, verdict('goto', 'a')] };
    const { chains, sets } = optimize(
      forwarding([goto('eth0', 'eth1'), goto('ppp'), goto('eth2', 'eth3'), counted], dropping),
    );
    const [map] = sets;
    expect(map?.name).toMatch(/^forward-[0-9a-z]{8}$/);
    expect(map).toMatchObject({
      type: ['ifname'],
      to: 'verdict',
      interval: true,
      elements: ['eth0', 'eth1', 'ppp', 'eth2', 'eth3'].map((name) => ({
        key: [{ name, wildcard: name === 'ppp' }],
        verdict: { kind: 'goto', chain: 'a' },
      })),
    });
    expect(chains[0]?.rules).toEqual([
      { matches: [], statements: [{ kind: 'lookup', map: map?.name, key: [{ field: 'iifname' }] }] },
      counted,
    ]);
  });

  test('few interfaces are matched one by one', () => {
    const few = [goto('eth0'), goto('eth1')];
    expect(optimize(forwarding(few, dropping)).chains[0]?.rules).toEqual(few);
  });

  test('no list of ranges is left in a rule, however many a rule has', () => {
    const range = (first: number, last = first + 8) => ({ first, last });
    const ports = (field: 'sport' | 'dport', count: number, negated = false) => ({
      kind: 'port' as const,
      field,
      protocol: 17,
      negated,
      ranges: Array.from({ length: count }, (_, index) => range(index * 10)),
    });
    const rules = [
      { matches: [ports('dport', 3)], statements: dropping.rules[0].statements },
      { matches: [ports('dport', 3, true)], statements: dropping.rules[0].statements },
      { matches: [ports('sport', 4), ports('dport', 4)], statements: dropping.rules[0].statements },
      { matches: [ports('sport', 40, true)], statements: dropping.rules[0].statements },
      {
        matches: [{ kind: 'length' as const, negated: false, ranges: [range(10), range(20), range(50, 50)] }],
        statements: dropping.rules[0].statements,
      },
    ];
    const { chains, sets } = optimize(forwarding(rules));
    expect(sets.map(({ elements }) => elements.length)).toEqual([3, 4, 40]);
    const kinds = chains.flatMap((chain) =>
      chain.rules.map(({ matches }) => matches.map(({ kind }) => kind).join(' ')),
    );
    expect(kinds).toEqual([
      'protocol set',
      'protocol set',
      'protocol set protocol set',
      'protocol set',
      ...['length', 'length', 'length'],
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
