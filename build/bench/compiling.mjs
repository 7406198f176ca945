/** What compiling costs: `check` without the search for dead lines, beside an empty Node.js and Shorewall's own compiler. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { asShorewall, writeLines, writeZones } from './configurations.mjs';
import { median, nodeCosts } from './measure.mjs';
import { ratio, table } from './report.mjs';

/** Shorewall's compiler is ended after this time. */
const mostSeconds = 20;

/** The table for all configurations. */
export function compiling({ program, folder, short, rounds }) {
  const costs = (name, write) => {
    const path = join(folder, 'compiled');
    rmSync(path, { recursive: true, force: true });
    write(path);
    const words = [program, 'check', '--quiet', '--no-lint', path];
    // A machine that others share is now faster and now slower: only what is measured side by side is compared.
    const measured = Array.from({ length: rounds }, () => {
      const empty = nodeCosts(['-e', '0'], folder);
      return { ...nodeCosts(words, folder), empty: empty.seconds };
    });
    const middle = (value) => median(measured.map(value));
    return [
      name,
      ratio(middle(({ seconds, empty }) => seconds / empty)),
      middle(({ seconds }) => seconds).toFixed(2),
      Math.round(middle(({ memory }) => memory)),
      shorewallSeconds(path, folder),
    ];
  };
  const sample = join(root, 'etc-samples/three-interfaces');
  const rules = short ? [10, 1000] : [10, 1000, 10_000, 50_000];
  const zones = short ? [10] : [10, 60, 100];
  return table(
    ['configuration', 'times `node -e 0`', 'seconds', 'MiB', 'seconds of Shorewall'],
    [
      costs('the sample three-interfaces', (path) => cpSync(sample, path, { recursive: true })),
      ...rules.map((count) => costs(`${count} rules`, (path) => writeLines(path, { kind: 'exact', count }))),
      ...zones.map((count) => costs(`${count} zones that log`, (path) => writeZones(path, count))),
    ],
  );
}

/** What Shorewall needs to compile the same; nothing where it is not installed, or the folder has both IP versions in it. */
function shorewallSeconds(path, folder) {
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
