/** What the README shows of the program is what the program prints; `UPDATE=1` writes it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFiles, samples, update } from '../support/readme.ts';

const program = join(import.meta.dirname, '..', '..', 'dist', 'ftpwall.js');
const folder = mkdtempSync(join(tmpdir(), 'ftpwall-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
}

/** Runs in the folder of the example; the exit status is one of those that the sample is about. */
function said(words: readonly string[], status: number): string {
  const ended = spawnSync(process.execPath, [program, ...words], {
    cwd: join(folder, 'example'),
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  expect(ended.status, ended.stderr).toBe(status);
  return `${ended.stdout}${ended.stderr}`;
}

beforeAll(() => {
  const files = exampleFiles();
  const rules = files.rules ?? '';
  write('example', files);
  write('example/mistaken', { ...files, rules: rules.replace('dmz:', 'dmx:') });
  write('example/next', { ...files, rules: `${rules}SSH(ACCEPT)  net  dmz\n` });
});

const shown = {
  mistake: () => said(['check', 'mistaken'], 1),
  why: () => said(['why', '--config', '.', 'net', 'fw:203.0.113.2', 'tcp', '21'], 0),
  diff: () => said(['diff', '.', 'next'], 4),
};

test.each(Object.entries(shown))('%s', (name, run) => {
  const text = run().replaceAll('mistaken/', '');
  expect(text.length).toBeGreaterThan(50);
  update({ [name]: text });
  expect(samples().get(name)).toBe(text);
});

test('there is no other sample', () => expect([...samples().keys()].sort()).toEqual(Object.keys(shown).sort()));
