/** A commented, empty file for each configuration file: what it says, and its column headings. */
import { compiledFiles } from '../../compiler/language/files/index.ts';
import type { FileTable } from '../../compiler/language/schema.ts';

/** The skeletons by file name. Files of old spellings have none: new lines belong elsewhere. */
export function skeletons(): Readonly<Record<string, string>> {
  const tables: readonly FileTable[] = Object.values(compiledFiles);
  return Object.fromEntries(
    tables.filter(({ treatment }) => treatment === 'compiled').map((table) => [table.name, skeletonOf(table)]),
  );
}

/** `# What the file says` and `#COLUMN COLUMN …`, in the newest order that the file has. */
function skeletonOf(table: FileTable): string {
  const [format, columns] = Object.entries(table.formats ?? {}).at(-1) ?? [undefined, Object.keys(table.columns)];
  const lines = [
    `# ftpwall: ${table.summary}.`,
    `# See ftpwall-${table.name}(5).`,
    ...(format === undefined || format === '1' ? [] : [`?FORMAT ${format}`]),
    `#${(columns ?? []).map((name) => name.toUpperCase()).join('  ')}`,
    ...(table.name === 'rules' ? ['', '?SECTION NEW'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
