/** A merged match holds where either of the two does, and nowhere else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { kindOfMatch } from '../../compiler/ir/matches/index.ts';
import type { Match, Ruleset } from '../../compiler/ir/ruleset.ts';
import { routesOf } from '../../runtime/prove/routes.ts';
import { threeNetworks } from '../kernel/lab.ts';
import { matches } from './world-matches.ts';
import { worldPackets } from './world-packets.ts';

const routes = routesOf(threeNetworks);

/** Accepts what one of the rules holds for, on the way through. */
function accepting(...rules: readonly (readonly Match[])[]): Ruleset {
  return {
    family: 'inet',
    table: 'ftpwall',
    sets: [],
    helpers: [],
    chains: [
      {
        name: 'forward',
        base: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
        rules: rules.map((each) => ({ matches: each, statements: [{ kind: 'verdict', verdict: { kind: 'accept' } }] })),
      },
    ],
  };
}

test('merged matches hold where one of them does', () => {
  const single = matches('forward').filter((list) => list.length === 1 && list[0]?.kind !== 'set');
  let merged = 0;
  const property = fc.property(
    fc.array(single, { minLength: 20, maxLength: 40 }),
    worldPackets(12),
    (lists, packets) => {
      for (const [a, b] of pairsOf(lists.flat())) {
        const one = kindOfMatch(a).merge?.(a, b);
        if (!one) continue;
        merged += 1;
        for (const packet of packets) {
          const wanted = evaluate(accepting([a], [b]), packet, routes).verdict;
          expect(evaluate(accepting([one]), packet, routes).verdict, JSON.stringify([a.kind, b.kind])).toBe(wanted);
        }
      }
    },
  );
  fc.assert(property, { numRuns: 100 });
  expect(merged).toBeGreaterThan(50);
});

/** Every two of the same kind. */
function pairsOf(list: readonly Match[]): readonly (readonly [Match, Match])[] {
  return list.flatMap((a, index) =>
    list.slice(index + 1).flatMap((b): [Match, Match][] => (a.kind === b.kind ? [[a, b]] : [])),
  );
}
