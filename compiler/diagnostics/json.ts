/** Diagnostics as programs read them: an editor can show them without any logic of its own. */
import { positionOf, type Span } from '../source.ts';
import type { Diagnostic, Label, Severity } from './message.ts';

/** A line and column, both from 1; columns count UTF-16 units. */
interface JsonPosition {
  readonly line: number;
  readonly column: number;
}

/** A range in a file; the end is behind the last character. */
interface JsonPlace {
  readonly file: string;
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

interface JsonLabel extends JsonPlace {
  readonly text: string;
}

/** One diagnostic. `fix` is a replacement of the text in its range. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly label: JsonLabel;
  readonly related: readonly JsonLabel[];
  readonly help?: string;
  readonly fix?: JsonLabel;
}

/** The object that `--json` prints for a diagnostic. */
export function toJson({ code, severity, message, label, related, help, fix }: Diagnostic): JsonDiagnostic {
  return {
    code,
    severity,
    message,
    label: labelled(label),
    related: related.map(labelled),
    ...(help === undefined ? {} : { help }),
    ...(fix === undefined ? {} : { fix: { ...placed(fix.span), text: fix.text } }),
  };
}

function labelled({ span, text }: Label): JsonLabel {
  return { ...placed(span), text };
}

function placed({ source, start, end }: Span): JsonPlace {
  return { file: source.path, start: positionOf(source, start), end: positionOf(source, end) };
}
