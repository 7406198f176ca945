/** The standard library as files, for editors that want to show a macro: written when one is asked for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFile } from './features/library-docs.ts';

export class LibraryFiles {
  #folder: string | undefined;

  /** The path of a copy of a standard macro or action; undefined when there is none of this name. */
  pathOf(name: string): string | undefined {
    const found = libraryFile(name);
    if (!found) return undefined;
    this.#folder ??= mkdtempSync(join(tmpdir(), 'ftpwall-library-'));
    const path = join(this.#folder, found.file);
    writeFileSync(path, found.text, { mode: 0o444 });
    return path;
  }

  /** Removes the copies. */
  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
