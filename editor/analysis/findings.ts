/** Diagnostics of the compiler as messages of the protocol. */
import { DiagnosticSeverity } from 'vscode-languageserver/node';
import type { Diagnostic, Fix, Severity } from '../../compiler/diagnostics/message.ts';
import type { Span } from '../../compiler/source.ts';
import { notRun } from '../folder/environment.ts';
import { pathIn } from '../folder/texts.ts';
import { rangeOf } from '../places.ts';
import type { FilePlace, Finding } from './digest.ts';
import type { LineIn } from './mask.ts';

/** Lines with a message of these codes do nothing. */
const dead: readonly string[] = ['rule-never-reached', 'rule-matches-nothing'];

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
} as const satisfies Record<Severity, DiagnosticSeverity>;

/** Messages of what is not run here say nothing of the configuration. */
const notJudged: readonly string[] = ['params-failed', 'shell-failed'];

/** The path of a file that a span is in; undefined for the standard library, which is no file. */
function pathOfSpan(folder: string, { source }: Span): string | undefined {
  if (source.path === '' || source.path.startsWith('library/')) return undefined;
  return pathIn(folder, source.path);
}

/** Where messages of a folder are shown. */
export interface Shown {
  readonly folder: string;
  readonly lineIn: LineIn;
}

function placed({ folder, lineIn }: Shown, span: Span): FilePlace | undefined {
  const path = pathOfSpan(folder, span);
  if (path === undefined) return undefined;
  const { start, end } = rangeOf(span);
  const name = span.source.path;
  return {
    path,
    range: { start: { ...start, line: lineIn(name, start.line) }, end: { ...end, line: lineIn(name, end.line) } },
  };
}

/** A message, or undefined for one without a place in a file of the user's. */
export function findingOf(folder: Shown, diagnostic: Diagnostic): Finding | undefined {
  const { code, severity, label, related } = diagnostic;
  const fix = diagnostic.fix ?? likelyFix(diagnostic);
  const place = placed(folder, label.span);
  if (!place) return undefined;
  const isSkipped = notJudged.includes(code) && textOf(diagnostic).includes(notRun);
  const fixPlace = fix && fix.rename === undefined ? placed(folder, fix.span) : undefined;
  return {
    ...place,
    code,
    severity: isSkipped ? DiagnosticSeverity.Information : severities[severity],
    message: textOf(diagnostic),
    related: related.flatMap(({ span, text }) => {
      const at = placed(folder, span);
      return at ? [{ ...at, text }] : [];
    }),
    ...(fix && fixPlace ? { fix: { ...fixPlace, text: fix.text, isCertain: fix === diagnostic.fix } } : {}),
    dead: dead.includes(code),
  };
}

/** Where the help is a word to write and the place is a word, the one is meant for the other. */
function likelyFix({ label: { span }, help }: Diagnostic): Fix | undefined {
  const word = /^write `([^`\s]+)`$/.exec(help ?? '')?.[1];
  const written = span.source.text.slice(span.start, span.end);
  return word !== undefined && /^\S+$/.test(written) ? { span, text: word } : undefined;
}

/** The message, what stands under the place in a terminal, and what to do. */
function textOf({ message, label, help }: Diagnostic): string {
  return [message, label.text, help === undefined ? '' : `help: ${help}`].filter((line) => line !== '').join('\n');
}
