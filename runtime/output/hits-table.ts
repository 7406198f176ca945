/** How `ftpwall hits` shows the counters: a row for each line, with its text, and what changed since the last look. */
import { LineTexts } from '../generations/line-texts.ts';
import type { LineHits } from '../status/counters.ts';
import type { Options } from '../verb.ts';
import { isTerminal, wantsColor } from './output.ts';

export class Paint {
  readonly #bold: (text: string) => string;
  readonly #clear: string;
  readonly #texts: LineTexts;

  private constructor(bold: (text: string) => string, clear: string, texts: LineTexts) {
    this.#bold = bold;
    this.#clear = clear;
    this.#texts = texts;
  }

  /** Looks at the generation that runs, for the texts of its lines. */
  static async open(state: string, { color, watch }: Options): Promise<Paint> {
    const { default: picocolors } = await import('picocolors');
    const { bold } = picocolors.createColors(wantsColor(color, 1));
    // Home, and clear to the end of the screen (ECMA-48, CUP and ED).
    return new Paint(bold, watch && isTerminal(1) ? '\u001b[H\u001b[J' : '', LineTexts.ofCurrent(state));
  }

  /** The whole table. With `before`, lines that counted since then are marked by what was added. */
  page(lines: readonly LineHits[], before?: readonly LineHits[]): string {
    const rows = lines.map((line) => ({ ...line, added: before ? addedTo(line, before) : 0 }));
    const heading = this.#row(['packets', 'bytes', before ? 'new' : '', 'line', '']);
    const body = rows.map((row) => {
      const cells = [String(row.packets), inShort(row.bytes), row.added > 0 ? `+${row.added}` : '', row.place];
      const text = this.#row([...cells, this.#texts.of(row.place)]);
      return row.added > 0 ? this.#bold(text) : text;
    });
    return `${this.#clear}${[heading, ...body].join('\n')}\n`;
  }

  #row([packets = '', bytes = '', added = '', place = '', text = '']: readonly string[]): string {
    return `${packets.padStart(9)} ${bytes.padStart(7)} ${added.padStart(7)}  ${place.padEnd(16)} ${text}`.trimEnd();
  }
}

function addedTo({ place, packets }: LineHits, before: readonly LineHits[]): number {
  const then = before.find((each) => each.place === place)?.packets ?? 0;
  // Counters that were set back begin anew.
  return packets >= then ? packets - then : packets;
}

const units = ['', 'K', 'M', 'G', 'T', 'P'];

/** Bytes as 1.2K, in powers of 1024. */
function inShort(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return power === 0 ? String(bytes) : `${(bytes / 1024 ** power).toFixed(1)}${units[power]}`;
}

/** What `hits --json` lists: the line as file and number, or else the name of a rule that no line made. */
export function hitsAsData(lines: readonly LineHits[], state: string): readonly object[] {
  const texts = LineTexts.ofCurrent(state);
  return lines.map(({ place, packets, bytes }) => {
    const [, file, line] = /^(\S+):(\d+)$/.exec(place) ?? [];
    const text = texts.of(place);
    const where =
      file === undefined ? { builtin: place } : { line: { file, line: Number(line), ...(text !== '' && { text }) } };
    return { ...where, packets, bytes };
  });
}
