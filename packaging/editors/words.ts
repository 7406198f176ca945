/** The words of the language that editors colour, and the names of files that hold it. */
import { shellScripts } from '../../compiler/language/extension-scripts.ts';
import { files } from '../../compiler/language/files/index.ts';
import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import { settings } from '../../compiler/language/settings.ts';
import { targets } from '../../compiler/language/targets.ts';

/** What the files of every editor are made of. `macros` are those of the standard library. */
export interface EditorWords {
  /** Files of columns, sorted. */
  readonly files: readonly string[];
  readonly settingsFiles: readonly string[];
  readonly targets: readonly string[];
  readonly macros: readonly string[];
  readonly options: readonly string[];
  readonly settings: readonly string[];
  readonly directives: readonly string[];
}

export function editorWords(macros: readonly string[]): EditorWords {
  const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
  return {
    files: sorted([...files.map(({ name }) => name), 'params'].filter((name) => !shellScripts.includes(name))),
    settingsFiles: ['ftpwall.conf', 'shorewall.conf', 'shorewall6.conf'],
    targets: sorted(Object.keys(targets)),
    macros: sorted(macros),
    options: sorted([interfaceOptions, hostOptions, zoneOptions].flatMap((table) => Object.keys(table))),
    settings: sorted(Object.keys(settings)),
    directives: [
      'IF',
      'ELSIF',
      'ELSE',
      'ENDIF',
      'SET',
      'RESET',
      'FORMAT',
      'SECTION',
      'COMMENT',
      'INCLUDE',
      'SHELL',
      'PERL',
      'BEGIN',
      'END',
      'REQUIRE',
      'ERROR',
      'WARNING',
      'INFO',
    ],
  };
}
