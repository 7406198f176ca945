/** The extension for VS Code: what it says of itself, and the colours that it has without a server. */
import type { EditorWords } from './words.ts';

/** The texts of the extension by their paths in it; the client beside them is bundled by the build. */
export function vscodeFiles(words: EditorWords, version: string): Readonly<Record<string, string>> {
  const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
  return {
    'extension/package.json': json(manifest(words, version)),
    'extension/language-configuration.json': json({
      comments: { lineComment: '#' },
      brackets: [
        ['(', ')'],
        ['{', '}'],
        ['[', ']'],
      ],
      autoClosingPairs: [
        { open: '(', close: ')' },
        { open: '{', close: '}' },
      ],
      wordPattern: '[\\\\w.+@-]+',
    }),
    'extension/syntaxes/ftpwall.tmLanguage.json': json(grammar(words)),
    'extension/readme.md': readme,
    'extension.vsixmanifest': vsixManifest(version),
    '[Content_Types].xml': contentTypes,
  };
}

function manifest({ files, settingsFiles }: EditorWords, version: string): object {
  const inFolders = ['ftpwall', 'shorewall', 'shorewall6'].flatMap((folder) =>
    [...files, 'macro.*', 'action.*'].map((name) => `**/${folder}/${name}`),
  );
  return {
    name: 'ftpwall',
    displayName: 'ftpwall',
    description: 'Messages while typing, completion and renaming for the firewall compiler ftpwall',
    version,
    publisher: 'ftpwall',
    license: 'GPL-2.0-or-later',
    engines: { vscode: '^1.91.0' },
    categories: ['Programming Languages', 'Linters', 'Formatters'],
    main: './extension.js',
    activationEvents: ['onLanguage:ftpwall'],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: 'Scripts of the configuration are not run.',
        restrictedConfigurations: ['ftpwall.command', 'ftpwall.runScripts'],
      },
    },
    contributes: {
      languages: [
        {
          id: 'ftpwall',
          aliases: ['ftpwall'],
          filenames: settingsFiles,
          filenamePatterns: inFolders,
          configuration: './language-configuration.json',
        },
      ],
      grammars: [{ language: 'ftpwall', scopeName: 'source.ftpwall', path: './syntaxes/ftpwall.tmLanguage.json' }],
      configuration: {
        title: 'ftpwall',
        properties: {
          'ftpwall.command': {
            type: 'string',
            default: 'ftpwall',
            scope: 'machine',
            description: 'The program that is started as the language server, with the word lsp.',
          },
          'ftpwall.runScripts': {
            type: ['boolean', 'null'],
            default: null,
            scope: 'machine',
            description: 'Whether a saved params file and commands of ?SHELL may be run; left out: below /etc only.',
          },
        },
      },
    },
  };
}

function grammar({ targets, macros, options, settings, directives }: EditorWords): object {
  const words = (names: readonly string[]) => names.map((name) => name.replace(/[.+?*!]/g, '\\$&')).join('|');
  return {
    scopeName: 'source.ftpwall',
    name: 'ftpwall',
    patterns: [
      { name: 'comment.line.number-sign.ftpwall', match: '#.*$' },
      { name: 'keyword.control.directive.ftpwall', match: `^\\s*\\?(?:${directives.join('|')})\\b` },
      { name: 'keyword.control.directive.ftpwall', match: '^\\s*(?:INCLUDE|SECTION|FORMAT|COMMENT)\\b' },
      { name: 'variable.other.ftpwall', match: '\\$(?:\\w+|\\{\\w+\\})' },
      { name: 'keyword.other.target.ftpwall', match: `(?<![\\w-])(?:${words(targets)})(?![\\w-])` },
      { name: 'entity.name.function.macro.ftpwall', match: `(?<![\\w-])(?:${words(macros)})(?![\\w-])` },
      { name: 'support.constant.setting.ftpwall', match: `^\\s*(?:${words(settings)})(?==)` },
      { name: 'support.type.option.ftpwall', match: `(?<=[\\s,])(?:${words(options)})(?=[,=]|\\s*(?:#|$))` },
      { name: 'constant.numeric.ftpwall', match: '\\b\\d+(?:\\.\\d+){0,3}(?:/\\d+)?\\b' },
    ],
  };
}

const readme = `# ftpwall

Starts \`ftpwall lsp\`, the language server of the firewall compiler, for the files of a configuration folder: messages while
typing, completion by column, definition, references and renaming over all files, quick fixes, formatting, and what each
line is compiled to. The program \`ftpwall\` must be installed; the setting \`ftpwall.command\` names it where it is not on
the path.
`;

function vsixManifest(version: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="ftpwall" Version="${version}" Publisher="ftpwall" />
    <DisplayName>ftpwall</DisplayName>
    <Description xml:space="preserve">Messages while typing, completion and renaming for the firewall compiler ftpwall</Description>
    <Tags>firewall,nftables,__ext_conf</Tags>
    <Categories>Programming Languages,Linters,Formatters</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="^1.91.0" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace" />
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/readme.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true" />
  </Assets>
</PackageManifest>
`;
}

const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json" />
  <Default Extension=".js" ContentType="application/javascript" />
  <Default Extension=".md" ContentType="text/markdown" />
  <Default Extension=".txt" ContentType="text/plain" />
  <Default Extension=".vsixmanifest" ContentType="text/xml" />
</Types>
`;
