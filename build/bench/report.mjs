/** Results as Markdown. */
import { cpus, release, totalmem } from 'node:os';
import { run } from './measure.mjs';

/** A table; the first column is text, the others are numbers. */
export function table(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map((_each, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

export function ratio(value) {
  return value.toFixed(2);
}

/** Where and when this was measured. */
export function machine() {
  const [cpu] = cpus();
  return table(
    ['machine', ''],
    [
      ['processor', `${cpus().length} × ${cpu?.model ?? 'unknown'}`],
      ['memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
      ['Linux', release()],
      ['Node.js', process.version],
      ['nft', run(['nft', '--version']).trim()],
      ['date', new Date().toISOString().slice(0, 10)],
    ],
  );
}
