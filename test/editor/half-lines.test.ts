/** Whatever stands in a file while somebody types: no feature fails, and every word lies in its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nothing } from '../../editor/analysis/digest.ts';
import { quickFindings } from '../../editor/analysis/quick.ts';
import { completionsAt } from '../../editor/features/completion.ts';
import { formattingEdits } from '../../editor/features/formatting.ts';
import { hoverAt } from '../../editor/features/hover.ts';
import { definitionAt, referencesAt, renamable } from '../../editor/features/names.ts';
import { foldingOf, symbolsOf } from '../../editor/features/outline.ts';
import { semanticTokens } from '../../editor/features/semantic-tokens.ts';
import { Texts } from '../../editor/folder/texts.ts';
import { FolderWords } from '../../editor/words/folder-words.ts';
import fc from '../support/fast-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-half-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'zones'), 'fw firewall\nnet ip\nloc ip\n');
writeFileSync(join(folder, 'interfaces'), '?FORMAT 2\nnet eth0\nloc ppp+\n');

const pieces = [
  ...[
    'ACCEPT',
    'FTP(DNAT)',
    'net',
    'loc:eth0:10.0.0.1',
    '$FW',
    '${X',
    '$X',
    'all!net',
    'tcp',
    '22,',
    ':80',
    '-',
    '#',
    '\\',
  ],
  ...[
    '{',
    '}',
    ';',
    ';;',
    '(',
    ')',
    '"',
    "'",
    '?IF',
    '?ENDIF',
    '?SET X net',
    '?FORMAT 1',
    'INCLUDE rules',
    '?BEGIN PERL',
  ],
  ...[
    '?SECTION NEW',
    '<<<<<<<',
    '=======',
    'NFT(tcp dport { 1, 2 })',
    'X="net loc"',
    'FOLD=',
    '\t',
    ' ',
    '\n',
    '\r\n',
    'é',
    '\u0000',
  ],
];
const text = fc
  .array(fc.constantFrom(...pieces), { maxLength: 40 })
  .chain((parts) => fc.constantFrom(' ', '').map((between) => parts.join(between)));
const name = fc.constantFrom(
  'rules',
  'params',
  'ftpwall.conf',
  'policy',
  'interfaces',
  'zones',
  'snat',
  'macro.Own',
  'start',
);

test('every feature answers', () => {
  const property = fc.property(name, text, (file, written) => {
    const path = join(folder, file);
    const texts = new Texts();
    Object.assign(texts, { of: (each: string) => (each === path ? written : Texts.prototype.of.call(texts, each)) });
    texts.open.set(path, {
      uri: path,
      languageId: 'ftpwall',
      version: 1,
      lineCount: 1,
      getText: () => written,
    } as never);
    const words = new FolderWords(folder, texts);
    const found = words.file(path);
    expect(found).toBeDefined();
    if (!found) return;
    const lines = written.split('\n');
    expect(found.lines.length).toBe(lines.length);
    const known = { words, digest: nothing, findings: [], textOf: (each: string) => texts.of(each) };
    for (const [line, shown] of lines.entries()) {
      for (const { start, end } of [...(found.lines[line]?.words ?? []), ...(found.lines[line]?.cells ?? [])]) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(shown.length);
      }
      const character = shown.length >> 1;
      hoverAt(known, found, { line, character });
      completionsAt(words, found, { line, character }, written);
      const at = words.wordAt(path, line, character);
      if (!at) continue;
      definitionAt(words, at, { folder, library: () => undefined });
      referencesAt(words, at, true);
      renamable(words, at);
    }
    const { data } = semanticTokens(words, found);
    expect(data.every((number) => number >= 0)).toBe(true);
    symbolsOf(found, written);
    foldingOf(written);
    expect(formattingEdits(file, written).every(({ range }) => range.start.line < lines.length)).toBe(true);
    const request = { folder, open: new Map([[path, written]]), runScripts: false, isLarge: true, isWhole: false };
    quickFindings(request, { old: new Map([[path, 'net']]), known: [] });
  });
  fc.assert(property, { numRuns: 300 });
});
