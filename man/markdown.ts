/** A page as Markdown, for the web. */
import type { Block, Page } from './document.ts';

export function printMarkdown(page: Page): string {
  const lines = [
    `# ${page.name}(${page.section})`,
    `${page.name} – ${page.summary}`,
    ...page.sections.flatMap(({ title, blocks }) => [`## ${title}`, ...blocks.map(printBlock)]),
    '## See also',
    page.seeAlso
      .map((name) => (name.startsWith('ftpwall') ? `[${name}](${name.replace(/\(.*/, '')}.md)` : name))
      .join(', '),
  ];
  return `${lines.join('\n\n')}\n`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return linked(block.text);
    case 'heading':
      return `### ${block.text}`;
    case 'terms':
      return block.terms.map(({ term, text }) => `- \`${term.replaceAll('`', '')}\`: ${linked(text)}`).join('\n');
    case 'example':
      return `${block.file ? `\`${block.file}\`:\n\n` : ''}\`\`\`${block.file ?? ''}\n${block.lines.join('\n')}\n\`\`\``;
  }
}

/** Pages that the text names lead to them; that of ftpwall-lite is in its package alone. */
function linked(words: string): string {
  return words.replaceAll(/(`?)\b(ftpwall[\w.-]*)\1\((\d)\)/g, (all, _quote, name: string) =>
    name === 'ftpwall-lite' ? all : `[${all.replaceAll('`', '')}](${name}.md)`,
  );
}
