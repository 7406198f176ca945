/** `show accounting` tells every line of accounting, also those that became elements of a map or rules of another chain. */
import { expect, test } from 'vitest';
import { optimize } from '../../compiler/6-optimize/optimize.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { accountingIn } from '../../runtime/show/accounting.ts';
import { loadAndList } from '../support/load-and-list.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { kernelTest } from './available.ts';

const numbers = Array.from({ length: 20 }, (_each, number) => number + 1);

function compiled(accounting: readonly string[]): string {
  const files = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    accounting: `${accounting.join('\n')}\n`,
  };
  const { lowered, report } = compile(memoryEnvironment(files), { version: '0', lint: false });
  if (!lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
  return printRuleset(optimize(lowered));
}

kernelTest('lines in maps, in chains that were split, and in a chain of their own', () => {
  const text = compiled([
    ...numbers.map((number) => `COUNT - eth0 eth1:10.0.0.${number} tcp ${number}`),
    'web - eth0 - tcp 80',
    ...numbers.map((number) => `COUNT web eth0:10.1.0.${number} - tcp ${number}:${number + number}`),
    ...numbers.map((number) => `COUNT web - eth1 udp - ${number}`),
  ]);
  expect(text).toContain('vmap @accounting-chain-');
  const sections = new Map(accountingIn(loadAndList(text).json));
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_each, at) => `accounting:${from + at}: 0 packets, 0 bytes`);
  expect([...sections.keys()]).toEqual(['chain accounting', 'chain web']);
  expect(sections.get('chain accounting')?.trim().split('\n')).toEqual(lines(1, 21));
  expect(new Set(sections.get('chain web')?.trim().split('\n'))).toEqual(new Set(lines(22, 40)));
});

test('a machine without a firewall has none', () => {
  expect(accountingIn('{"nftables":[{"metainfo":{}}]}')).toEqual([]);
});
