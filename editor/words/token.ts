/** What a line of a configuration file consists of, for an editor: cells, and words that name something. */
import type { FileTable } from '../../compiler/language/schema.ts';
import type { ValueTypes } from '../../compiler/language/value-types.ts';

/** Kinds of things that words name. `call` is a target, a macro or an action; `text` is a word of a column without names. */
export type WordKind =
  | 'zone'
  | 'interface'
  | 'variable'
  | 'call'
  | 'option'
  | 'setting'
  | 'include'
  | 'directive'
  | 'comment'
  | 'number'
  | 'text';

/** A word of a line; `start` and `end` count characters of the physical line. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly kind: WordKind;
  readonly name: string;
  /** It gives the name, others only use it. */
  readonly declares?: true;
  /** It names a thing of its kind only where one of this name is declared; otherwise it is an address or a word. */
  readonly maybe?: true;
  /** The variable of whose value it is a word: it names a zone only where the variable stands for zones. */
  readonly inValueOf?: string;
}

/** A cell of a line. */
export interface CellPlace {
  readonly start: number;
  readonly end: number;
  readonly column: string;
  readonly type: keyof ValueTypes;
}

/** A physical line. */
export interface ScannedLine {
  readonly words: readonly Word[];
  readonly cells: readonly CellPlace[];
  /** The column names in the order that holds in this line. */
  readonly order: readonly string[];
}

/** How the lines of a file are read: by columns, `NAME=value`, as shell, or as text of which nothing is known. */
export type FileKind =
  | { readonly kind: 'table'; readonly table: FileTable }
  | { readonly kind: 'settings' }
  | { readonly kind: 'params' }
  | { readonly kind: 'script' };
