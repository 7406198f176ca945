/** Diagnostics as people read them. */
import type { Source } from '../source.ts';
import { escapeControls } from './display.ts';
import { type ExcerptLine, excerpt, positionText } from './excerpt.ts';
import { gather } from './gather.ts';
import { toJson } from './json.ts';
import type { Diagnostic, Label } from './message.ts';

/** Colours, as picocolors makes them: each function puts text into its colour, or returns it as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly blue: (text: string) => string;
}

/** How to print. Without `paint` the text is plain. */
export interface RenderOptions {
  readonly paint?: Paint;
}

const plain: Paint = { bold: same, red: same, yellow: same, cyan: same, blue: same };

function same(text: string): string {
  return text;
}

/** All diagnostics, and a last line that counts them. Empty when there are none. */
export function render(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  if (diagnostics.length === 0) return '';
  const blocks = diagnostics.map((each) => renderOne(each, options));
  return `${blocks.join('\n')}\n${summary(diagnostics)}\n`;
}

/** `2 errors, 1 warning`. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((each) => each.severity === severity).length;
  const parts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const number = count(severity);
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  });
  return parts.join(', ');
}

/** One diagnostic, with the lines it is about. Ends in a line feed. */
export function renderOne(diagnostic: Diagnostic, { paint = plain }: RenderOptions = {}): string {
  const { code, severity, message, label, related, help } = diagnostic;
  const colour = { error: paint.red, warning: paint.yellow, note: paint.cyan }[severity];
  const gutter = Math.max(...[label, ...related].map((each) => String(excerpt(each, '-').number).length));
  const bar = paint.blue('|');
  const empty = `${' '.repeat(gutter)} ${bar}`;
  const block = (each: Label, sign: '^' | '-', arrow: string) => [
    `${' '.repeat(gutter)}${paint.blue(arrow)} ${escapeControls(each.span.source.path)}${place(each)}`,
    ...numbered(excerpt(each, sign), each.span.source, {
      gutter,
      bar,
      empty,
      mark: sign === '^' ? colour : paint.blue,
      paint,
    }),
  ];
  const lines = [
    `${paint.bold(colour(`${severity}[${code}]`))}${paint.bold(`: ${shortened(message)}`)}`,
    ...block(label, '^', '-->'),
    ...related.flatMap((each) => [empty, ...block(each, '-', ':::')]),
    ...(help === undefined
      ? []
      : [empty, `${' '.repeat(gutter)} ${paint.blue('=')} ${paint.bold('help')}: ${shortened(help)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Diagnostics as a JSON document, one object each (see `toJson`), with a line feed at the end: schema 1. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify({ schema: 1, findings: diagnostics.map(toJson) }, null, 2)}\n`;
}

/** The same for two folders, each finding with its own. */
export function renderJsonOfFolders(
  folders: readonly { readonly name: string; readonly findings: readonly Diagnostic[] }[],
): string {
  const findings = folders.flatMap(({ name, findings: found }) =>
    gather(found).map((each) => ({ ...toJson(each), folder: name })),
  );
  return `${JSON.stringify({ schema: 1, findings }, null, 2)}\n`;
}

function place({ span }: Label): string {
  return span.source.text === '' ? '' : `:${positionText(span)}`;
}

interface Frame {
  readonly gutter: number;
  readonly bar: string;
  readonly empty: string;
  readonly mark: (text: string) => string;
  readonly paint: Paint;
}

/** The line with its number, and the mark with the label. A file of which no text is known shows the label alone. */
function numbered(line: ExcerptLine, source: Source, { gutter, bar, empty, mark, paint }: Frame): readonly string[] {
  const label = shortened(line.label);
  if (source.text === '') return [`${' '.repeat(gutter)} ${bar} ${mark(label)}`];
  const number = paint.blue(String(line.number).padStart(gutter));
  return [
    empty,
    `${number} ${bar} ${line.text}`.trimEnd(),
    `${empty} ${marksBefore(line.marks)}${mark(`${line.marks.trimStart()} ${label}`.trimEnd())}`,
  ];
}

function marksBefore(marks: string): string {
  return marks.slice(0, marks.length - marks.trimStart().length);
}

/** What users wrote may be of any length; between backticks its beginning is enough. */
function shortened(text: string): string {
  const cut = text.replace(/`[^`]{81,}`/g, (quoted) => `\`${quoted.slice(1, 71)}…\``);
  return escapeControls(cut.length > 2000 ? `${cut.slice(0, 2000)}…` : cut);
}
