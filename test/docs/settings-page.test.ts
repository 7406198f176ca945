/** A setting that is not `idle` is read by stage 3, and ftpwall.conf(5) says of the others that they are without effect. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SettingDescription, settings } from '../../compiler/language/settings.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'ftpwall.conf.md'), 'utf8');
const resolving = readdirSync(join(root, 'compiler', '3-resolve'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'compiler', '3-resolve', name), 'utf8'))
  .join('\n');

const rows: readonly (readonly [string, SettingDescription])[] = Object.entries(settings);

/** What the stages before read, by their own names. */
const readBefore = ['ACCOUNTING', 'IGNOREUNKNOWNVARIABLES', 'FTPS_PORTS', 'LOG_LEVEL'];

test('a setting that has an effect is read', () => {
  const unread = rows
    .filter(([, { idle, gives }]) => !idle && gives === undefined)
    .map(([name]) => name)
    .filter((name) => !readBefore.includes(name) && !new RegExp(`['.]${name}\\b`).test(resolving));
  expect(unread).toEqual([]);
});

test('a setting that nothing reads is told to be without effect, and no other', () => {
  const wrong = rows.filter(([name, { idle }]) => {
    const entry = page.split('\n').find((line) => line.startsWith(`- \`${name}\`:`)) ?? '';
    return /without effect/i.test(entry) !== (idle === true);
  });
  expect(wrong.map(([name]) => name)).toEqual([]);
});
