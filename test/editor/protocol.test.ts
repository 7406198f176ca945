/** A session of the protocol with the built program, as an editor has one that knows only what is oldest. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { formatted } from '../../compiler/format/format.ts';
import { pathOf } from '../../editor/places.ts';
import { LanguageClient } from '../support/language-client.ts';

const root = mkdtempSync(join(tmpdir(), 'ftpwall-editor-'));
let count = 0;
let folder: string;
let client: LanguageClient;

beforeEach(async () => {
  count += 1;
  folder = join(root, String(count));
  cpSync('etc-samples/three-interfaces', folder, { recursive: true });
  ({ client } = await LanguageClient.start());
});
afterEach(async () => {
  expect(await client.end()).toEqual({ status: 0, signal: null });
  expect(client.errors).toBe('');
});
afterAll(() => rmSync(root, { recursive: true }));

const file = (name: string) => join(folder, name);
const textOf = (name: string) => readFileSync(file(name), 'utf8');

/** Opens a file with lines added at its end; returns the number of the first of them. */
function openWith(name: string, ...lines: readonly string[]): number {
  const text = textOf(name);
  client.open(file(name), text + lines.map((line) => `${line}\n`).join(''));
  return text.split('\n').length - 1;
}

/** The text under a range of a line. */
const under = (line: string, { start, end }: { start: { character: number }; end: { character: number } }) =>
  line.slice(start.character, end.character);

describe('messages', () => {
  test('stand at the label, with the code, and with the other place', async () => {
    const line = 'ACCEPT   nte   dmz   tcp   22';
    const number = openWith('rules', line);
    const [found, ...more] = await client.diagnostics(file('rules'), (all) => all.length > 0);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      code: 'unknown-zone',
      severity: 1,
      source: 'ftpwall',
      range: { start: { line: number } },
    });
    expect(found && under(line, found.range)).toBe('nte');
    const [related] = found?.relatedInformation ?? [];
    expect(pathOf(related?.location.uri ?? '')).toBe(file('zones'));
  });

  test('what is open goes before what is saved, in all files of the folder', async () => {
    openWith('rules');
    expect(await client.diagnostics(file('rules'))).toEqual([]);
    client.open(file('zones'), textOf('zones').replace(/^dmz/m, 'dmx'));
    const codes = await client.diagnostics(file('rules'), (all) => all.length > 0);
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set(['unknown-zone']));
    client.notify('textDocument/didClose', { textDocument: { uri: `file://${file('zones')}` } });
    expect(await client.diagnostics(file('rules'), (all) => all.length === 0)).toEqual([]);
  });

  test('a line that is never reached is marked while typing, also beside half a line, and with its cause', async () => {
    const number = openWith('rules', 'ACCEPT net dmz tcp 2222');
    await client.diagnostics(file('rules'));
    const text = `${textOf('rules')}ACCEPT net dmz tcp 2222\nACCEPT net dmz:10.0.2.10 tcp 2222\n`;
    const version = client.change(file('rules'), text);
    const dead = await client.diagnostics(file('rules'), (_, at) => at === version);
    expect(dead).toMatchObject([
      { code: 'rule-never-reached', severity: 2, tags: [1], range: { start: { line: number + 1 } } },
    ]);
    expect(dead[0]?.relatedInformation?.map(({ location }) => location.range.start.line)).toEqual([number]);
    const half = client.change(file('rules'), `${text}ACCEPT ne`);
    const both = await client.diagnostics(file('rules'), (_, at) => at === half);
    expect(both.map(({ code }) => code).sort()).toEqual(['dest-missing', 'rule-never-reached']);
  });

  test('a dead line is told once, also beside an assertion that does not hold', async () => {
    client.open(file('assertions'), 'DENY loc dmz tcp 22\n');
    openWith('rules', 'ACCEPT net dmz tcp 2222', 'ACCEPT net dmz:10.0.2.10 tcp 2222');
    await client.diagnostics(file('assertions'), (all) => all.length > 0);
    expect(await client.diagnostics(file('rules'), (all) => all.length > 0)).toMatchObject([
      { code: 'rule-never-reached' },
    ]);
  });

  test('of a file that another one includes stand in that file', async () => {
    mkdirSync(file('rules.d'));
    writeFileSync(file('rules.d/web'), 'HTTP(ACCEPT) net dmx\n');
    openWith('rules', 'INCLUDE rules.d/web');
    expect(await client.diagnostics(file('rules.d/web'), (all) => all.length > 0)).toMatchObject([
      { code: 'unknown-zone' },
    ]);
    client.open(file('rules.d/web'), 'HTTP(ACCEPT) net dmz\n');
    expect(await client.diagnostics(file('rules.d/web'), (all) => all.length === 0)).toEqual([]);
  });

  test('conflict markers, half lines and text of nothing at all are survived', async () => {
    openWith('rules');
    const wrong = [
      '<<<<<<< HEAD',
      '=======',
      '>>>>>>> x',
      '?IF',
      '?IF (',
      'ACCEPT (',
      '\\',
      '\u0000',
      '?BEGIN PERL',
      '${',
      '{;;',
      'é',
      '\ufeff',
    ];
    for (const line of wrong) {
      const version = client.change(file('rules'), `${line}\n${textOf('rules')}${line}`);
      await client.diagnostics(file('rules'), (_, at) => at === version);
      await client.at('textDocument/hover', file('rules'), [0, 1]);
      await client.at('textDocument/completion', file('rules'), [0, line.length]);
      await client.of('textDocument/semanticTokens/full', file('rules'));
    }
    const version = client.change(file('rules'), textOf('rules'));
    expect(await client.diagnostics(file('rules'), (_, at) => at === version)).toEqual([]);
  });

  test('only the newest of many versions is judged', async () => {
    openWith('rules');
    await client.diagnostics(file('rules'));
    const before = client.published.length;
    let version = 0;
    for (let key = 1; key <= 20; key += 1)
      version = client.change(file('rules'), `${textOf('rules')}ACCEPT ${'nte'.repeat(key)}`);
    await client.diagnostics(file('rules'), (_, at) => at === version);
    const judged = client.published.slice(before).map((each) => each.version);
    expect(judged.at(-1)).toBe(version);
    // On a busy machine the keys come with pauses between them.
    expect(judged.length).toBeLessThan(10);
  });

  test('a folder is shown while somebody types in another one', async () => {
    const other = join(root, `${count}-other`);
    cpSync(folder, other, { recursive: true });
    client.open(join(other, 'rules'), textOf('rules'));
    openWith('rules', 'ACCEPT nte');
    // Until the first compilation is done, the other one has changed.
    await new Promise((done) => setTimeout(done, 50));
    client.change(join(other, 'rules'), `${textOf('rules')}#`);
    expect((await client.diagnostics(file('rules'), (all) => all.length > 0)).length).toBeGreaterThan(0);
  });

  test('nothing that is typed is run', async () => {
    const mark = file('mark');
    openWith('rules', `?SHELL touch ${mark}`);
    client.open(file('params'), `${textOf('params')}X=$(touch ${mark})\n`);
    await client.diagnostics(file('params'), (all) => all.length > 0);
    const found = await client.diagnostics(file('rules'), (all) => all.length > 0);
    expect(found).toMatchObject([{ code: 'shell-failed', severity: 3 }]);
    expect(() => readFileSync(mark)).toThrow();
  });
});

describe('names', () => {
  test('hover tells what a zone, a variable, a column, a macro and a setting are', async () => {
    openWith('rules');
    client.open(file('ftpwall.conf'), 'FOLD=No\n');
    await client.diagnostics(file('rules'));
    const lines = textOf('rules').split('\n');
    const number = lines.findIndex((line) => line.startsWith('FTP(DNAT)'));
    const hover = async (name: string, line: number, character: number) =>
      ((await client.at('textDocument/hover', file(name), [line, character])) as Hover).contents as { value: string };
    const at = (word: string) => lines[number]?.indexOf(word) ?? -1;
    expect((await hover('rules', number, at('net'))).value).toMatch(
      /zone `net`\s+- `eth0`: all addresses[\s\S]*\*\*SOURCE\*\*/,
    );
    expect((await hover('rules', number, at('FTP_SERVER'))).value).toContain('`$FTP_SERVER` is `10.0.2.10`');
    expect((await hover('rules', number, 1)).value).toMatch(/`FTP`: [\s\S]*tcp +21/);
    expect((await hover('ftpwall.conf', 0, 1)).value).toMatch(/setting `FOLD`: .*verdict maps/);
    expect(
      (
        await hover(
          'rules',
          lines.findIndex((line) => line.includes('8021')),
          lines.find((line) => line.includes('8021'))?.indexOf('8021') ?? 0,
        )
      ).value,
    ).toContain('**DPORT**');
  });

  test('completion knows the column', async () => {
    const number = openWith(
      'rules',
      'ACCEPT net d',
      'SS',
      'ACCEPT net dmz tcp ft',
      'ACCEPT net dmz t',
      'ACCEPT net dmz:$F',
    );
    client.open(file('interfaces'), `${textOf('interfaces')}net eth7 tcp`);
    const labels = async (name: string, place: readonly [number, number]) =>
      ((await client.at('textDocument/completion', file(name), place)) as CompletionItem[]).map(({ label }) => label);
    const zones = await labels('rules', [number, 12]);
    expect(zones).toEqual(expect.arrayContaining(['net', 'loc', 'dmz', '$FW', 'all']));
    expect(zones).not.toContain('SSH');
    expect(await labels('rules', [number + 1, 2])).toEqual(expect.arrayContaining(['SSH', 'ACCEPT', 'DNAT']));
    expect(await labels('rules', [number + 2, 21])).toEqual(expect.arrayContaining(['ftp', 'ssh']));
    expect(await labels('rules', [number + 3, 16])).toEqual(expect.arrayContaining(['tcp', 'udp']));
    expect(await labels('rules', [number + 4, 17])).toEqual(expect.arrayContaining(['FTP_SERVER', 'FW']));
    expect(await labels('interfaces', [textOf('interfaces').split('\n').length - 1, 12])).toEqual(
      expect.arrayContaining(['tcpflags', 'routeback']),
    );
  });

  test('definition and references of zones, variables, macros of the library and included files', async () => {
    const number = openWith('rules', 'INCLUDE more');
    writeFileSync(file('more'), 'SSH(ACCEPT) net dmz\n');
    const lines = textOf('rules').split('\n');
    const dnat = lines.findIndex((line) => line.startsWith('FTP(DNAT)'));
    const go = (line: number, character: number) =>
      client.at('textDocument/definition', file('rules'), [line, character]) as Promise<Location[]>;
    const zone = await go(dnat, lines[dnat]?.indexOf('dmz') ?? 0);
    expect(zone.map(({ uri }) => pathOf(uri))).toEqual([file('zones')]);
    expect(textOf('zones').split('\n')[zone[0]?.range.start.line ?? 0]).toMatch(/^dmz/);
    expect((await go(dnat, lines[dnat]?.indexOf('FTP_SERVER') ?? 0)).map(({ uri }) => pathOf(uri))).toEqual([
      file('params'),
    ]);
    expect((await go(number, 10)).map(({ uri }) => pathOf(uri))).toEqual([file('more')]);
    const [macro] = await go(dnat, 1);
    expect(readFileSync(pathOf(macro?.uri ?? '') ?? '', 'utf8')).toContain('21');
    const all = (await client.at('textDocument/references', file('zones'), [zone[0]?.range.start.line ?? 0, 1], {
      context: { includeDeclaration: true },
    })) as Location[];
    expect(new Set(all.map(({ uri }) => pathOf(uri)))).toEqual(
      new Set(
        [...['zones', 'interfaces', 'policy', 'rules', 'snat', 'more'].map(file)].filter((path) =>
          /\bdmz\b/.test(readFileSync(path, 'utf8').replace(/#.*/g, '')),
        ),
      ),
    );
    for (const { uri, range } of all) {
      const path = pathOf(uri) ?? '';
      expect(
        readFileSync(path, 'utf8').split('\n')[range.start.line]?.slice(range.start.character, range.end.character),
      ).toBe('dmz');
    }
  });

  test('renaming a zone and a variable changes every file, and the folder stays the same firewall', async () => {
    openWith('rules');
    const dnat = textOf('rules')
      .split('\n')
      .findIndex((line) => line.startsWith('FTP(DNAT)'));
    const rename = async (word: string, newName: string) => {
      const place = [dnat, textOf('rules').split('\n')[dnat]?.indexOf(word) ?? 0] as const;
      return (
        ((await client.at('textDocument/rename', file('rules'), place, { newName })) as WorkspaceEdit).changes ?? {}
      );
    };
    const changes = await rename('dmz', 'servers');
    for (const [uri, edits] of Object.entries(changes))
      writeFileSync(pathOf(uri) ?? '', edited(readFileSync(pathOf(uri) ?? '', 'utf8'), edits));
    expect(textOf('rules').replace(/#.*/g, '')).not.toMatch(/\bdmz\b/);
    expect(textOf('zones')).toMatch(/^servers/m);
    const version = client.change(file('rules'), textOf('rules'));
    expect(await client.diagnostics(file('rules'), (_, at) => at === version)).toEqual([]);
    await expect(rename('servers', 'all')).rejects.toThrow('has a meaning of its own');
    await expect(rename('servers', 'net')).rejects.toThrow('already');
    expect(
      Object.keys(await rename('FTP_SERVER', 'SERVER'))
        .map((uri) => pathOf(uri))
        .sort(),
    ).toEqual([file('params'), file('rules')].sort());
  });
});

/** The text with edits made in it. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split('\n');
  for (const { range, newText } of [...edits].reverse()) {
    const line = lines[range.start.line] ?? '';
    lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
  }
  return lines.join('\n');
}

describe('texts', () => {
  test('formatting is what fmt does', async () => {
    const text = `${textOf('rules')}ACCEPT net dmz tcp 22 # x\n`;
    client.open(file('rules'), text);
    const edits = (await client.of('textDocument/formatting', file('rules'), {
      options: { tabSize: 8, insertSpaces: true },
    })) as TextEdit[];
    expect(edits.length).toBeGreaterThan(0);
    expect(edited(text, edits)).toBe(formatted('rules', text));
  });

  test('symbols, folding and colours', async () => {
    openWith('rules', '?IF $X', 'ACCEPT net dmz tcp 22', '?ENDIF');
    const symbols = (await client.of('textDocument/documentSymbol', file('rules'))) as DocumentSymbol[];
    expect(symbols.map(({ name }) => name)).toEqual(['SECTION NEW']);
    expect(symbols[0]?.children?.map(({ name }) => name)).toContain('SSH(ACCEPT) loc dmz');
    const folds = (await client.of('textDocument/foldingRange', file('rules'))) as FoldingRange[];
    expect(folds.map(({ startLine, endLine }) => endLine - startLine)).toContain(2);
    const range = { start: { line: 0, character: 0 }, end: { line: 7, character: 0 } };
    const part = (await client.of('textDocument/semanticTokens/range', file('rules'), { range })) as { data: number[] };
    const all = (await client.of('textDocument/semanticTokens/full', file('rules'))) as { data: number[] };
    expect(part.data.length).toBeGreaterThan(0);
    expect(all.data.slice(0, part.data.length)).toEqual(part.data);
    expect(all.data.length).toBeGreaterThan(part.data.length);
  });

  test('quick fixes: what a message offers, old spellings, and a warning that is allowed', async () => {
    const number = openWith('rules', 'ALLOW net dmz tcp 22', 'ACCEPT loc dmz tcp 22', 'COMMENT x');
    await client.diagnostics(file('rules'), (all) => all.length > 0);
    const range = { start: { line: number, character: 0 }, end: { line: number + 2, character: 0 } };
    const actions = (await client.of('textDocument/codeAction', file('rules'), {
      range,
      context: { diagnostics: [] },
    })) as CodeAction[];
    const edits = (wanted: (action: CodeAction) => boolean | undefined) =>
      actions
        .filter(wanted)
        .map(({ edit }) => Object.values(edit?.changes ?? {}).flatMap((each) => each.map(({ newText }) => newText)));
    expect(edits(({ isPreferred }) => isPreferred)).toEqual([['ACCEPT'], ['?COMMENT']]);
    expect(edits(({ kind }) => kind === 'source.fixAll')).toEqual([['?COMMENT']]);
    const allowed = actions.find(({ title }) => title === 'Allow `rule-never-reached` in this line');
    expect(Object.values(allowed?.edit?.changes ?? {})).toMatchObject([
      [{ newText: '  # ftpwall: allow rule-never-reached' }],
    ]);
  });

  test('beside a line what it was compiled to, and above a promise whether it holds', async () => {
    const number = openWith('rules', 'ACCEPT net dmz tcp 2222');
    writeFileSync(file('assertions'), 'DENY net loc\nDENY loc dmz tcp 22\n');
    client.open(file('assertions'), textOf('assertions'));
    await client.diagnostics(file('assertions'), (all) => all.length > 0);
    const range = { start: { line: number, character: 0 }, end: { line: number, character: 80 } };
    const hints = (await client.of('textDocument/inlayHint', file('rules'), { range })) as InlayHint[];
    expect(hints.map(({ label }) => label)).toEqual(['⇒ tcp dport 2222 accept']);
    const lenses = (await client.of('textDocument/codeLens', file('assertions'))) as CodeLens[];
    expect(lenses.map(({ command }) => command?.title.slice(0, 15))).toEqual(['✓ holds for all', '✗ does not hold']);
    const mistaken = client.change(file('rules'), `${textOf('rules')}ACCEPT nte dmz\n`);
    await client.diagnostics(file('rules'), (_, at) => at === mistaken);
    const after = (await client.of('textDocument/codeLens', file('assertions'))) as CodeLens[];
    expect(after.map(({ command }) => command?.title.slice(0, 10))).toEqual(['not proved', 'not proved']);
  });
});
