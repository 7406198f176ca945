/** How the server begins and ends. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LanguageClient } from '../support/language-client.ts';

test('what it can do is said at once, and nothing is registered later', async () => {
  const { client, hello } = await LanguageClient.start({
    words: ['--stdio'],
    capabilities: {
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, configuration: true },
      textDocument: { rename: { dynamicRegistration: true } },
    },
  });
  expect(hello.serverInfo).toEqual({ name: 'ftpwall', version: expect.stringMatching(/^\d/) });
  expect(hello.capabilities).toMatchObject({
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    inlayHintProvider: true,
  });
  expect(hello.capabilities.diagnosticProvider).toBeUndefined();
  expect(await client.request('textDocument/hover', at('file:///nowhere/rules'))).toBeNull();
  expect(await client.request('textDocument/hover', at('untitled:1'))).toBeNull();
  expect(client.asked).toEqual([]);
  expect(await client.end()).toEqual({ status: 0, signal: null });
});

const at = (uri: string) => ({ textDocument: { uri }, position: { line: 0, character: 0 } });

test('exit without shutdown is a failure', async () => {
  const { client } = await LanguageClient.start();
  client.notify('exit', null);
  expect(await client.ended).toEqual({ status: 1, signal: null });
});

test('it ends when the editor is gone', async () => {
  const silent = LanguageClient.silent();
  silent.process.stdin.end();
  expect((await silent.ended).signal).toBeNull();
  const { client } = await LanguageClient.start();
  client.open('/tmp/ftpwall-nothing/rules', 'ACCEPT');
  client.process.stdin.end();
  expect((await client.ended).signal).toBeNull();
});

test('arguments that it does not know are refused before anything is said', () => {
  const { status, stdout } = spawnSync(process.execPath, ['dist/ftpwall.js', 'lsp', 'rules'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
