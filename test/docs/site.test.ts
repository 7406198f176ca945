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

/** In the page: nothing is wider than the screen, and buttons and examples do not overlap. */
const fits = `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('.example')].every(
  (example) => {
    const button = example.querySelector('.copy')?.getBoundingClientRect();
    const text = example.querySelector('pre').getBoundingClientRect();
    return button !== undefined && button.bottom <= text.top + 1 && button.height >= 24;
  },
)`;

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
describe.skipIf(program === undefined && process.env.CI !== 'true')('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  const looked = ['index', 'ftpwall-rules', 'unknown-zone', 'ftpwall-faq', 'faq-hairpin', 'ftpwall-ftp-setups'].map(
    (name) => `${name}.html`,
  );
  const url = (name: string) => pathToFileURL(join(folder, name)).href;

  test.each([
    ['light', { viewport: { width: 1200, height: 900 }, colorScheme: 'light' }],
    ['dark', { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' }],
    ['a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ] as const)('%s: axe finds nothing, and nothing is wider than the screen', async (_name, options) => {
    const page = await browser.newPage(options);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    for (const name of looked) {
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

  test('on the narrowest phones no page is wider than the screen, and no button lies over a text', async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const wide: string[] = [];
    const look = async (names: readonly string[]) => {
      const page = await context.newPage();
      for (const name of names) {
        await page.goto(url(name));
        if (!(await page.evaluate(fits))) wide.push(name);
      }
    };
    // Pages of messages are of one kind: every tenth.
    const names = pages
      .map(([name]) => name)
      .filter((name, index) => /^(?:ftpwall|faq)/.test(name) || index % 10 === 0);
    await Promise.all([0, 1, 2, 3].map((part) => look(names.filter((_, index) => index % 4 === part))));
    expect(wide).toEqual([]);
    await context.close();
  });

  test('a question is found by words of its answer, and its page leads to all questions', async () => {
    const page = await browser.newPage();
    await page.goto(url('index.html'));
    await page.fill('#search', 'hairpin routeback');
    await page.locator('#results a', { hasText: 'not from my own network' }).click();
    expect(page.url()).toContain('faq-hairpin.html');
    await page.locator('main a', { hasText: 'ftpwall-faq' }).click();
    expect(await page.locator('main li').count()).toBeGreaterThan(80);
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
