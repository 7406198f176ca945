/** What we print is what nft understands: any ruleset is accepted, and its listing read back is what was meant. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { placesOf } from '../../compiler/7-emit/places.ts';
import { canonical } from '../../compiler/ir/canonical/index.ts';
import { readBack } from '../../compiler/ir/read-back/index.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { kernelTest } from '../kernel/available.ts';
import { rulesets } from './arbitrary-ruleset.ts';

/** Checks, loads and lists in a namespace of its own. Hours are those of UTC on both ways. */
function loadAndList(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-print-'));
  try {
    const file = join(folder, 'ruleset.nft');
    writeFileSync(file, text);
    const script = 'nft -c -f "$0" && nft -f "$0" && nft -f "$0" && nft -j -nn list ruleset';
    const env = { ...process.env, TZ: 'UTC' };
    return execFileSync('unshare', ['-n', 'sh', '-c', script, file], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function check(ruleset: Ruleset): void {
  const text = printRuleset(ruleset);
  let listing: string;
  try {
    listing = loadAndList(text);
  } catch (error) {
    throw new Error(`${(error as { stderr?: string }).stderr ?? error}\n${text}`);
  }
  expect(canonical(readBack(JSON.parse(listing)))).toEqual(canonical(ruleset, placesOf));
}

kernelTest(
  'every ruleset that we print is loaded as it was meant',
  () => fc.assert(fc.property(rulesets(), check), { numRuns: Number(process.env.FTPWALL_RUNS ?? 60) }),
  { timeout: 300_000 },
);
