/** The manual as a site: every page is there, every link alive, and Chromium shows it, light and dark, on a phone and at a desk. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSite } from '../../man/site/make.ts';

const files = makeSite(process.cwd(), '0.0.0');
const pages = Object.entries(files).filter(([name]) => name.endsWith('.html'));
const folder = mkdtempSync(join(tmpdir(), 'ftpwall-site-'));
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
afterAll(() => rmSync(folder, { recursive: true }));

const ids = new Map(pages.map(([name, text]) => [name, [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)]));

test('every page of the manual is there, and what the search leads to', () => {
  expect(pages.length).toBeGreaterThan(150);
  const index = JSON.parse((files['search-index.js'] ?? '').replace(/^.*? = |;\n$/g, '')) as [string, string, string][];
  expect(index.find(([title]) => title === 'message: unknown-zone')?.[1]).toBe('unknown-zone.html');
  for (const [, link] of index) {
    const [page = '', anchor] = link.split('#');
    expect(ids.has(page), link).toBe(true);
    if (anchor !== undefined) expect(ids.get(page), link).toContain(anchor);
  }
});

test('links are alive, names are told once, nothing is fetched', () => {
  for (const [name, text] of pages) expectWhole(name, text);
});

function expectWhole(name: string, text: string): void {
  for (const [, link = ''] of text.matchAll(/ href="([^"]+)"/g)) {
    const [page = '', anchor] = link.split('#');
    expect(Object.hasOwn(files, page === '' ? name : page), link).toBe(true);
    if (anchor !== undefined) expect(ids.get(page === '' ? name : page), link).toContain(anchor);
  }
  expect(new Set(ids.get(name)).size, name).toBe(ids.get(name)?.length);
  expect(text).not.toMatch(/ src="(?!search-index\.js"|site\.js")/);
}

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
describe.skipIf(program === undefined && process.env.CI !== 'true')('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  const url = (name: string) => pathToFileURL(join(folder, name)).href;

  test.each([
    ['light', { viewport: { width: 1200, height: 900 }, colorScheme: 'light' }],
    ['dark', { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ] as const)('%s: axe finds nothing, and nothing is wider than the screen', async (_name, options) => {
    const page = await browser.newPage(options);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    for (const name of ['index.html', 'ftpwall-rules.html', 'unknown-zone.html']) {
      await page.goto(url(name));
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name).toBe(true);
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const found = (await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
      )) as string[];
      expect(found, name).toEqual([]);
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  test('the search finds a message, and a button copies an example', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url('index.html'));
    await page.keyboard.press('/');
    await page.keyboard.type('unknown-zone');
    await page.locator('#results a').first().click();
    expect(page.url()).toContain('unknown-zone.html');
    expect(await page.textContent('main')).toContain('error[unknown-zone]: unknown zone `dmx`');
    await page.addInitScript('navigator.clipboard.writeText = async (text) => { window.copied = text; };');
    await page.goto(url('ftpwall-docker.html'));
    await page.evaluate('navigator.clipboard.writeText = async (text) => { window.copied = text; }');
    const example = await page.locator('.example pre').first().textContent();
    await page.locator('.copy').first().click();
    expect(await page.evaluate('window.copied')).toBe(`${example}\n`);
    await context.close();
  });
});
