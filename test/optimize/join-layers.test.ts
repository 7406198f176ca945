/** Rules of the same fields share a map, whichever of their values are ranges, where no packet can tell. */
import { describe, expect, test } from 'vitest';
import { foldRules } from '../../compiler/6-optimize/fold-rules.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import type { Match, NftRule, Ruleset } from '../../compiler/ir/ruleset.ts';

interface Line {
  readonly source: readonly [number, number];
  readonly port: readonly [number, number];
  readonly drop?: boolean;
}

const net = 0x0a000000n;

function matchesOf({ source, port }: Line): readonly Match[] {
  const [first, last] = source.map((number) => net + BigInt(number)) as [bigint, bigint];
  return [
    { kind: 'address', field: 'saddr', negated: false, ranges: [{ version: 4, first, last }] },
    { kind: 'port', field: 'dport', protocol: 17, negated: false, ranges: [{ first: port[0], last: port[1] }] },
  ];
}

function rulesetOf(lines: readonly Line[]): Ruleset {
  const rules = lines.map((line, index): NftRule => {
    const verdict = { kind: line.drop ? 'drop' : 'accept' } as const;
    const statements = [{ kind: 'counter', packets: 0, bytes: 0 } as const, { kind: 'verdict', verdict } as const];
    return { matches: matchesOf(line), statements, comment: `rules:${index + 1}` };
  });
  return { family: 'inet', table: 'ftpwall', sets: [], helpers: [], chains: [{ name: 'pair', rules }] };
}

/** The rules of the chain after folding, each without its content hash. */
function folded(lines: readonly Line[]): readonly string[] {
  const text = printRuleset(foldRules(rulesetOf(lines)));
  const chain = text.slice(text.indexOf('chain pair {'));
  return chain
    .split('\n')
    .slice(1, chain.split('\n').indexOf('\t}'))
    .map((line) => line.trim().replace(/@pair-\w+/, '@pair'));
}

const numbers = Array.from({ length: 20 }, (_each, number) => number);
const hosts = numbers.map((n): Line => ({ source: [n * 512, n * 512], port: [n + 1, n + 1] }));
const ranges = numbers.map((n): Line => ({ source: [n * 512 + 1, n * 512 + 1], port: [n * 20, n * 20 + 9] }));
const networks = numbers.map(
  (n): Line => ({ source: [n * 512 + 256, n * 512 + 511], port: [n + 1, n + 1], drop: true }),
);

describe('rules of the same fields', () => {
  test('share one map', () => {
    expect(folded([...hosts, ...ranges, ...networks])).toEqual(['ip saddr . th dport . meta l4proto vmap @pair']);
  });

  test('are asked in their order where a packet can tell', () => {
    const inside = numbers.map((n): Line => ({ source: [n * 512 + 256, n * 512 + 256], port: [n, n + 2] }));
    const [first, second, ...more] = folded([...networks, ...inside]);
    expect(more).toEqual([]);
    expect([first, second]).toEqual(Array(2).fill('ip saddr . th dport . meta l4proto vmap @pair'));
  });

  test('the field that tells most rules apart comes first', () => {
    const one = ranges.map((line): Line => ({ ...line, source: [7, 7] }));
    expect(folded(one)).toEqual(['th dport . ip saddr . meta l4proto vmap @pair']);
  });

  test('many single values stay a hash, of which one can be changed', () => {
    const many = Array.from({ length: 300 }, (_each, n): Line => ({ source: [n, n], port: [n + 1, n + 1] }));
    const far = ranges.map(({ source, port }): Line => ({ source: [source[0] + 1000, source[1] + 1000], port }));
    const ruleset = foldRules(
      rulesetOf([
        ...many,
        ...far,
        ...far.map((line): Line => ({ ...line, port: [line.port[0] + 10, line.port[1] + 9] })),
      ]),
    );
    expect(ruleset.sets.map(({ interval, elements }) => [interval, elements.length])).toEqual([
      [false, 300],
      [true, 40],
    ]);
  });
});
