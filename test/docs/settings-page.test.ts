/** ftpwall.conf(5) says of each setting that nothing reads that it is without effect, and of no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../compiler/language/settings.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'ftpwall.conf.md'), 'utf8');
const resolving = readdirSync(join(root, 'compiler', '3-resolve'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'compiler', '3-resolve', name), 'utf8'))
  .join('\n');

/** Names of settings that are words of other files as well. */
const wordsToo = ['IPTABLES', 'IP6TABLES', 'NFACCT'];

test('a setting that nothing reads is told to be without effect', () => {
  const wrong = Object.entries(settings)
    .filter(([, { role }]) => role === 'operational' || role === 'later')
    .filter(([name]) => !wordsToo.includes(name))
    .filter(([name]) => {
      const entry = page.split('\n').find((line) => line.startsWith(`- \`${name}\`:`)) ?? '';
      return /without effect/i.test(entry) === new RegExp(`['.]${name}\\b`).test(resolving);
    })
    .map(([name]) => name);
  expect(wrong).toEqual([]);
});
