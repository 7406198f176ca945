/** Each page of `ftpwall explain` is run. `UPDATE=1 npx vitest run test/diagnostics/explain.test.ts` writes what is said now into the pages. */
import { describe, expect, test } from 'vitest';
import { catalogue, entryCount } from '../../compiler/diagnostics/catalogue/index.ts';
import { explainPages, saidOf, updatePage } from '../support/explain-pages.ts';

if (process.env.UPDATE) for (const page of explainPages()) updatePage(page);
const pages = explainPages();

test('no two messages share a code', () => {
  expect(catalogue.size).toBe(entryCount);
});

test('every code has a page, every page a code', () => {
  expect(pages.map((page) => page.code)).toEqual([...catalogue.keys()].sort());
});

describe.each(pages)('$code', ({ code, text, examples }) => {
  const wrong = examples.filter((example) => example.said !== '');

  test('says when, why, what is wrong and what is right', () => {
    expect(text.startsWith(`# ${code}\n`)).toBe(true);
    expect(text).toContain('\n## Why\n');
    expect(text).toMatch(/packet|connection/i);
    expect(wrong.some(({ said }) => said.includes(`[${code}]`))).toBe(true);
    expect(examples.at(-1)?.said).toBe('');
  });

  test.each(examples)('the example at line $line', (example) => {
    expect(saidOf(example, code)).toBe(example.said);
  });
});
