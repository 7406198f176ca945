/** What we print is what nft understands: any ruleset is accepted, and its listing read back is what was meant. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { placesOf } from '../../compiler/7-emit/places.ts';
import { canonical } from '../../compiler/ir/canonical/index.ts';
import { readBack } from '../../compiler/ir/read-back/index.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { kernelTest, missingForKernel } from '../kernel/available.ts';
import fc from '../support/fast-check.ts';
import { loadAndList } from '../support/load-and-list.ts';
import { rulesets } from './arbitrary-ruleset.ts';

function listed(text: string) {
  try {
    return loadAndList(text);
  } catch (error) {
    throw new Error(`${(error as { stderr?: string }).stderr ?? error}\n${text}`);
  }
}

function check(ruleset: Ruleset): void {
  const listing = listed(printRuleset(ruleset));
  expect(canonical(readBack(JSON.parse(listing.json)))).toEqual(canonical(ruleset, placesOf));
  expect(notInJson(listing.text)).toEqual({
    comments: ruleset.chains.flatMap(({ name, comment }) => (comment ? [[name, comment]] : [])).sort(),
    dynamic: ruleset.sets.flatMap(({ name, dynamic }) => (dynamic ? [name] : [])).sort(),
  });
}

/** What nft 1.0.6 tells in text only: comments of chains, and which sets rules may fill. */
function notInJson(text: string) {
  const blocks = [...text.matchAll(/^\t(chain|set) (\S+) \{\n([\s\S]*?)^\t\}/gm)];
  return {
    comments: blocks
      .flatMap(([, kind, name = '', body = '']) => {
        // To a pattern U+2028 ends a line; to nft it does not.
        const comment = /^\t\tcomment "([^\n]*)"\n/m.exec(body)?.[1];
        return kind === 'chain' && comment ? [[name, comment]] : [];
      })
      .sort(),
    dynamic: blocks
      .flatMap(([, kind, name = '', body = '']) => (kind === 'set' && /^\t\tflags .*dynamic/m.test(body) ? [name] : []))
      .sort(),
  };
}

kernelTest(
  'every ruleset that we print is loaded as it was meant',
  () => fc.assert(fc.property(rulesets(), check), { numRuns: Number(process.env.FTPWALL_RUNS ?? 60) }),
  { timeout: 300_000 },
);

/** A statement that some kernels lack: it is skipped by name only where the kernel itself says so. */
const withQueue: Ruleset = {
  family: 'inet',
  table: 'ftpwall',
  sets: [],
  helpers: [],
  chains: [
    {
      name: 'forward',
      base: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
      rules: [
        { matches: [], statements: [{ kind: 'queue', first: 0, last: 3, bypass: true }] },
        { matches: [], statements: [{ kind: 'queue', first: 7, last: 7, bypass: false }] },
      ],
    },
  ],
};

function kernelHasQueues(): boolean {
  try {
    execFileSync('unshare', ['-n', 'nft', '-c', 'add table inet t; add chain inet t c; add rule inet t c queue to 0'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

if (missingForKernel() !== undefined || kernelHasQueues())
  kernelTest('queues are loaded as they were meant', () => check(withQueue));
else test.skip('queues are loaded as they were meant (this kernel lacks them)', () => check(withQueue));
