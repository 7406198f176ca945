/** Differences of two texts with as many lines each, for people and for patch(1). */

/** Lines of context around a change. */
const context = 3;

/** A unified diff of a file whose lines changed, none was added or taken away. */
export function unifiedDiff(path: string, texts: { readonly before: string; readonly after: string }): string {
  const before = linesOf(texts.before);
  const after = linesOf(texts.after);
  const changes = before.flatMap((line, index) => (line === after[index] ? [] : [index]));
  const hunks: { start: number; end: number }[] = [];
  for (const index of changes) {
    const last = hunks.at(-1);
    const end = Math.min(before.length, index + context + 1);
    if (last && index - context <= last.end) last.end = end;
    else hunks.push({ start: Math.max(0, index - context), end });
  }
  const texted = hunks.map(({ start, end }) => {
    const range = `${start + 1},${end - start}`;
    return `@@ -${range} +${range} @@\n${hunk(before.slice(start, end), after.slice(start, end))}`;
  });
  return `--- ${path}\n+++ ${path}\n${texted.join('')}`;
}

/** The lines with their line feeds. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function hunk(before: readonly string[], after: readonly string[]): string {
  const printed: string[] = [];
  for (let first = 0; first < before.length; ) {
    let next = first;
    while (next < before.length && before[next] !== after[next]) next++;
    printed.push(...before.slice(first, next).map((line) => marked('-', line)));
    printed.push(...after.slice(first, next).map((line) => marked('+', line)));
    if (next < before.length) printed.push(marked(' ', before[next] ?? ''));
    first = next + 1;
  }
  return printed.join('');
}

function marked(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
