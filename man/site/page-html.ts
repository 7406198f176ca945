/** A page of the manual as HTML. */
import { type Html, html, trusted } from '../../runtime/report/html.ts';
import type { Block, Page } from '../document.ts';
import { type Anchored, anchorsOf } from './anchors.ts';

/** Names of pages, for links: `ftpwall-rules` to its section. */
export type Pages = ReadonlyMap<string, number>;

/** What stands between the frame of the site. */
export function pageHtml(page: Page, pages: Pages): Html {
  const others = page.seeAlso.map((name) => html`<li>${inline(name, pages)}</li>`);
  const anchors = anchorsOf(page);
  const anchor = (thing: Anchored) => anchors.get(thing) ?? '';
  const sections = page.sections.map(
    (section) => html`<section aria-labelledby="${anchor(section)}"><h2 id="${anchor(section)}">${section.title}</h2>
${section.blocks.map((block) => blockHtml(block, pages, anchor))}</section>
`,
  );
  const heading =
    page.title === undefined
      ? html`<h1>${page.name}<span class="faint">(${page.section})</span></h1>
<p class="summary">${page.summary}</p>`
      : html`<h1>${page.title}</h1>`;
  return html`${heading}
${sections}
<section aria-labelledby="see-also"><h2 id="see-also">See also</h2><ul>${others}</ul></section>`;
}

function blockHtml(block: Block, pages: Pages, anchor: (thing: Anchored) => string): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${inline(block.text, pages)}</p>\n`;
    case 'heading':
      return html`<h3 id="${anchor(block)}">${block.text}</h3>\n`;
    case 'terms': {
      const terms = block.terms.map((term) => {
        const name = term.term.replaceAll('`', '');
        // A message has a page of its own.
        const shown = pages.has(name)
          ? html`<a href="${name}.html"><code>${name}</code></a>`
          : html`<code>${name}</code>`;
        return html`<dt id="${anchor(term)}">${shown}</dt><dd>${inline(term.text, pages)}</dd>\n`;
      });
      return html`<dl>${terms}</dl>\n`;
    }
    case 'example': {
      const caption = block.file === undefined ? [] : [html`<figcaption><code>${block.file}</code></figcaption>`];
      return html`<figure class="example">${caption}<pre tabindex="0"><code>${block.lines.join('\n')}</code></pre></figure>\n`;
    }
  }
}

/** Words in backticks are code; names of pages lead to them. */
function inline(text: string, pages: Pages): Html {
  const named = text.replaceAll(/`(ftpwall[\w.-]*)`(?=\(\d\))/g, '$1');
  const parts = named.split(/(`[^`]+`)/).map((part) => {
    if (/^`[^`]+`$/.test(part)) return html`<code>${part.slice(1, -1)}</code>`;
    const words = part.split(/(\bftpwall[\w.-]*\(\d\))/).map((word) => {
      const [, name = ''] = /^(ftpwall[\w.-]*)\(\d\)$/.exec(word) ?? [];
      return pages.has(name) ? html`<a href="${name}.html">${word}</a>` : html`${word}`;
    });
    return html`${words}`;
  });
  return trusted(parts.map((part) => part.html).join(''));
}
