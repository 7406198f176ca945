/** What the build puts into packages beside the program and the manual. */

import { outputSchemas, schemaFile } from '../runtime/output/schemas/index.ts';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { zsh } from './completion/zsh.ts';
import { emacsFiles } from './editors/emacs.ts';
import { vimFiles } from './editors/vim.ts';
import { vscodeFiles } from './editors/vscode.ts';
import { editorWords } from './editors/words.ts';

export { skeletons } from '../runtime/init/skeletons.ts';

/** The completion of each shell, by the name under which the shell looks for it. */
export function completions(macros: readonly string[]): Readonly<Record<string, string>> {
  return { 'ftpwall.bash': bash(macros), _ftpwall: zsh(macros), 'ftpwall.fish': fish(macros) };
}

/** A JSON Schema for each verb with --json, by the name of its file: `status.json`, `show-ftp.json`. */
export function schemas(): Readonly<Record<string, string>> {
  const dialect = 'https://json-schema.org/draft/2020-12/schema';
  return Object.fromEntries(
    outputSchemas.flatMap(({ verbs, schema }) =>
      verbs.map((verb) => {
        const document = { $schema: dialect, title: `ftpwall ${verb} --json`, ...schema };
        return [schemaFile(verb), `${JSON.stringify(document, undefined, 2)}\n`] as const;
      }),
    ),
  );
}

/** The files of each editor, by their paths in its folder; those of VS Code are packed. */
export function editors(
  macros: readonly string[],
  version: string,
): Readonly<Record<'vim' | 'emacs' | 'vscode', Readonly<Record<string, string>>>> {
  const words = editorWords(macros);
  return { vim: vimFiles(words), emacs: emacsFiles(words), vscode: vscodeFiles(words, version) };
}
