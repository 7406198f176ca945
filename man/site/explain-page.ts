/** The page of a message, as `ftpwall explain` prints it, as a page of the site. */
import { type Block, example, type Page, type Section, text } from '../document.ts';

/** `markdown` is a file of compiler/diagnostics/explain. */
export function explainPage(code: string, markdown: string): Page {
  const sections: { readonly title: string; readonly blocks: Block[] }[] = [{ title: 'Message', blocks: [] }];
  const parts = markdown.split(/^(```[^\n]*\n[\s\S]*?^```$)/m);
  for (const part of parts) {
    const fence = /^```([^\n]*)\n([\s\S]*?)```$/.exec(part);
    if (fence) sections.at(-1)?.blocks.push(exampleOf(fence[1] ?? '', fence[2] ?? ''));
    else for (const paragraph of part.split(/\n{2,}/)) take(paragraph.trim(), sections);
  }
  const [first] = sections[0]?.blocks ?? [];
  const summary = first?.kind === 'text' ? first.text : code;
  const whole: readonly Section[] = sections.filter(({ blocks }) => blocks.length > 0);
  return {
    name: code,
    section: 7,
    summary: summary.replaceAll('`', ''),
    sections: whole,
    seeAlso: ['ftpwall-diagnostics(7)'],
  };
}

function take(paragraph: string, sections: { readonly title: string; readonly blocks: Block[] }[]): void {
  const heading = /^## (.*)$/.exec(paragraph)?.[1];
  if (heading !== undefined) sections.push({ title: heading, blocks: [] });
  else if (paragraph !== '' && !paragraph.startsWith('# '))
    sections.at(-1)?.blocks.push(text(paragraph.replaceAll('\n', ' ')));
}

/** The first word behind the fence is the file; what is said of it has a name of its own. */
function exampleOf(info: string, lines: string): Block {
  const [file = ''] = info.split(' ');
  if (file === 'diagnostics') return example(lines, 'ftpwall check');
  return ['', 'sh', 'text', 'nft'].includes(file) ? example(lines) : example(lines, file);
}
