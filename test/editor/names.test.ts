/** Renaming over whole folders: each zone and variable of every case, and the firewall stays the same. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { printTable } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { renamable, renameAt } from '../../editor/features/names.ts';
import { Texts } from '../../editor/folder/texts.ts';
import { pathOf } from '../../editor/places.ts';
import { FolderWords } from '../../editor/words/folder-words.ts';
import { cases, filesOf } from '../support/case.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

type Files = Readonly<Record<string, string>>;

const root = mkdtempSync(join(tmpdir(), 'ftpwall-names-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The rules as the lines say, and the codes of the errors; some warnings know the usual name of the internet. */
function meaningOf(files: Files): { readonly rules: string; readonly codes: readonly string[] } {
  const { report, lowered } = compile(memoryEnvironment(files), { version: '0', purpose: 'answers', lint: false });
  return {
    rules: lowered ? printTable(lowered) : '',
    codes: report.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  };
}

function renamed(files: Files, folder: string, changes: ReturnType<typeof renameAt>): Files {
  const result = { ...files };
  for (const [uri, edits] of Object.entries(changes)) {
    const name = (pathOf(uri) ?? '').slice(folder.length + 1);
    const lines = (files[name] ?? '').split('\n');
    for (const { range, newText } of [...edits].sort((a, b) => b.range.start.character - a.range.start.character)) {
      const line = lines[range.start.line] ?? '';
      lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
    }
    result[name] = lines.join('\n');
  }
  return result;
}

describe.each(cases().map((each) => [each.name, each] as const))('%s', (name, each) => {
  const files = filesOf(each);
  const folder = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const words = new FolderWords(folder, new Texts());
  const before = meaningOf(files);
  const { zone, variable } = words.declared;
  const all = [...zone.values(), ...variable.values()].filter((at) => renamable(words, at));

  test.each(all.map((at) => [at.word.name, at] as const))('%s gets another name', (old, at) => {
    // Of the same length: names of some chains are made of places.
    const fresh = 'Q'.repeat(old.length);
    const after = meaningOf(renamed(files, folder, renameAt(words, at, fresh)));
    expect(after.codes).toEqual(before.codes);
    expect(after.rules.replaceAll(fresh, old)).toBe(before.rules);
  });
});
