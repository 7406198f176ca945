/** What a file of a configuration folder is, by its name. */
import { shellScripts } from '../../compiler/language/extension-scripts.ts';
import { files } from '../../compiler/language/files/index.ts';
import { action, macro } from '../../compiler/language/files/rules.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import type { FileKind } from './token.ts';

const tables = new Map<string, FileTable>((files as readonly FileTable[]).map((table) => [table.name, table]));

/** The kind of a file by its name in the folder; undefined for what is no configuration file, or is included by one. */
export function fileKind(name: string): FileKind | undefined {
  const table = tables.get(name);
  if (table) return { kind: 'table', table };
  if (/^macro\.[\w-]+$/.test(name)) return { kind: 'table', table: macro };
  if (/^action\.[\w-]+!?$/.test(name)) return { kind: 'table', table: action };
  if (/^(ftpwall|shorewall6?)\.conf$/.test(name)) return { kind: 'settings' };
  if (name === 'params') return { kind: 'params' };
  return shellScripts.includes(name) ? { kind: 'script' } : undefined;
}
