/** Help in 80 columns, with every verb in one group. */
import { expect, test } from 'vitest';
import { helpOn } from '../../runtime/command-line.ts';
import { groups } from '../../runtime/commands/groups.ts';
import { verbs } from '../../runtime/commands/index.ts';

test('every verb stands in one group', () => {
  const listed = groups.flatMap(([, names]) => names);
  expect([...listed].sort()).toEqual(verbs.map(({ name }) => name).sort());
});

test.each([undefined, ...verbs.map(({ name }) => name)])('the help of %s has lines of at most 80 columns', (name) => {
  const help = helpOn(name) ?? '';
  expect(help).toContain('Usage: ftpwall');
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
