/** What we say to a user: one object a mistake, printed for people by `render.ts` and for programs as JSON. */

import type { Origin, Span } from '../source.ts';
import type { Diagnostic, Fix, Label, Severity } from './message.ts';
import { namingUsers } from './users.ts';

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
  /** A warning of what is open, or does nothing, without a word: `check --strict` refuses it. */
  readonly hole?: true;
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

/** A warning of what is open, or does nothing, without anybody's knowledge. */
export function hole<Facts extends readonly unknown[]>(
  code: string,
  say: (...facts: Facts) => Said,
): CatalogueEntry<Facts> {
  return Object.assign(entry('warning', code, say), { hole: true } as const);
}

/** A catalogue entry for what is right and could be left out; only who asks for notes is told. */
export function note<Facts extends readonly unknown[]>(
  code: string,
  say: (...facts: Facts) => Said,
): CatalogueEntry<Facts> {
  return entry('note', code, say);
}
