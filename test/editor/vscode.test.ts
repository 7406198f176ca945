/** The extension for VS Code: an archive that others read, and a client that starts the server. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'ftpwall-vscode-'));
afterAll(() => rmSync(root, { recursive: true }));

beforeAll(() => {
  // The build makes the archive; Python's zipfile, and not our own code, takes it apart.
  execFileSync(process.execPath, ['build/surroundings.mjs', '--editors', root], { stdio: 'pipe' });
  const script =
    'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])';
  execFileSync('python3', ['-c', script, join(root, 'vscode/ftpwall.vsix'), join(root, 'unpacked')], { stdio: 'pipe' });
});

const text = (name: string) => readFileSync(join(root, 'unpacked', name), 'utf8');

describe('the archive', () => {
  test('has what VS Code asks for, and says the version of the program', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const manifest = JSON.parse(text('extension/package.json')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ name: 'ftpwall', publisher: 'ftpwall', version, main: './extension.js' });
    expect(text('extension.vsixmanifest')).toContain(
      `<Identity Language="en-US" Id="ftpwall" Version="${version}" Publisher="ftpwall" />`,
    );
    const types = text('[Content_Types].xml');
    for (const name of ['.json', '.js', '.md', '.txt', '.vsixmanifest']) expect(types).toContain(`Extension="${name}"`);
    const parse = 'import sys, xml.dom.minidom\nfor n in sys.argv[1:]: xml.dom.minidom.parse(n)';
    const files = ['extension.vsixmanifest', '[Content_Types].xml'].map((name) => join(root, 'unpacked', name));
    expect(spawnSync('python3', ['-c', parse, ...files]).status).toBe(0);
    expect(text('extension/LICENSE.txt')).toContain('GNU GENERAL PUBLIC LICENSE');
  });

  test('has a grammar whose patterns can be read, and that knows a rule', () => {
    const { patterns } = JSON.parse(text('extension/syntaxes/ftpwall.tmLanguage.json')) as {
      patterns: readonly { name: string; match: string }[];
    };
    const scopes = (line: string) =>
      patterns.filter(({ match }) => new RegExp(match).test(line)).map(({ name }) => name);
    expect(scopes('SSH(ACCEPT) net $FW # in')).toEqual([
      'comment.line.number-sign.ftpwall',
      'variable.other.ftpwall',
      'keyword.other.target.ftpwall',
      'entity.name.function.macro.ftpwall',
    ]);
    expect(scopes('?SECTION NEW')).toEqual(['keyword.control.directive.ftpwall']);
  });
});

test('the client starts `ftpwall lsp`', () => {
  // Stands for VS Code: any class or function that is asked for, and the settings.
  writeFileSync(
    join(root, 'stand-in.cjs'),
    `const Module = require('node:module');
const anything = () => new Proxy(class {}, { get: (target, name) => (name === 'prototype' ? target.prototype : name === Symbol.toPrimitive ? () => 0 : anything()), apply: () => anything() });
class EventEmitter { event = () => ({ dispose() {} }); fire() {} dispose() {} }
const vscode = new Proxy({ version: '1.91.0', EventEmitter, workspace: new Proxy({ isTrusted: true, textDocuments: [], getConfiguration: () => ({ get: (name, other) => other }) }, { get: (target, name) => target[name] ?? anything() }) }, { get: (target, name) => target[name] ?? anything() });
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
require('node:child_process').spawn = (command, words) => {
  console.log([command, ...words].join(' '));
  process.exit(0);
};
const { activate, deactivate } = require(process.argv[2]);
if (typeof deactivate === 'function') activate();
`,
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'stand-in.cjs'), join(root, 'unpacked/extension/extension.js')],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr: stderr.slice(-1000) }).toEqual({ stdout: 'ftpwall lsp --stdio\n', stderr: '' });
});
