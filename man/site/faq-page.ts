/** The page of all questions: by subject, each with a page of its own. */
import { type Html, html } from '../../runtime/report/html.ts';
import type { Page } from '../document.ts';
import type { Subject } from '../faq/question.ts';
import { anchorOf } from './anchors.ts';

export function faqHtml({ name, section, summary }: Page, subjects: readonly Subject[]): Html {
  const lists = subjects.map(({ title, questions }) => {
    const items = questions.map((each) => html`<li><a href="faq-${each.name}.html">${each.title}</a></li>\n`);
    return html`<section aria-labelledby="${anchorOf(title)}"><h2 id="${anchorOf(title)}">${title}</h2><ul>${items}</ul></section>\n`;
  });
  return html`<h1>${name}<span class="faint">(${section})</span></h1>
<p class="summary">${summary}</p>
${lists}`;
}
