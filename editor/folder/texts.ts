/** The texts of files: of open ones as they are in the editor, of others as they are on the disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TextDocument } from 'vscode-languageserver-textdocument';

interface Saved {
  readonly stamp: string;
  readonly text: string;
}

/** No configuration file is larger; a larger one is not read. */
const mostBytes = 32 * 1024 * 1024;

export class Texts {
  /** Open files by their paths. */
  readonly open = new Map<string, TextDocument>();
  readonly #saved = new Map<string, Saved>();

  /** The text of a file; undefined when there is none. */
  of(path: string): string | undefined {
    return this.open.get(path)?.getText() ?? this.#onDisk(path);
  }

  /** The names of the files in a folder, with those that are open and not saved yet. */
  namesIn(folder: string): readonly string[] {
    const opened = [...this.open.keys()].flatMap((path) => {
      const name = path.slice(folder.length + 1);
      return path.startsWith(`${folder}/`) && !name.includes('/') ? [name] : [];
    });
    return [...new Set([...filesIn(folder), ...opened])].sort();
  }

  /** The texts of all open files, for those who work beside us. */
  snapshot(): ReadonlyMap<string, string> {
    return new Map([...this.open].map(([path, document]) => [path, document.getText()]));
  }

  #onDisk(path: string): string | undefined {
    try {
      const stats = statSync(path);
      if (!stats.isFile() || stats.size > mostBytes) return undefined;
      const stamp = `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
      const known = this.#saved.get(path);
      if (known?.stamp === stamp) return known.text;
      const text = readFileSync(path, 'utf8');
      this.#saved.set(path, { stamp, text });
      return text;
    } catch {
      return undefined; // it is not there, or not ours to read
    }
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The path of a file that a configuration file names. */
export function pathIn(folder: string, name: string): string {
  return name.startsWith('/') ? name : join(folder, name);
}
