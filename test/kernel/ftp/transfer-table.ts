/** The table of the README: which transfers a run of the tests made, by placement and mode. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Fetch } from './client.ts';
import { modesOf, versionOf } from './modes.ts';

interface Cell {
  readonly made: number;
  readonly tried: number;
}

const start = '<!-- ftp-table -->';
const end = '<!-- /ftp-table -->';

/** The ways of fetching as columns, in the words of the protocol (RFC 959, RFC 2428). */
const columns = ([4, 6] as const).flatMap((version) => modesOf[version].map((mode) => ({ version, mode })));
const headings = columns.map(({ version, mode }) => `${mode === 'PASV-address' ? 'PASV (227)' : mode} IPv${version}`);

export class TransferTable {
  readonly #rows = new Map<string, Map<string, Cell>>();

  /** A transfer that was tried, and whether the file came whole. */
  note(placement: string, wanted: Fetch, made: boolean): void {
    const row = this.#rows.get(placement) ?? new Map<string, Cell>();
    this.#rows.set(placement, row);
    const key = `${wanted.mode} ${versionOf(wanted)}`;
    const cell = row.get(key) ?? { made: 0, tried: 0 };
    row.set(key, { made: cell.made + (made ? 1 : 0), tried: cell.tried + 1 });
  }

  /** In Markdown: `8/8` says that all of eight transfers were made; an empty cell, that there is no such mode. */
  toMarkdown(): string {
    const rows = [...this.#rows].map(([placement, cells]) => [
      placement,
      ...columns.map(({ version, mode }) => {
        const cell = cells.get(`${mode} ${version}`);
        return cell ? `${cell.made}/${cell.tried}` : '';
      }),
    ]);
    const lines = [['', ...headings], ['', ...headings].map(() => '---'), ...rows];
    return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  }

  /** Fails when the file shows another table; with UPDATE=1 it is written instead. */
  compareWith(file: string): void {
    const text = readFileSync(file, 'utf8');
    const [before, rest] = text.split(start);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`${file} has no place for the table of transfers`);
    const wanted = `${before}${start}\n${this.toMarkdown()}\n${end}${after}`;
    if (process.env.UPDATE === '1') writeFileSync(file, wanted);
    else expect(text).toBe(wanted);
  }
}
