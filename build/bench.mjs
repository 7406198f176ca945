/**
 * `npm run bench`: what compiling, loading and filtering cost, as ratios to what cannot be avoided. Writes BENCHMARKS.md.
 * `--short` measures little, `--only packets`, `compiling` or `loading` a part; both only print. As root, with gcc, nft, ip
 * and conntrack; Shorewall is measured where it is installed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiling } from './bench/compiling.mjs';
import { loading, loadingSet } from './bench/loading.mjs';
import { packets } from './bench/packets.mjs';
import { machine } from './bench/report.mjs';
import { root } from './setup.mjs';

const short = process.argv.includes('--short');
const [lines, networks] = short ? [1000, 1000] : [10_000, 100_000];
const written = (count) => count.toLocaleString('en-US');

/** What is measured, each with its headings. */
const parts = {
  packets: (tools) => ['## Packets', packets(tools)],
  compiling: (tools) => ['## Compiling', compiling(tools)],
  loading: (tools) => [
    `## Loading ${written(lines)} lines`,
    loading(tools, lines),
    `## Loading a set of ${written(networks)} networks`,
    loadingSet(tools, networks),
  ],
};

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
if (only !== undefined && !Object.hasOwn(parts, only)) throw new Error(`--only ${Object.keys(parts).join(' or ')}`);

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-bench-'));
try {
  const program = join(root, 'dist', 'ftpwall.js');
  const tools = { program, bench: join(root, 'build', 'bench'), folder, short, rounds: short ? 1 : 5 };
  const wanted = Object.entries(parts).filter(([name]) => only === undefined || name === only);
  const report = [
    '# Benchmarks',
    'Written by `npm run bench`; every figure comes from the program. Ratios tell more than times: machines differ.',
    machine(),
    ...wanted.flatMap(([, measure]) => measure(tools)),
  ].join('\n\n');
  if (short || only !== undefined) console.log(report);
  else writeFileSync(join(root, 'BENCHMARKS.md'), `${report}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
