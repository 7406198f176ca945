import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingForKernel } from '../kernel/available.ts';
import { type Difference, type Finding, judgeFolder } from './judge.ts';
import { type Directory, printDirectory, writeDirectory } from './random/directory.ts';
import { directoryOf } from './random/generate.ts';
import { amiss, shrinkDifference } from './random/shrink-difference.ts';
import { shorewallIsHere } from './shorewall.ts';

const missing =
  missingForKernel(['nft', 'ip', 'python3']) ?? (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy');
const first = Number(process.env.ORACLE_SEED ?? 1);
const count = Number(process.env.ORACLE_RANDOM ?? 12);
const seconds = Number(process.env.ORACLE_SHRINK ?? 120);
const seeds = Array.from({ length: count }, (_each, index) => first + index);

async function judge(directory: Directory, seed: number): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-random-'));
  try {
    writeDirectory(directory, folder);
    return await judgeFolder(folder, { count: 240, seed, mutants: 0, asWritten: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function told({ packet, theirs, ours, why }: Difference): string {
  return `${packet}\n   ${theirs}\n   ${ours} ${why}`;
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
        const found = amiss(finding);
        if (!found[0]) return;
        const small = await shrinkDifference(directory, found[0], finding.networks, seconds);
        expect.fail(
          [printDirectory(small.directory), small.difference ? told(small.difference) : '', 'As it was found:']
            .concat(found.slice(0, 5).map(told))
            .join('\n'),
        );
      },
      seconds * 1000 + 300_000,
    );

    test('most of them are compared', () => {
      console.log(
        `${count} directories from seed ${first}: ${totals.compared} compared with ${totals.packets} packets, ${totals.passedOver} passed over`,
      );
      expect(totals.compared).toBeGreaterThanOrEqual(count / 2);
    });
  },
);
