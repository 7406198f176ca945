/** What the verbs of answers print with --json is what ftpwall-json(5) says. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';

const root = join(import.meta.dirname, '..', '..');
const sample = join(root, 'etc-samples', 'three-interfaces');
const folder = mkdtempSync(join(tmpdir(), 'ftpwall-answers-'));
const changed = join(folder, 'changed');
cpSync(sample, changed, { recursive: true });
writeFileSync(
  join(changed, 'rules'),
  `${readFileSync(join(sample, 'rules'), 'utf8')}ACCEPT:info net dmz:10.0.2.0/28 tcp 80 - - 3/min\n`,
);
const listing = join(folder, 'listing');
writeFileSync(listing, '*filter\n:INPUT DROP [0:0]\n-A INPUT -m flavour -s 192.0.2.1 -j ACCEPT\nCOMMIT\n');
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['why', 0, ['net', 'dmz', 'tcp', '--config', changed]],
  ['why', 0, ['net', 'fw:192.0.2.1', 'tcp', '21', '--config', sample]],
  ['diff', 4, [sample, changed, '--intent', 'ACCEPT net dmz:10.0.2.0/28 tcp 80']],
  ['diff', 0, [sample, sample]],
  ['verify', 4, [sample, '--against', listing]],
  ['matrix', 0, [sample]],
])('%s ends with %i', (verb, status, words) => {
  const ended = spawnSync(process.execPath, [join(root, 'dist', 'ftpwall.js'), verb, ...words, '--json'], {
    encoding: 'utf8',
  });
  expect([ended.status, ended.stderr]).toEqual([status, '']);
  const found = outputSchemas.find(({ verbs }) => verbs.includes(verb));
  const validate = new Ajv2020({ allErrors: true }).compile(found?.schema ?? false);
  validate(JSON.parse(ended.stdout));
  expect(validate.errors ?? []).toEqual([]);
});
