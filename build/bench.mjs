/**
 * `npm run bench`: what compiling, loading and filtering cost, as ratios to what cannot be avoided. Writes BENCHMARKS.md.
 * `--short` measures little and only prints. As root, with gcc, nft, ip and conntrack.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLines, writeZones } from './bench/configurations.mjs';
import { median, nodeCosts, run } from './bench/measure.mjs';
import { machine, ratio, table } from './bench/report.mjs';
import { root } from './setup.mjs';

const short = process.argv.includes('--short');
const program = join(root, 'dist', 'ftpwall.js');
const bench = join(root, 'build', 'bench');
const rounds = short ? 1 : 5;

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-bench-'));
try {
  const report = [
    '# Benchmarks',
    'Written by `npm run bench`; every figure comes from the program. Ratios tell more than times: machines differ.',
    machine(),
    '## Packets',
    packets(),
    '## Compiling',
    compiling(),
    `## Loading ${short ? '1,000' : '10,000'} lines`,
    loading(short ? 1000 : 10_000),
  ].join('\n\n');
  if (short) console.log(report);
  else writeFileSync(join(root, 'BENCHMARKS.md'), `${report}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** `check` without the search for dead lines, beside an empty Node.js. */
function compiling() {
  const empty = nodeCosts(['-e', '0'], rounds, folder);
  const costs = (name, write) => {
    const path = join(folder, 'compiled');
    rmSync(path, { recursive: true, force: true });
    write(path);
    const { seconds, memory } = nodeCosts([program, 'check', '--quiet', '--no-lint', path], rounds, folder);
    return [name, ratio(seconds / empty.seconds), seconds.toFixed(2), Math.round(memory)];
  };
  const sample = [
    'the sample three-interfaces',
    (path) => cpSync(join(root, 'etc-samples/three-interfaces'), path, { recursive: true }),
  ];
  const rules = short ? [10, 1000] : [10, 1000, 10_000, 50_000];
  const zones = short ? [10] : [10, 60, 100];
  return table(
    ['configuration', 'times `node -e 0`', 'seconds', 'MiB'],
    [
      costs(...sample),
      ...rules.map((count) => costs(`${count} rules`, (path) => writeLines(path, { kind: 'exact', count }))),
      ...zones.map((count) => costs(`${count} zones that log`, (path) => writeZones(path, count))),
    ],
  );
}

/** The stand-alone script in a network of its own: the first load, one changed line, and the way back. */
function loading(count) {
  const scripts = [false, true].map((changed) => {
    const path = join(folder, `loaded-${changed}`);
    writeLines(path, { kind: 'exact', count, changed });
    const script = `${path}.sh`;
    run([process.execPath, program, 'compile', path, '--script', script]);
    return script;
  });
  const [first, second] = scripts;
  const steps = [
    ['start', first, 'start'],
    ['restart with nothing changed', first, 'restart'],
    ['restart with one changed line', second, 'restart'],
    ['try the other, then rollback', first, 'start 60'],
    ['rollback', first, 'rollback'],
  ];
  const timed = steps.map(
    ([, script, words]) =>
      `begun=$(date +%s%N); sh ${script} ${words} >/dev/null 2>&1; echo $((($(date +%s%N) - begun) / 1000000))`,
  );
  const times = run(['unshare', '-nm', 'sh', '-c', `mount -t tmpfs none /run; ${timed.join('; ')}`])
    .trim()
    .split('\n');
  return table(
    ['step', 'milliseconds'],
    steps.map(([name], index) => [name, times[index]]),
  );
}

/** New connections that meet the last line, beside connection tracking alone. */
function packets() {
  const generator = join(folder, 'packets');
  run(['cc', '-O2', '-o', generator, join(bench, 'packets.c')]);
  const bare = join(folder, 'bare.nft');
  writeFileSync(
    bare,
    'table inet bare { chain forward { type filter hook forward priority 0; policy accept; ct state established accept; }; }\n',
  );
  const other = ['10.250.0.9', '192.168.1.1', '53'];
  const cases = [['nothing', 'none', ...other], ['tracking', bare, ...other], ...ourCases()];
  const input = `${cases.map((words) => words.join(' ')).join('\n')}\n`;
  const output = run(['unshare', '-nm', 'sh', join(bench, 'data-plane.sh'), generator, String(short ? 1 : 7)], {
    input,
  });
  const lines = output
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const [, arrived, sent] = lines.at(-1) ?? [];
  if (arrived !== sent) throw new Error(`of ${sent} packets ${arrived} arrived`);
  const medians = new Map(
    cases.map(([name]) => [name, median(lines.filter(([each]) => each === name).map(([, , ns]) => Number(ns)))]),
  );
  const tracking = medians.get('tracking') ?? 1;
  return table(
    ['new connections, UDP over IPv4', 'to connection tracking alone', 'nanoseconds'],
    [...medians].map(([name, ns]) => [name, ratio(ns / tracking), ns]),
  );
}

function ourCases() {
  const wanted = [
    ['exact', 10],
    ['exact', short ? 1000 : 5000],
    ...(short ? [] : [['exact', 20_000]]),
    ['mixed', short ? 1000 : 5000],
  ];
  const ours = wanted.map(([kind, count]) => ({ name: `${count}-${kind}-lines`, kind, count, settings: '' }));
  const unfolded = { ...ours[1], name: `${ours[1].name}-unfolded`, settings: 'FOLD=No\n' };
  return [...ours, unfolded].map(({ name, ...lines }) => {
    const path = join(folder, name);
    mkdirSync(path);
    const { source, destination, port } = writeLines(path, lines);
    run([process.execPath, program, 'compile', path, '--output', `${path}.nft`]);
    return [name, `${path}.nft`, source, destination, port];
  });
}
