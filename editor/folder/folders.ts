/** Which configuration folder a file belongs to. */
import { readdirSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';

const settingsFiles: readonly string[] = ['ftpwall.conf', 'shorewall.conf', 'shorewall6.conf'];

/** How far above a file its folder is looked for: files that others include lie in folders of their own. */
const mostLevels = 4;

/**
 * The folder of a file: the nearest one above it with a settings file, else the nearest one with `zones`, else that of
 * the file itself. `open` are the paths of files that may not be on the disk yet.
 */
export function folderOf(path: string, open: Iterable<string>): string {
  const above: string[] = [];
  for (let at = dirname(path); above.length < mostLevels; at = dirname(at)) {
    above.push(at);
    if (at === dirname(at)) break;
  }
  const opened = [...open];
  const has = (folder: string, names: readonly string[]) =>
    names.some((name) => filesIn(folder).includes(name)) ||
    opened.some((each) => dirname(each) === folder && names.includes(basename(each)));
  return (
    above.find((folder) => has(folder, settingsFiles)) ??
    above.find((folder) => has(folder, ['zones'])) ??
    dirname(path)
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The name of a file as configuration files and messages have it: relative to its folder, or absolute outside. */
export function nameIn(folder: string, path: string): string {
  const name = relative(folder, path);
  return name.startsWith('..') ? path : name;
}
