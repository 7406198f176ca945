/** Each figure of the README is one that this repository produces; `UPDATE=1` writes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compiledFiles } from '../../compiler/language/files/index.ts';
import { settings } from '../../compiler/language/settings.ts';
import { cases } from '../support/case.ts';
import { explainFolder } from '../support/explain-pages.ts';
import { readPackets } from '../support/packets.ts';
import { figures, readme, update } from '../support/readme.ts';

const root = join(import.meta.dirname, '..', '..');

/** What the kernel tests send (kernel/cases.test.ts, answers/why-cases.test.ts). */
const sent = cases().flatMap(({ packets }) => (packets === undefined ? [] : [readPackets(packets).length]));

/** Sums of `8/8` in the table of transfers, which kernel/ftp/matrix.test.ts writes. */
function transfers(): string {
  const cells = [...readme().matchAll(/(?<=\| )(\d+)\/(\d+)(?= \|)/g)];
  const sum = (which: 1 | 2) => cells.reduce((total, cell) => total + Number(cell[which]), 0);
  return `${sum(1)} of ${sum(2)}`;
}

/** A ratio from BENCHMARKS.md, which `npm run bench` writes: the second cell of the row of that name. */
function measured(name: string): string {
  const row = readFileSync(join(root, 'BENCHMARKS.md'), 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${name} |`));
  const ratio = Number(row?.split('|')[2]);
  return ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0);
}

const wanted: Readonly<Record<string, string>> = {
  transfers: transfers(),
  cases: String(sent.length),
  packets: String(sent.reduce((total, count) => total + count, 0)),
  files: String(Object.keys(compiledFiles).length),
  settings: String(Object.keys(settings).length),
  messages: String(readdirSync(explainFolder).length),
  '5000-exact-lines': measured('5000-exact-lines'),
  '5000-exact-lines-unfolded': measured('5000-exact-lines-unfolded'),
};

test('each figure is produced, and is what is produced now', () => {
  update(wanted);
  const told = Object.fromEntries(figures());
  expect(told).toEqual(wanted);
  expect(Object.values(wanted).filter((value) => !/\d/.test(value) || /NaN/.test(value))).toEqual([]);
});

test('the first screen names no other figure', () => {
  const [screen = ''] = readme().split('\n## ');
  const bare = screen.replaceAll(/<!-- figure .*?<!-- \/ -->/g, '').replaceAll(/`[^`]*`|\([^)]*\)/g, '');
  // The size of the bench's list, and the version of Shorewall.
  expect(bare.match(/\d[\d.,]*/g)).toEqual(['5.2', '5,000']);
});
