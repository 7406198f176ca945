/** What a page of the manual is made of, before it becomes man(7) or Markdown. Text marks words with backticks. */

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  /** Lines as they are; with `file` a configuration file, which the tests compile. */
  | { readonly kind: 'example'; readonly lines: readonly string[]; readonly file?: string }
  | { readonly kind: 'heading'; readonly text: string };

export interface Term {
  readonly term: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A page: `ftpwall-rules(5)`. */
export interface Page {
  readonly name: string;
  readonly section: 5 | 7 | 8;
  readonly summary: string;
  /** What stands above it on the site; its name when left out. */
  readonly title?: string;
  readonly sections: readonly Section[];
  readonly seeAlso: readonly string[];
}

export function text(...lines: readonly string[]): Block {
  return { kind: 'text', text: lines.join(' ') };
}

export function terms(list: readonly (readonly [string, string])[]): Block {
  return { kind: 'terms', terms: list.map(([term, words]) => ({ term, text: words })) };
}

export function example(lines: string, file?: string): Block {
  return { kind: 'example', lines: lines.replace(/\n$/, '').split('\n'), ...(file ? { file } : {}) };
}

/** What a page of a file says besides its columns. */
export interface FileProse {
  readonly description?: readonly Block[];
  readonly examples?: readonly Block[];
}
