/** The README: its example compiles, and it points to what exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { prosePages } from '../../man/prose/pages.ts';
import { verbs } from '../../runtime/commands/index.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { exampleFiles, readme as readReadme } from '../support/readme.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = readReadme();

test('its example is a router that forwards, and has a way out itself', () => {
  const { report, artifact, model } = compile(memoryEnvironment(exampleFiles()), { version: '0' });
  expect(render(report.diagnostics)).toBe('');
  expect(artifact?.ruleset).toContain('dnat ip to 10.0.2.10');
  expect(model?.forwarding[4]).toBe('on');
  expect(model?.policies.find(({ source, dest }) => source === 'fw' && dest === 'net')?.verdict.kind).toBe('accept');
});

test('what it asserts holds for the example, and an assertion that does not would be an error', () => {
  const [, assertions = ''] = /The file `assertions`.*?```\n(.*?)```\n/s.exec(readme) ?? [];
  const errors = (text: string) =>
    compile(memoryEnvironment({ ...exampleFiles(), assertions: text }), { version: '0' }).report.diagnostics.length;
  expect(assertions).toContain('DENY');
  expect(errors(assertions)).toBe(0);
  expect(errors(assertions.replace('DENY', 'ACCEPT'))).toBeGreaterThan(0);
});

test('it points to files that are there', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(5);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('it names each chapter of the manual, scripts of npm and verbs that exist', () => {
  const chapters = prosePages.filter(({ section }) => section === 7).map(({ name }) => `${name}(7)`);
  expect(chapters.filter((name) => !readme.includes(name))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const run = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(run.filter((name) => !(name in scripts))).toEqual([]);
  const called = [...readme.matchAll(/(?:^ {4}|`)ftpwall ([a-z-]+)/gm)].map(([, name = '']) => name);
  expect(called.length).toBeGreaterThan(4);
  expect(called.filter((name) => !verbs.some((verb) => verb.name === name))).toEqual([]);
});
