/** A session at a terminal as a picture: lines appear one by one; where no motion is wanted, all are there at once. */

/** A command, and what the terminal showed, with its control characters. */
export interface Command {
  readonly prompt: string;
  readonly words: string;
  readonly shown: string;
}

/** A stretch of a line in one style: names of classes. */
interface Span {
  readonly style: string;
  readonly text: string;
}

type Row = readonly Span[];

const lineHeight = 20;
const margin = 18;
/** The width of a character of 14 pixels in the usual fonts. */
const column = 8.45;

/** Seconds until the next line: after a command, and within what it shows. */
const pauses = { command: 1.4, line: 0.06 } as const;

const css = `
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre; }
    .frame { fill: #0d1117; stroke: #3d444d; }
    .prompt { fill: #7ee787; } .typed, .bold { font-weight: 700; } .red { fill: #ff8b84; } .blue { fill: #79c0ff; }
    .green { fill: #7ee787; } .yellow { fill: #f2cc60; } .cyan { fill: #76e3ea; } .magenta { fill: #d2a8ff; } .dim { fill: #9da7b3; }
    @media (prefers-reduced-motion: no-preference) { .row { animation: show 1ms backwards; } }
    @keyframes show { from { opacity: 0; } }`;

/** The picture of a session in a terminal of `width` columns. */
export function sessionSvg(commands: readonly Command[], width: number): string {
  const rows = commands.flatMap((command, index) => [...(index === 0 ? [] : [[]]), ...rowsOf(command, width)]);
  const height = rows.length * lineHeight + 2 * margin;
  let delay = 0;
  const lines = rows.map((row, index) => {
    const isCommand = row[0]?.style === 'prompt';
    const shown = `  <text class="row" style="animation-delay:${delay.toFixed(2)}s" x="${margin}" y="${margin + 14 + index * lineHeight}">${row.map(spanSvg).join('')}</text>`;
    delay += isCommand ? pauses.command : pauses.line;
    return row.length === 0 ? '' : shown;
  });
  const size = `${Math.ceil(width * column) + 2 * margin} ${height}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="img" aria-labelledby="title">
  <title id="title">A session with ftpwall: ${escaped(commands.map(({ words }) => words).join('; '))}</title>
  <style>${css}
  </style>
  <rect class="frame" x=".5" y=".5" width="${Math.ceil(width * column) + 2 * margin - 1}" height="${height - 1}" rx="8"/>
${lines.filter((line) => line !== '').join('\n')}
</svg>
`;
}

function rowsOf({ prompt, words, shown }: Command, width: number): readonly Row[] {
  const typed: Row = [
    { style: 'prompt', text: prompt },
    { style: 'typed', text: ` ${words}` },
  ];
  const lines = shown.replace(/\s+$/, '').replaceAll('\r', '').split('\n');
  const rows: Row[] = [typed];
  let style: ReadonlySet<string> = new Set();
  for (const line of lines) {
    const read = spansOf(line, style);
    style = read.style;
    rows.push(...wrapped(read.spans, width));
  }
  return rows;
}

/** The styles of SGR (ECMA-48, 8.3.117) that the program uses; what begins with `!` ends others. */
const sgr: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  22: '!bold dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  35: 'magenta',
  36: 'cyan',
  90: 'dim',
  39: '!red green yellow blue magenta cyan dim',
  0: '!bold dim red green yellow blue magenta cyan',
};

const esc = String.fromCharCode(27);
const sequence = new RegExp(`${esc}\\[([0-9;?]*)([A-Za-z])`);

function spansOf(line: string, before: ReadonlySet<string>): { spans: Span[]; style: ReadonlySet<string> } {
  const style = new Set(before);
  const spans: Span[] = [];
  const parts = line.split(sequence);
  parts.forEach((part, index) => {
    if (index % 3 === 0 && part !== '') spans.push({ style: [...style].sort().join(' '), text: part });
    if (index % 3 === 1 && parts[index + 1] === 'm') for (const code of part.split(';')) change(style, sgr[code] ?? '');
  });
  return { spans, style };
}

function change(style: Set<string>, words: string): void {
  for (const word of words.replace(/^!/, '').split(' ').filter(Boolean)) {
    if (words.startsWith('!')) style.delete(word);
    else style.add(word);
  }
}

/** A line as the terminal breaks it. */
function wrapped(spans: readonly Span[], width: number): readonly Row[] {
  const rows: Span[][] = [[]];
  let room = width;
  for (const { style, text } of spans) {
    let rest = [...text];
    while (rest.length > 0) {
      if (room === 0) {
        rows.push([]);
        room = width;
      }
      const part = rest.slice(0, room);
      rows.at(-1)?.push({ style, text: part.join('') });
      rest = rest.slice(part.length);
      room -= part.length;
    }
  }
  return rows;
}

function spanSvg({ style, text }: Span): string {
  return `<tspan${style === '' ? '' : ` class="${style}"`}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
