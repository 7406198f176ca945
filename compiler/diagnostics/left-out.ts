/** What mistakes have left out of a configuration: what depends on it is not reported as missing. */

interface Lines {
  /** The words of the lines: one of them may be the name that a line declares. */
  readonly words: Set<string>;
  /** Whether nobody knows what was left out: a file that could not be included, a branch whose condition is wrong. */
  anything: boolean;
}

/** The lines that were left out after a message, by the file that they belong to. */
export class LeftOut {
  readonly #lines = new Map<string, Lines>();

  /** A line with this text was left out. A name that a variable gives may be any. */
  line(file: string, text: string): void {
    const { words } = this.#of(file);
    for (const word of text.match(/[\w.+@%-]+/g) ?? []) words.add(word);
    if (/^\S*\s*\S*\$/.test(text)) this.lines(file);
  }

  /** Lines whose text nobody knows were left out. */
  lines(file: string): void {
    this.#of(file).anything = true;
  }

  /** Whether a line of one of the files was left out. */
  isPartOf(...files: readonly string[]): boolean {
    return files.some((file) => this.#lines.has(file));
  }

  /** Whether a line of one of the files that was left out may have declared a name. */
  mayDeclare(name: string, ...files: readonly string[]): boolean {
    return files.some((file) => {
      const lines = this.#lines.get(file);
      return lines !== undefined && (lines.anything || lines.words.has(name));
    });
  }

  #of(file: string): Lines {
    const known = this.#lines.get(file) ?? { words: new Set<string>(), anything: false };
    this.#lines.set(file, known);
    return known;
  }
}
