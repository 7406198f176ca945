import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingForKernel } from '../kernel/available.ts';
import { type Difference, type Finding, judgeFolder } from './judge.ts';
import { type Directory, printDirectory, writeDirectory } from './random/directory.ts';
import { directoryOf } from './random/generate.ts';
import { shrink } from './random/shrink.ts';
import { shorewallIsHere } from './shorewall.ts';

const missing =
  missingForKernel(['nft', 'ip', 'python3']) ?? (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy');
const first = Number(process.env.ORACLE_SEED ?? 1);
const count = Number(process.env.ORACLE_RANDOM ?? 12);
const seeds = Array.from({ length: count }, (_each, index) => first + index);

/** What is to be told of a finding: packets that fare otherwise, or that `evaluate` sees otherwise than the kernel. */
function amiss(finding: Finding): readonly Difference[] {
  return finding.kind === 'compared' ? [...finding.differences, ...finding.disagreements] : [];
}

async function judge(directory: Directory, seed: number): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-random-'));
  try {
    writeDirectory(directory, folder);
    return await judgeFolder(folder, { count: 240, seed, mutants: 0, asWritten: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether every zone is somewhere: without hosts it says nothing of what went wrong. */
function isWhole({ files }: Directory): boolean {
  const places = [...(files.interfaces ?? []), ...(files.hosts ?? [])].map((line) => line.split(' ')[0]);
  return (files.zones ?? []).slice(1).every((line) => places.includes(line.split(/[ :]/)[0]));
}

const totals = { compared: 0, packets: 0, passedOver: 0 };

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `Shorewall as the judge of configurations that nobody wrote${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(seeds)(
      'seed %d',
      async (seed) => {
        expect(missing).toBeUndefined();
        const directory = directoryOf(seed);
        const finding = await judge(directory, seed);
        if (finding.kind === 'passed-over') {
          totals.passedOver += 1;
          console.log(`seed ${seed}: passed over (refused by ${finding.refusedBy ?? 'nobody'}): ${finding.reason}`);
          return;
        }
        totals.compared += 1;
        totals.packets += finding.packets;
        if (amiss(finding).length === 0) return;
        const started = Date.now();
        const small = await shrink(
          directory,
          async (smaller) =>
            Date.now() - started < 120_000 && isWhole(smaller) && amiss(await judge(smaller, seed)).length > 0,
        );
        const told = amiss(await judge(small, seed)).slice(0, 5);
        expect.fail(
          `${printDirectory(small)}\n${told.map((each) => `${each.packet}\n   ${each.theirs}\n   ${each.ours}`).join('\n')}`,
        );
      },
      300_000,
    );

    test('most of them are compared', () => {
      console.log(
        `${count} directories from seed ${first}: ${totals.compared} compared with ${totals.packets} packets, ${totals.passedOver} passed over`,
      );
      expect(totals.compared).toBeGreaterThanOrEqual(count / 2);
    });
  },
);
