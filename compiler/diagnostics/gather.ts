/** Findings as they are shown: lines of one file that all have the same old spelling are one finding. */
import { positionOf } from '../source.ts';
import type { Diagnostic } from './message.ts';

/** Codes of which a file may have thousands, one a line. */
const ofEachLine: readonly string[] = ['legacy-file'];

/** The findings, with the first of each group for all of it. */
export function gather(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const each of diagnostics) {
    if (!ofEachLine.includes(each.code)) continue;
    const key = `${each.code} ${each.label.span.source.path} ${each.message}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  const gathered = new Map([...groups.values()].map((group) => [group[0], group]));
  const left = new Set([...groups.values()].flatMap((group) => group.slice(1)));
  return diagnostics.flatMap((each) => {
    if (left.has(each)) return [];
    const group = gathered.get(each);
    return [group && group.length > 1 ? asOne(each, group) : each];
  });
}

function asOne(first: Diagnostic, group: readonly Diagnostic[]): Diagnostic {
  const last = group.at(-1)?.label.span ?? first.label.span;
  const lines = `${group.length} lines, to line ${positionOf(last.source, last.start).line}`;
  return {
    ...first,
    label: { ...first.label, text: `${first.label.text}; so are ${lines}` },
    help: `${first.help ?? ''}; \`ftpwall check --fix\` moves all of them`,
  };
}
