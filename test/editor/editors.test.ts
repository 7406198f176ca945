/** Two real editors without a screen, with the files that the packages bring: neovim 0.7, and emacs with eglot. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { emacsFiles } from '../../packaging/editors/emacs.ts';
import { vimFiles } from '../../packaging/editors/vim.ts';
import { editorWords } from '../../packaging/editors/words.ts';

const root = mkdtempSync(join(tmpdir(), 'ftpwall-editors-'));
afterAll(() => rmSync(root, { recursive: true }));

const words = editorWords(['FTP', 'SSH']);
let count = 0;
let folder: string;
let file: string;

beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  cpSync('etc-samples/three-interfaces', folder, { recursive: true });
  file = join(folder, 'rules');
  writeFileSync(file, `${readFileSync(file, 'utf8')}ACCEPT nte dmz tcp 22\n`);
});

function put(where: string, files: Readonly<Record<string, string>>): string {
  const into = join(root, where);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), text);
  }
  return into;
}

const hasProgram = (name: string) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** Runs an editor with `ftpwall` on its path; returns what its script has written. */
function drive(
  program: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const bin = put('bin', {
    ftpwall: `#!/bin/sh\nexec '${process.execPath}' '${join(process.cwd(), 'dist/ftpwall.js')}' "$@"\n`,
  });
  chmodSync(join(bin, 'ftpwall'), 0o755);
  const result = join(folder, '..', `result-${count}.json`);
  const ended = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: 240_000,
    cwd: folder,
    env: {
      ...process.env,
      ...variables,
      PATH: `${bin}:${process.env.PATH}`,
      HOME: root,
      TEST_FILE: file,
      TEST_RESULT: result,
    },
  });
  expect(ended.status, ended.stderr).toBe(0);
  const found = JSON.parse(readFileSync(result, 'utf8')) as Record<string, unknown>;
  expect(found.failed, ended.stderr).toBeUndefined();
  return found;
}

/** The texts of the folder have the new name, and nowhere the old one. */
function expectRenamed(): void {
  for (const name of ['zones', 'interfaces', 'policy', 'rules'])
    expect(readFileSync(join(folder, name), 'utf8').replace(/#.*/g, '')).not.toMatch(/(?<![\w-])net(?![\w-])/);
  expect(readFileSync(join(folder, 'zones'), 'utf8')).toMatch(/^wan/m);
}

test.skipIf(!hasProgram('nvim'))('neovim', () => {
  const runtime = put('vim', vimFiles(words));
  const script = join(process.cwd(), 'test/editor/neovim.lua');
  const found = drive(
    'nvim',
    ['--headless', '-n', '-i', 'NONE', '-u', 'NORC', '--cmd', `set rtp^=${runtime}`, '-S', script],
    {},
  );
  const last = readFileSync('etc-samples/three-interfaces/rules', 'utf8').split('\n').length - 1;
  expect(found).toEqual({
    filetype: 'ftpwall',
    diagnostics: [{ line: last, from: 7, to: 10, code: 'unknown-zone', severity: 1 }],
    dead: 1,
    hover: expect.stringContaining('zone `net`'),
    completes: true,
    definition: `file://${folder}/zones`,
    references: expect.any(Number),
    formatted: expect.stringMatching(/^ACCEPT {3,}net {3,}dmz {3,}tcp {3,}2222$/),
  });
  expect(found.references).toBeGreaterThan(5);
  expectRenamed();
});

test.skipIf(!hasProgram('emacs'))('emacs', () => {
  const lisp = put('emacs', emacsFiles(words));
  const script = join(process.cwd(), 'test/editor/emacs.el');
  const found = drive('emacs', ['--batch', '--no-init-file', '--load', script], { TEST_EMACS: lisp });
  expect(found).toEqual({
    mode: 'ftpwall-mode',
    text: expect.stringContaining('unknown zone `nte`'),
    under: 'nte',
    hover: expect.stringContaining('zone `net`'),
    definition: expect.stringContaining('zones'),
    formatted: expect.stringMatching(/^ACCEPT {3,}net {3,}dmz {3,}tcp {3,}2222$/),
    status: 0,
  });
  expectRenamed();
});
