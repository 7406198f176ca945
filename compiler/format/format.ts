/** `fmt`: the columns of a configuration file stand below each other. Blanks between columns change, nothing else. */
import { files } from '../language/files/index.ts';
import { action, macro } from '../language/files/rules.ts';
import type { FileTable } from '../language/schema.ts';
import { laidOut } from './layout.ts';
import { linesOf } from './lines.ts';

/** Whether the file `name` is a table of columns, so that `formatted` may change it. */
export function hasColumns(name: string): boolean {
  return tableOf(name) !== undefined;
}

/**
 * The text of the file `name` with its columns aligned: as many lines as before, each with the same cells and comment.
 * Directives, scripts, continued lines and lines that cannot be read stay as they are; other files do as a whole.
 */
export function formatted(name: string, text: string): string {
  const table = tableOf(name);
  return table ? laidOut(linesOf(table, text)) : text;
}

function tableOf(name: string): FileTable | undefined {
  if (/^macro\.[\w-]+$/.test(name)) return macro;
  if (/^action\.[\w-]+$/.test(name)) return action;
  const tables: readonly FileTable[] = files;
  // Where the last column takes the rest, lines are commands and no table.
  return tables.find((table) => table.name === name && !table.lastTakesRest);
}
