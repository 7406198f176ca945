/** What is said to a user, as data. */
import type { Span } from '../source.ts';

/** An error refuses to build and cannot be turned off; a warning, and a note for who asks for notes, can be allowed by its code. */
export type Severity = 'error' | 'warning' | 'note';

/** A place and what is to be said of it. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** A change of the text that cures the mistake. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
  /** The lines now belong into another file: the whole file takes its name, or goes before the one that has it. */
  readonly rename?: { readonly from: string; readonly to: string };
}

/**
 * One message. `code` says the mistake and is stable; `message` stands alone, lower case, without a full stop, the
 * user's text in backticks; `label` is the smallest place; `help` says what to do.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly label: Label;
  readonly related: readonly Label[];
  readonly help?: string;
  readonly fix?: Fix;
}
