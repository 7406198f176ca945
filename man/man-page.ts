/** A page as man(7). */
import type { Block, Page } from './document.ts';

/** The page; `date` as `November 2026`, `version` of ftpwall. */
export function printManPage(
  page: Page,
  { date, version }: { readonly date: string; readonly version: string },
): string {
  const lines = [
    `.TH ${page.name.toUpperCase()} ${page.section} "${date}" "ftpwall ${version}" "ftpwall"`,
    '.SH NAME',
    ...wrapped(`${escaped(page.name)} \\- ${escaped(page.summary)}`),
    ...page.sections.flatMap(({ title, blocks }) => [
      `.SH ${title.toUpperCase()}`,
      ...blocks.flatMap((block, index) => printBlock(block, index === 0 || blocks[index - 1]?.kind === 'heading')),
    ]),
    '.SH SEE ALSO',
    page.seeAlso
      .map((name) => inline(`\`${name.replace(/\(.*/, '')}\``) + (/\(\d\)$/.exec(name)?.[0] ?? ''))
      .join(',\n'),
  ];
  return `${lines.join('\n')}\n`;
}

function printBlock(block: Block, first: boolean): readonly string[] {
  switch (block.kind) {
    case 'text':
      return [...(first ? [] : ['.PP']), sentence(block.text)];
    case 'heading':
      return [`.SS ${escaped(block.text)}`];
    case 'terms':
      return block.terms.flatMap(({ term, text }) => [
        '.TP',
        inline(`\`${term.replaceAll('`', '')}\``),
        sentence(text),
      ]);
    case 'example':
      return [
        ...(first ? [] : ['.PP']),
        ...(block.file === undefined ? [] : [`${inline(`\`${block.file}\``)}:`]),
        '.RS 4',
        '.nf',
        ...block.lines.map((line) => (line === '' ? '.sp' : leading(escaped(line)))),
        '.fi',
        '.RE',
      ];
  }
}

/** Each sentence begins a line, as man(7) likes it, and no line is long. */
function sentence(words: string): string {
  return inline(words)
    .split(/(?<=[.:;]) (?=[A-Z\\])/)
    .flatMap(wrapped)
    .map(leading)
    .join('\n');
}

/** Lines of at most 80 bytes, where the words allow it (mandoc(1), "input text line longer than 80 bytes"). */
function wrapped(line: string): readonly string[] {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 80) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Words in backticks are bold. */
function inline(words: string): string {
  return words
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `\\fB${escaped(part)}\\fR` : escaped(part)))
    .join('');
}

function escaped(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('→', '\\(->')
    .replaceAll('…', '...')
    .replaceAll('–', '\\(en');
}

/** A line must not begin with the sign of a macro. */
function leading(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
