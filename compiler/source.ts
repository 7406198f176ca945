/**
 * Text that remembers where it came from: sources, spans, and text assembled of pieces of them.
 * Everything the compiler says to a user starts from a `Span` made here.
 */

/** One file as it was read. `path` is what the user is shown. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A half-open range of offsets (UTF-16 units) in one source. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Where a thing comes from, innermost first: the line of the macro, then the line that used the macro. */
export type Origin = readonly [Span, ...Span[]];

/**
 * A run of text in a `TracedText` that starts at offset `at`. With `verbatim` each character maps to its own place;
 * otherwise the whole run (the value of a variable, say) maps to the whole span (the `$NAME` that was written).
 */
export interface Piece {
  readonly at: number;
  readonly span: Span;
  readonly verbatim: boolean;
}

/** Text made of pieces of sources: a continued line, a line with expanded variables. Pieces are in order and not empty. */
export interface TracedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** A place as people count: both from 1. Columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

function startsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** The line and column of an offset. */
export function positionOf(source: Source, offset: number): Position {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of line `line` (from 1), without its line feed. Empty when there is no such line. */
export function lineText(source: Source, line: number): string {
  const starts = startsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  const next = starts[line];
  return source.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
}

/** `rules:14`: the short name of a place, as comments of the ruleset carry it. */
export function placeOf(span: Span): string {
  return `${span.source.path}:${positionOf(span.source, span.start).line}`;
}

/** The span that covers all of a source. */
export function wholeSource(source: Source): Span {
  return { source, start: 0, end: source.text.length };
}

/** The span of one line, without its line feed. */
export function lineSpan(source: Source, line: number): Span {
  const start = startsOf(source)[line - 1] ?? source.text.length;
  return { source, start, end: start + lineText(source, line).length };
}

/**
 * Text that stands in one source as it is: most of all text. It is its own span, and its one piece is made when somebody asks,
 * since each line and each of its cells would otherwise need three objects.
 */
class Verbatim implements TracedText, Span {
  readonly text: string;
  readonly source: Source;
  readonly start: number;
  readonly end: number;

  constructor(text: string, source: Source, start: number) {
    this.text = text;
    this.source = source;
    this.start = start;
    this.end = start + text.length;
  }

  get pieces(): readonly Piece[] {
    return [{ at: 0, span: this, verbatim: true }];
  }
}

const nothing: TracedText = { text: '', pieces: [] };

function verbatim(text: string, source: Source, start: number): TracedText {
  return text === '' ? nothing : new Verbatim(text, source, start);
}

/** Whether the text is known to stand in one source as it is. False says nothing. */
export function isVerbatim(text: TracedText): text is TracedText & Span {
  return text instanceof Verbatim;
}

/** Traced text that is exactly the text under a span. */
export function traced({ source, start, end }: Span): TracedText {
  return verbatim(source.text.slice(start, end), source, start);
}

/** Text that stands for what is written under `span`: the value of a variable. */
export function standsFor(text: string, span: Span): TracedText {
  return { text, pieces: text === '' ? [] : [{ at: 0, span, verbatim: false }] };
}

/** The parts one after the other. */
export function join(parts: readonly TracedText[]): TracedText {
  let text = '';
  const pieces: Piece[] = [];
  for (const part of parts) {
    for (const piece of part.pieces) pieces.push({ ...piece, at: piece.at + text.length });
    text += part.text;
  }
  return { text, pieces };
}

/** Characters `start` to `end` of traced text, with their places. */
export function slice(whole: TracedText, start: number, end: number = whole.text.length): TracedText {
  if (start === 0 && end === whole.text.length) return whole;
  const text = whole.text.slice(start, end);
  if (whole instanceof Verbatim) return verbatim(text, whole.source, whole.start + start);
  const last = start + text.length;
  const pieces: Piece[] = [];
  for (let index = pieceAt(whole.pieces, start); index < whole.pieces.length; index++) {
    const piece = whole.pieces[index];
    if (!piece || piece.at >= last) break;
    const from = Math.max(piece.at, start);
    const to = Math.min(whole.pieces[index + 1]?.at ?? whole.text.length, last);
    if (from >= to) continue;
    const { source } = piece.span;
    const span = piece.verbatim
      ? { source, start: piece.span.start + (from - piece.at), end: piece.span.start + (to - piece.at) }
      : piece.span;
    pieces.push({ at: from - start, span, verbatim: piece.verbatim });
  }
  return { text, pieces };
}

/** The index of the last piece that begins at or before `offset`; a long list of addresses has thousands of pieces. */
function pieceAt(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The smallest span that covers characters `start` to `end` of traced text. When they come from several sources,
 * the part in the first of them. An empty range is the point where it stands.
 */
export function spanOf(whole: TracedText, start = 0, end: number = whole.text.length): Span {
  if (whole instanceof Verbatim) {
    const { length } = whole.text;
    if (start === 0 && end >= length) return whole;
    const from = Math.min(start, length);
    return {
      source: whole.source,
      start: whole.start + from,
      end: whole.start + Math.max(from, Math.min(end, length)),
    };
  }
  const { pieces } = slice(whole, start, Math.max(end, start));
  const first = pieces[0];
  if (!first) return pointAt(whole, start);
  let last = first.span.end;
  for (const piece of pieces) if (piece.span.source === first.span.source) last = Math.max(last, piece.span.end);
  return { source: first.span.source, start: first.span.start, end: last };
}

function pointAt(whole: TracedText, offset: number): Span {
  const found = whole.pieces[pieceAt(whole.pieces, offset)];
  if (!found) return { source: { path: '', text: '' }, start: 0, end: 0 };
  const { source, start, end } = found.span;
  const at = found.verbatim ? Math.min(start + Math.max(0, offset - found.at), end) : start;
  return { source, start: at, end: at };
}
