/** The manual: nothing of the tables is missing, its examples compile, and mandoc has nothing to say of its pages. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import { compiledFiles } from '../../compiler/language/files/index.ts';
import { laterFiles } from '../../compiler/language/files/later.ts';
import { macro } from '../../compiler/language/files/rules.ts';
import { zoneTypes } from '../../compiler/language/names.ts';
import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { settings } from '../../compiler/language/settings.ts';
import { targets } from '../../compiler/language/targets.ts';
import type { Block, Page } from '../../man/document.ts';
import { pageName } from '../../man/file-pages.ts';
import { printManPage } from '../../man/man-page.ts';
import { printMarkdown } from '../../man/markdown.ts';
import { pages } from '../../man/pages.ts';
import { verbs } from '../../runtime/commands/index.ts';
import { optionTable, status } from '../../runtime/verb.ts';
import { explainFolder } from '../support/explain-pages.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const libraryFolder = join(import.meta.dirname, '..', '..', 'compiler', 'library');
const library = textsOf(libraryFolder);
const manual = pages({ library, explain: textsOf(explainFolder) });

function textsOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name.replace(/\.md$/, ''), readFileSync(join(folder, name), 'utf8')]),
  );
}

function pageOf(name: string): Page {
  const page = manual.find((each) => each.name === name);
  if (page === undefined) throw new Error(`the manual has no page ${name}`);
  return page;
}

/** What the lists of a page explain, without the signs of an option's value. */
function explained(name: string): readonly string[] {
  return pageOf(name)
    .sections.flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'terms' ? block.terms : []))
    .filter(({ text }) => text.trim().length > 3)
    .map(({ term }) => term.replace(/=$/, ''));
}

const tables: readonly FileTable[] = [...Object.values(compiledFiles), macro];

describe('the manual explains', () => {
  test('every verb, with its options and arguments', () => {
    const commands = pageOf('ftpwall').sections.find(({ title }) => title === 'Commands')?.blocks ?? [];
    const said = commands.flatMap((block) => (block.kind === 'terms' ? block.terms : []));
    for (const verb of verbs) {
      const { term = '', text = '' } = said.find((each) => each.term.split(' ')[0] === verb.name) ?? {};
      expect(text, verb.name).toContain(verb.description);
      for (const argument of verb.arguments) {
        expect(term).toContain(argument.name);
        expect(text).toContain(argument.doc);
      }
      for (const option of verb.options) expect(text).toContain(`\`--${optionTable[option].long}\``);
    }
  });

  test('every option', () => {
    const terms = explained('ftpwall').map((term) => term.split(/[ ,]/)[0]);
    expect(Object.values(optionTable).filter(({ long }) => !terms.includes(`--${long}`))).toEqual([]);
  });

  test('every exit status', () => {
    expect(Object.values(status).filter((each) => !explained('ftpwall').includes(String(each)))).toEqual([]);
  });

  test('every file', () => {
    const terms = explained('ftpwall');
    const names = [
      ...Object.keys(compiledFiles),
      ...laterFiles.map(({ name }) => name),
      'params',
      'ftpwall.conf',
      'ipsets',
    ];
    expect(names.filter((name) => !terms.includes(name))).toEqual([]);
  });

  test.each(tables.map((table) => [table.name, table] as const))('every column of %s', (name, table) => {
    const terms = explained(pageName(name));
    expect(Object.keys(table.columns).filter((column) => !terms.includes(column.toUpperCase()))).toEqual([]);
  });

  test.each([
    ['setting', 'ftpwall.conf', Object.keys(settings)],
    ['interface option', 'ftpwall-interfaces', Object.keys(interfaceOptions)],
    ['host option', 'ftpwall-hosts', Object.keys(hostOptions)],
    ['option of zones', 'ftpwall-zones', Object.keys(zoneOptions)],
    ['type of zone', 'ftpwall-zones', Object.keys(zoneTypes)],
    ['target of rules', 'ftpwall-rules', Object.keys(targets)],
    ['macro and action', 'ftpwall-macros', Object.keys(library).map((name) => name.replace(/^(macro|action)\./, ''))],
    ['diagnostic code', 'ftpwall-diagnostics', [...catalogue.keys()]],
  ])('every %s', (_, page, names) => {
    const terms = explained(page);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !terms.includes(name))).toEqual([]);
  });

  test('only verbs and options that exist', () => {
    const calls = manual.flatMap(callsOf);
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.filter(({ verb }) => !verbs.some(({ name }) => name === verb))).toEqual([]);
    const wrong = calls.flatMap(({ page, verb, words }) => {
      const known =
        verbs.find(({ name }) => name === verb)?.options.map((option): string => optionTable[option].long) ?? [];
      const given = [...words.matchAll(/(?<=\s)--([a-z-]+)/g)].map(([, option = '']) => option);
      return given.filter((option) => !known.includes(option)).map((option) => `${page}: ${verb} --${option}`);
    });
    expect(wrong).toEqual([]);
  });

  test('pages that its pages point to', () => {
    const ours = new Set(manual.map(({ name, section }) => `${name}(${section})`));
    const named = manual.flatMap((page) =>
      page.sections
        .flatMap(({ blocks }) => blocks.flatMap(saidBy))
        .flatMap((text) => [...text.matchAll(/`(ftpwall[a-z.-]*)`(\(\d\))/g)])
        .map(([, name, section]) => `${name}${section}`),
    );
    const wanted = [...manual.flatMap((page) => page.seeAlso.filter((name) => name.startsWith('ftpwall'))), ...named];
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !ours.has(name))).toEqual([]);
  });
});

/** What a block says, but for examples. */
function saidBy(block: Block): readonly string[] {
  if (block.kind === 'example') return [];
  return block.kind === 'terms' ? block.terms.flatMap(({ term, text }) => [`\`${term}\``, text]) : [block.text];
}

/** Calls of the program that a page shows: between backticks, or as the line of an example. */
function callsOf(page: Page) {
  const blocks = page.sections.flatMap((section) => section.blocks);
  const shown = blocks.flatMap((block) =>
    block.kind === 'example'
      ? block.lines
      : saidBy(block).flatMap((text) => text.split('`').filter((_, n) => n % 2 === 1)),
  );
  return shown.flatMap((words) => {
    const [, verb] = /^ftpwall ([a-z-]+)/.exec(words) ?? [];
    return verb === undefined ? [] : [{ page: page.name, verb, words }];
  });
}

/** What an example does not say: three networks around a firewall. */
const base: Readonly<Record<string, string>> = {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1 maclist\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
  modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
};

/** What makes an example a whole firewall, which needs nothing else and gets no warning. */
const whole = ['zones', 'interfaces', 'policy', 'rules'];

/** Warnings about what stands elsewhere in a whole configuration, and not in an example. */
const elsewhere = ['unused-variable'];

// Each question of the FAQ is a firewall of its own: faq.test.ts.
const withExamples = manual.filter(({ name }) => name !== 'ftpwall-faq');

const examples = withExamples.flatMap((page) =>
  page.sections.flatMap((section) => {
    const files: Record<string, string> = {};
    for (const block of section.blocks) if (isFile(block)) files[block.file] = `${block.lines.join('\n')}\n`;
    return Object.keys(files).length === 0 ? [] : [{ title: `${page.name}: ${section.title}`, files }];
  }),
);

function isFile(block: Block): block is Block & { readonly kind: 'example'; readonly file: string } {
  return block.kind === 'example' && block.file !== undefined;
}

test.each(tables.map(({ name }) => name))('the page of %s has an example of it', (name) => {
  const { sections } = pageOf(pageName(name));
  const files = sections.flatMap(({ blocks }) => blocks.flatMap((block) => (isFile(block) ? [block.file] : [])));
  expect(files).toContain(name === macro.name ? 'macro.Portal' : name);
});

describe('an example compiles', () => {
  test('and there are many', () => expect(examples.length).toBeGreaterThan(15));

  test('and some are whole', () => {
    const names = examples.filter(({ files }) => whole.every((name) => name in files)).map(({ title }) => title);
    expect(names).toEqual(
      expect.arrayContaining([
        'ftpwall-tutorial: A single server',
        'ftpwall-tutorial: A router with a private network',
        'ftpwall-tutorial: A router with a dmz and an FTP server',
        'ftpwall-docker: Containers as a zone',
      ]),
    );
  });

  const wholes = examples.filter(({ files }) => whole.every((name) => name in files));
  test.each(wholes)('$title, without a warning', ({ files }) => {
    const { report } = compile(memoryEnvironment({ 'ftpwall.conf': '', ...files }), { version: '0' });
    expect(render(report.diagnostics)).toBe('');
  });

  test.each(examples)('$title', ({ files }) => {
    const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', allow: elsewhere });
    expect(render(report.diagnostics.filter(({ severity }) => severity === 'error'))).toBe('');
  });
});

/** A terminal's bold: the character, a backspace, the character again. */
const overstruck = new RegExp(`.${String.fromCharCode(8)}`, 'g');

describe('the printed page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-manual-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const hasMandoc = spawnSync('mandoc', ['-V']).error === undefined;

  test.skipIf(!hasMandoc && !process.env.CI)('is clean to mandoc', () => {
    const files = manual.map((page) => {
      const file = join(folder, `${page.name}.${page.section}`);
      writeFileSync(file, printManPage(page, { date: '2026-11-21', version: '0' }));
      return file;
    });
    const { stdout, error } = spawnSync(
      'mandoc',
      ['-Tlint', '-W', 'style', ...files, 'packaging/lite/ftpwall-lite.8'],
      { encoding: 'utf8' },
    );
    expect(error).toBeUndefined();
    expect(stdout.replaceAll(`${folder}/`, '')).toBe('');
  });

  test.skipIf(!hasMandoc && !process.env.CI)('reads as it was written', () => {
    const file = join(folder, 'ftpwall-rules.5');
    writeFileSync(file, printManPage(pageOf('ftpwall-rules'), { date: '2026-11-21', version: '0' }));
    const read = execFileSync('mandoc', ['-Tutf8', file], { encoding: 'utf8' }).replaceAll(overstruck, '');
    expect(read).toContain('FTP(DNAT)');
    expect(read).toContain('SSH(ACCEPT)    loc   $FW');
  });

  test('is the same on the web', () => {
    for (const page of manual) {
      const markdown = printMarkdown(page);
      for (const { title } of page.sections) expect(markdown).toContain(`\n## ${title}\n`);
    }
  });
});
