/** The client of the extension: starts `ftpwall lsp` and leaves the rest to it. */
const { workspace } = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

let client;

exports.activate = async () => {
  const settings = workspace.getConfiguration('ftpwall');
  const command = settings.get('command', 'ftpwall');
  const runScripts = workspace.isTrusted ? settings.get('runScripts') : false;
  client = new LanguageClient(
    'ftpwall',
    'ftpwall',
    { command, args: ['lsp'], transport: TransportKind.stdio },
    {
      documentSelector: [{ scheme: 'file', language: 'ftpwall' }],
      initializationOptions: typeof runScripts === 'boolean' ? { runScripts } : {},
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
