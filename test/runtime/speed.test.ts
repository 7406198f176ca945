import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const runs = 10;
const tries = 12;

/** Wall time of a program in milliseconds. */
function timeOf(words: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  expect(status).toBe(0);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * How many times longer `check` of a sample takes than Node.js takes to do nothing; both in turns. Other work on the
 * machine can only make a run longer, so the shortest of each is the truest.
 */
function ratio(): number {
  const nothing: number[] = [];
  const check: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    nothing.push(timeOf(['-e', '0']));
    check.push(timeOf(['dist/ftpwall.js', 'check', 'etc-samples/three-interfaces']));
  }
  return Math.min(...check) / Math.min(...nothing);
}

test('check takes at most twice as long as starting Node.js', () => {
  const ratios: number[] = [];
  // Other work on the machine disturbs a measurement in one direction only, so the best of a few is the truest.
  while (ratios.length < tries && !(Math.min(...ratios) <= 2)) ratios.push(ratio());
  console.log(`check takes ${Math.min(...ratios).toFixed(2)} times as long as node -e 0`);
  expect(Math.min(...ratios)).toBeLessThanOrEqual(2);
}, 120_000);
