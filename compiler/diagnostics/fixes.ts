/** Carries out what diagnostics offer as fixes. */
import { withHeadingOf } from './column-heading.ts';
import type { Fix } from './message.ts';

/**
 * The texts of files, by their paths, with the fixes made in them. Of fixes that overlap the first is made; the others
 * are found again when the result is compiled. A file that is renamed goes before the text of the one it becomes: so
 * old files are read, too.
 */
export function applyFixes(texts: ReadonlyMap<string, string>, fixes: readonly Fix[]): ReadonlyMap<string, string> {
  const result = new Map(texts);
  for (const [path, mine] of byPath(fixes)) {
    const text = result.get(path);
    if (text !== undefined) result.set(path, replaced(text, mine));
  }
  for (const [from, to] of renames(fixes)) {
    const old = result.get(from);
    if (old === undefined) continue;
    const text = withHeadingOf(old, from, to);
    const before = result.get(to);
    result.delete(from);
    result.set(to, before === undefined ? text : `${text.replace(/\n?$/, '\n')}\n${before}`);
  }
  return result;
}

function byPath(fixes: readonly Fix[]): ReadonlyMap<string, readonly Fix[]> {
  const all = new Map<string, Fix[]>();
  for (const fix of fixes) all.set(fix.span.source.path, [...(all.get(fix.span.source.path) ?? []), fix]);
  return all;
}

function renames(fixes: readonly Fix[]): ReadonlyMap<string, string> {
  return new Map(fixes.flatMap(({ rename }) => (rename ? [[rename.from, rename.to] as const] : [])));
}

function replaced(text: string, fixes: readonly Fix[]): string {
  let result = '';
  let at = 0;
  for (const fix of [...fixes].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)) {
    if (fix.span.start < at) continue;
    result += text.slice(at, fix.span.start) + fix.text;
    at = fix.span.end;
  }
  return result + text.slice(at);
}
