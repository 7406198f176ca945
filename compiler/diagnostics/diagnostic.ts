/** What we say to a user: one object a mistake, printed for people by `render.ts` and for programs as JSON. */
import type { Origin, Span } from '../source.ts';
import { namingUsers } from './users.ts';

/** An error refuses to build and cannot be turned off; a warning can be allowed by its code. */
export type Severity = 'error' | 'warning';

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

/** The parts of a diagnostic that a catalogue entry fills in. */
export interface Said {
  readonly message: string;
  readonly label: string;
  readonly related?: readonly Label[];
  readonly help?: string | undefined;
  readonly fix?: Fix | undefined;
}

/** A catalogue entry: the code, its severity, and the words made from the facts. */
export interface CatalogueEntry<Facts extends readonly unknown[]> {
  readonly code: string;
  readonly severity: Severity;
  (place: Span | Origin, ...facts: Facts): Diagnostic;
}

function entry<Facts extends readonly unknown[]>(
  severity: Severity,
  code: string,
  say: (...facts: Facts) => Said,
): CatalogueEntry<Facts> {
  const make = (place: Span | Origin, ...facts: Facts): Diagnostic => {
    const { message, label, related = [], help, fix } = say(...facts);
    const [span, ...outer] = isOrigin(place) ? place : [place];
    const said: Diagnostic = {
      code,
      severity,
      message,
      label: { span, text: label },
      related,
      ...(help === undefined ? {} : { help }),
      ...(fix === undefined ? {} : { fix }),
    };
    return namingUsers(said, outer);
  };
  return Object.assign(make, { code, severity });
}

function isOrigin(place: Span | Origin): place is Origin {
  return Array.isArray(place);
}

/** A catalogue entry for a mistake that refuses to build. */
export function error<Facts extends readonly unknown[]>(
  code: string,
  say: (...facts: Facts) => Said,
): CatalogueEntry<Facts> {
  return entry('error', code, say);
}

/** A catalogue entry for something that builds but deserves a look. */
export function warning<Facts extends readonly unknown[]>(
  code: string,
  say: (...facts: Facts) => Said,
): CatalogueEntry<Facts> {
  return entry('warning', code, say);
}
