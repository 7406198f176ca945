/**
 * `npm run bench`: what compiling, loading and filtering cost, as ratios to what cannot be avoided. Writes BENCHMARKS.md.
 * `--short` measures little and only prints. As root, with gcc, nft, ip and conntrack; Shorewall is measured where it is
 * installed.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asShorewall, writeBlocklist, writeLines, writeZones } from './bench/configurations.mjs';
import { nodeCosts, run } from './bench/measure.mjs';
import { packets } from './bench/packets.mjs';
import { machine, ratio, table } from './bench/report.mjs';
import { root } from './setup.mjs';

const short = process.argv.includes('--short');
const program = join(root, 'dist', 'ftpwall.js');
const bench = join(root, 'build', 'bench');
const rounds = short ? 1 : 5;
/** Shorewall's compiler is ended after this time. */
const mostSeconds = 20;

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-bench-'));
try {
  const report = [
    '# Benchmarks',
    'Written by `npm run bench`; every figure comes from the program. Ratios tell more than times: machines differ.',
    machine(),
    '## Packets',
    packets({ program, bench, folder, short, rounds }),
    '## Compiling',
    compiling(),
    `## Loading ${short ? '1,000' : '10,000'} lines`,
    loading(short ? 1000 : 10_000),
    `## Loading a set of ${short ? '1,000' : '100,000'} networks`,
    loadingSet(short ? 1000 : 100_000),
  ].join('\n\n');
  if (short) console.log(report);
  else writeFileSync(join(root, 'BENCHMARKS.md'), `${report}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

/** `check` without the search for dead lines, beside an empty Node.js and Shorewall's own compiler. */
function compiling() {
  const empty = nodeCosts(['-e', '0'], rounds, folder);
  const costs = (name, write) => {
    const path = join(folder, 'compiled');
    rmSync(path, { recursive: true, force: true });
    write(path);
    const { seconds, memory } = nodeCosts([program, 'check', '--quiet', '--no-lint', path], rounds, folder);
    return [name, ratio(seconds / empty.seconds), seconds.toFixed(2), Math.round(memory), shorewallSeconds(path)];
  };
  const sample = [
    'the sample three-interfaces',
    (path) => cpSync(join(root, 'etc-samples/three-interfaces'), path, { recursive: true }),
  ];
  const rules = short ? [10, 1000] : [10, 1000, 10_000, 50_000];
  const zones = short ? [10] : [10, 60, 100];
  return table(
    ['configuration', 'times `node -e 0`', 'seconds', 'MiB', 'seconds of Shorewall'],
    [
      costs(...sample),
      ...rules.map((count) => costs(`${count} rules`, (path) => writeLines(path, { kind: 'exact', count }))),
      ...zones.map((count) => costs(`${count} zones that log`, (path) => writeZones(path, count))),
    ],
  );
}

/** What Shorewall needs to compile the same; nothing where it is not installed, or the folder has both IP versions in it. */
function shorewallSeconds(path) {
  if (!existsSync('/usr/sbin/shorewall')) return '';
  const files = Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
  if (Object.values(files).some((text) => text.includes('2001:db8:'))) return '';
  const copy = join(folder, 'of-shorewall');
  rmSync(copy, { recursive: true, force: true });
  asShorewall(copy, files);
  rmSync(join(copy, 'ftpwall.conf'), { force: true });
  const script = join(folder, 'of-shorewall.sh');
  // Some of these take it many minutes.
  const begun = process.hrtime.bigint();
  const ended = spawnSync('unshare', ['-npf', '--kill-child', 'shorewall', 'compile', copy, script], {
    timeout: mostSeconds * 1000,
  });
  if (ended.error) return `more than ${mostSeconds}`;
  if (ended.status !== 0) return 'refused';
  return (Number(process.hrtime.bigint() - begun) / 1e9).toFixed(2);
}

/** The stand-alone script in a network of its own: the first load, one changed line, and the way back. */
function loading(count) {
  const [first, second] = [false, true].map((changed) =>
    scriptOf(`loaded-${changed}`, (path) => writeLines(path, { kind: 'exact', count, changed })),
  );
  return timesOf([
    ['start', first, 'start'],
    ['restart with nothing changed', first, 'restart'],
    ['restart with one changed line', second, 'restart'],
    ['try the other, then rollback', first, 'start 60'],
    ['rollback', first, 'rollback'],
  ]);
}

/** The same with a long list of networks, which stays where it is. */
function loadingSet(count) {
  const script = scriptOf('blocklist', (path) => writeBlocklist(path, count));
  return timesOf([
    ['start', script, 'start'],
    ['restart with nothing changed', script, 'restart'],
  ]);
}

function scriptOf(name, write) {
  const path = join(folder, `${name}-folder`);
  write(path);
  const script = join(folder, `${name}.sh`);
  run([process.execPath, program, 'compile', path, '--script', script]);
  return script;
}

function timesOf(steps) {
  const timed = steps.map(
    ([, script, words]) =>
      `begun=$(date +%s%N); sh ${script} ${words} >/dev/null 2>&1 || exit; echo $((($(date +%s%N) - begun) / 1000000))`,
  );
  const times = run(['unshare', '-nm', 'sh', '-c', `mount -t tmpfs none /run; ${timed.join('; ')}`])
    .trim()
    .split('\n');
  return table(
    ['step', 'milliseconds'],
    steps.map(([name], index) => [name, times[index]]),
  );
}
