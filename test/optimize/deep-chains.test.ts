/** What loads unfolded loads folded: no pass leads packets through more chains than the kernel allows. */
import { describe, expect, test } from 'vitest';
import { foldRules } from '../../compiler/6-optimize/fold-rules.ts';
import { optimizeAndProve } from '../../compiler/6-optimize/optimize.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { mostChains } from '../../compiler/ir/depth.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { kernelTest } from '../kernel/available.ts';
import { loadAndList } from '../support/load-and-list.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** `input`, `net-fw` and the actions are as many chains as may be. */
const mostActions = mostChains - 2;

/** Rules that make a map whose elements jump to chains with limits; or that none can hold, of one protocol and others. */
const worth: Readonly<Record<'a map' | 'a cut' | 'a split', readonly string[]>> = {
  'a map': lines((n) => `ACCEPT 198.51.100.${n} - tcp ${2000 + n} - - 5/sec:5`),
  'a cut': lines((n) => `${n % 2 ? 'ACCEPT' : 'DROP'} 198.51.${n}.0/${20 + (n % 5)} - tcp ${2000 + n}:${4000 + 3 * n}`),
  'a split': [...lines(() => 'ACCEPT - - tcp 22 - - 5/sec:5'), 'ACCEPT - - udp 53 - - 5/sec:5'],
};

function lines(line: (number: number) => string): readonly string[] {
  return Array.from({ length: 40 }, (_each, index) => line(index + 1));
}

/** So many actions that call each other; those of `own` have the rules as well. */
function nested(count: number, rules: readonly string[], own: 'each' | 'the last'): Ruleset {
  const names = Array.from({ length: count }, (_each, index) => `Deep${index + 1}`);
  const actions = names.map((name, index) => {
    const next = names[index + 1];
    const calls = next ? [next] : [];
    return [`action.${name}`, `${[...calls, ...(own === 'each' || !next ? rules : [])].join('\n')}\n`] as const;
  });
  const files = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    actions: `${names.join('\n')}\n`,
    rules: '?SECTION NEW\nDeep1 net $FW\n',
    ...Object.fromEntries(actions),
  };
  const { lowered, report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  if (!lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
  return lowered;
}

function loads(ruleset: Ruleset): boolean {
  try {
    loadAndList(printRuleset(ruleset));
    return true;
  } catch (error) {
    if (!String(error).includes('Too many links')) throw error;
    return false;
  }
}

describe('the rules of actions that are nested as deep as loads', () => {
  for (const [shape, rules] of Object.entries(worth)) {
    for (const own of ['the last', 'each'] as const) {
      test(`are left as they are where ${shape} needs a chain, in ${own}`, () => {
        const { ruleset, unproved } = optimizeAndProve(nested(mostActions, rules, own), true);
        expect(unproved).toEqual([]);
        const last = `action-Deep${mostActions}`;
        expect(ruleset.chains.filter(({ name }) => name.startsWith(`${last}.`))).toEqual([]);
        // One action less leaves room for the chain.
        const shallow = optimizeAndProve(nested(mostActions - 1, rules, own), true).ruleset;
        const before = `action-Deep${mostActions - 1}`;
        expect(shallow.chains.some(({ name }) => name.startsWith(`${before}.`))).toBe(true);
      });
    }
  }
});

test('a line that leads deeper is refused, and an action without rules is not entered', () => {
  expect(() => nested(mostActions + 1, ['ACCEPT - - tcp 22'], 'the last')).toThrow('more than 16 chains');
  expect(() => nested(mostActions + 1, [], 'the last')).not.toThrow();
});

kernelTest(
  'the kernel takes them folded as well as unfolded',
  () => {
    for (const [shape, rules] of Object.entries(worth)) {
      const deepest = nested(mostActions, rules, 'each');
      expect(loads(optimizeAndProve(deepest, false).ruleset)).toBe(true);
      expect(loads(optimizeAndProve(deepest, true).ruleset)).toBe(true);
      // Folding by itself, without a look at the depth, makes what does not load.
      expect(loads(foldRules(deepest))).toBe(shape === 'a split');
    }
  },
  { timeout: 120_000 },
);
