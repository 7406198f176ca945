/** The manual as a site: plain files that need no network and no server, with a search. */
import { compile } from '../../compiler/compile.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import { describeFirewall } from '../../runtime/report/description.ts';
import { type Html, html, trusted } from '../../runtime/report/html.ts';
import { zoneMap } from '../../runtime/report/zone-map.ts';
import type { Page } from '../document.ts';
import { faq, questionPages, subjects } from '../faq/index.ts';
import { type Anchored, anchorOf, anchorsOf } from './anchors.ts';
import { faqHtml } from './faq-page.ts';
import { type Pages, pageHtml } from './page-html.ts';

/** What the site is made of beside the pages. */
export interface SiteParts {
  readonly version: string;
  /** What it is, in a sentence. */
  readonly statement: string;
  readonly style: string;
  readonly script: string;
  /** Folders of samples, by name: their zones are drawn. */
  readonly samples: Readonly<Record<string, string>>;
}

const titles = { 8: 'The program', 7: 'Chapters', 5: 'Files' } as const;

/** The files of the site by name: pages of the manual, of messages, and of questions. */
export function siteFiles(
  all: readonly Page[],
  messages: readonly Page[],
  { version, statement, style, script, samples }: SiteParts,
): Record<string, string> {
  const others = [...messages, ...questionPages];
  const pages: Pages = new Map([...all, ...others].map(({ name, section }) => [name, section]));
  const content = (page: Page) => (page === faq ? faqHtml(page, subjects) : pageHtml(page, pages));
  const frame = (title: string, content: Html, here?: string) => framed({ title, content, version, all, here });
  return {
    'index.html': frame('The manual of ftpwall', front(all, statement, samples)),
    ...Object.fromEntries(
      all.map((page) => [`${page.name}.html`, frame(`${page.name}(${page.section})`, content(page), page.name)]),
    ),
    ...Object.fromEntries(
      others.map((page) => [`${page.name}.html`, frame(page.title ?? page.name, pageHtml(page, pages))]),
    ),
    'site.css': style,
    'site.js': script,
    'search-index.js': `window.searchIndex = ${JSON.stringify(searchEntries(all, messages))};\n`,
  };
}

interface Frame {
  readonly title: string;
  readonly content: Html;
  readonly version: string;
  readonly all: readonly Page[];
  readonly here: string | undefined;
}

function framed({ title, content, version, all, here }: Frame): string {
  const lists = ([7, 8, 5] as const).map((section) => {
    const items = all
      .filter((page) => page.section === section)
      .map(({ name }) => {
        const current = name === here ? trusted(' aria-current="page"') : trusted('');
        return html`<li><a href="${name}.html"${current}>${name.replace(/^ftpwall-/, '')}</a></li>`;
      });
    return html`<h2>${titles[section]}</h2><ul>${items}</ul>`;
  });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="site.css">
<script src="search-index.js" defer></script>
<script src="site.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a class="home" href="index.html">ftpwall <span class="faint">${version}</span></a>
<search><label for="search">Search the manual</label><input id="search" type="search" placeholder="Search the manual" autocomplete="off" aria-controls="results"><ol id="results" aria-live="polite" hidden></ol></search></header>
<div class="columns">
<nav aria-label="Pages"><details><summary>Pages</summary>${lists}</details></nav>
<main id="content">${content}</main>
</div>
</body>
</html>
`.html;
}

function front(all: readonly Page[], statement: string, samples: SiteParts['samples']): Html {
  const lists = ([7, 8, 5] as const).map((section) => {
    const items = all
      .filter((page) => page.section === section)
      .map(({ name, summary }) => html`<li><a href="${name}.html">${name}</a>: ${summary}</li>`);
    return html`<h2 id="${anchorOf(titles[section])}">${titles[section]}</h2><ul>${items}</ul>`;
  });
  const pictures = Object.entries(samples).map(([name, folder], index) => {
    // The ids within a picture are its own.
    const picture = trusted(
      pictureOf(folder).html.replaceAll(/(?<=[="# ])(map-title|map-text|tip)(?=[" )])/g, `p${index}-$1`),
    );
    return html`<h3 id="${anchorOf(name)}">${name}</h3>${picture}`;
  });
  return html`<h1>The manual of ftpwall</h1>
<p class="summary">${statement}</p>
<p>New here? <a href="ftpwall-tutorial.html">The tutorial</a> makes four firewalls, step by step. Something does not work? <a href="ftpwall-faq.html">Questions and answers</a>. Coming from Shorewall? <a href="ftpwall-shorewall.html">This way</a>.</p>
${lists}
<h2 id="samples">Samples, as the compiler sees them</h2>
${pictures}`;
}

/** The zones of a sample, and what passes between them; told by the compiler. */
function pictureOf(folder: string): Html {
  const found = findFolder(folder);
  if (found.kind === 'refused') throw new Error(found.reason);
  const { model, lowered } = compile(openEnvironment(found.folder, 'looking'), { version: '0', purpose: 'answers' });
  if (!model || !lowered) throw new Error(`the sample ${folder} does not compile`);
  const description = describeFirewall({ name: folder, firewall: { model, ruleset: lowered }, warnings: [] });
  if (typeof description === 'string') throw new Error(description);
  return zoneMap(description);
}

/** What the search looks through: a title, where it leads, and the words there. */
type Entry = readonly [title: string, link: string, words: string];

/** All that is searched. A message and a question are found by their own pages, and not where they are listed, too. */
function searchEntries(all: readonly Page[], messages: readonly Page[]): readonly Entry[] {
  const listed = new Set(messages.map(({ name }) => `ftpwall-diagnostics: ${name}`));
  const entries = all.flatMap((page) => entriesOf(page === faq ? { ...page, sections: [] } : page));
  return [
    ...entries.filter(([title]) => !listed.has(title)),
    ...messages.map(messageEntry),
    ...questionPages.map(questionEntry),
  ];
}

/** A question is one entry with all words of its answer. */
function questionEntry(page: Page): Entry {
  const words = entriesOf(page).map(([, , body]) => body);
  return [page.title ?? page.name, `${page.name}.html`, words.join(' ').trim()];
}

/** A message is one entry: its words are few. */
function messageEntry({ name, summary }: Page): Entry {
  return [`message: ${name}`, `${name}.html`, summary];
}

function entriesOf(page: Page): readonly Entry[] {
  const anchors = anchorsOf(page);
  const entries: [string, string, string][] = [[`${page.name}(${page.section})`, `${page.name}.html`, page.summary]];
  const begin = (thing: Anchored, title: string, words = '') => {
    entries.push([`${page.name}: ${title}`, `${page.name}.html#${anchors.get(thing)}`, words]);
  };
  for (const section of page.sections) {
    begin(section, section.title);
    for (const block of section.blocks) {
      const last = entries.at(-1);
      if (block.kind === 'heading') begin(block, block.text);
      else if (block.kind === 'terms')
        for (const term of block.terms) begin(term, term.term.replaceAll('`', ''), term.text);
      else if (last) last[2] += ` ${block.kind === 'example' ? block.lines.join(' ') : block.text}`;
    }
  }
  return entries;
}
