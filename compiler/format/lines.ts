/** What each physical line of a file is to the formatter: cells that may move, or text that stays. */
import { Continuation } from '../1-read/continuation.ts';
import { actsAtOnce } from '../1-read/directives.ts';
import { scriptPart } from '../1-read/scripts.ts';
import type { FileTable } from '../language/schema.ts';
import { traced } from '../source.ts';
import { type Heading, headingBelow, headingIn } from './heading.ts';
import { type CellRow, rowIn } from './row.ts';

/** A line that stays as it is; `beginsBlock` where other columns come after it. */
export interface KeptLine {
  readonly kind: 'kept';
  readonly text: string;
  readonly beginsBlock: boolean;
}

/** A physical line; `end` is what stands before its line feed: a carriage return or nothing. */
export type Line = { readonly end: string } & (KeptLine | Heading | CellRow);

/** The lines of a file in their order; one more than it has line feeds. */
export function linesOf(table: FileTable, text: string): readonly Line[] {
  const reader = new LineReader(table);
  return text.split('\n').map((physical) => {
    const end = physical.endsWith('\r') ? '\r' : '';
    return { ...reader.take(physical.slice(0, physical.length - end.length)), end };
  });
}

/** Follows a file as stage 1 does, without knowing which branch of an `?IF` is read. */
class LineReader {
  readonly #table: FileTable;
  readonly #continuation = new Continuation({ add: () => undefined });
  /** A `\` waits for the rest of its line. */
  #waiting = false;
  #inScript = false;
  /** A directive stood where it may cut a line or a script in two: what follows may be a part of it. */
  #lost = false;
  /** The heading above, when nothing stands between. */
  #heading: Heading | undefined;

  constructor(table: FileTable) {
    this.#table = table;
  }

  take(text: string): KeptLine | Heading | CellRow {
    const above = this.#heading;
    this.#heading = undefined;
    if (this.#lost) return kept(text);
    if (actsAtOnce(text)) {
      this.#lost = this.#waiting || this.#inScript;
      return kept(text);
    }
    const goesOn = this.#waiting;
    const logical = this.#continuation.add(traced({ source: { path: '', text }, start: 0, end: text.length }));
    this.#waiting = logical === undefined;
    if (logical && this.#followScript(logical.text)) return kept(text);
    if (goesOn || this.#waiting || text.includes('\\')) return kept(text);
    return this.#whole(text, above);
  }

  /** Whether the logical line is a script or a part of one. */
  #followScript(line: string): boolean {
    const part = scriptPart(line);
    if (this.#inScript) {
      this.#inScript = part !== 'end';
      return true;
    }
    this.#inScript = part === 'begin';
    return part !== undefined;
  }

  /** A physical line that is a whole one, without `\`. */
  #whole(text: string, above: Heading | undefined): KeptLine | Heading | CellRow {
    const format = /^\s*\??FORMAT\b/i.test(text);
    if (/^\s*(?:\?|(?:INCLUDE|SECTION|FORMAT|COMMENT|DEFAULTS)(?:\s|$))/.test(text)) return kept(text, format);
    const heading = headingIn(this.#table, text) ?? (above && headingBelow(above, text));
    this.#heading = heading;
    if (heading) return heading;
    if (/^[ \t]*(?:#|$)/.test(text)) return kept(text.replace(/[ \t]+$/, ''));
    return rowIn(this.#table, text) ?? kept(text);
  }
}

function kept(text: string, beginsBlock = /^[ \t]*\?FORMAT\b/i.test(text)): KeptLine {
  return { kind: 'kept', text, beginsBlock };
}
