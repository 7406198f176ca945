import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingForKernel } from '../kernel/available.ts';
import { judgeFolder } from './judge.ts';
import { type KnownDifference, knownDifferences } from './of-shorewall.ts';
import { writeDirectory } from './random/directory.ts';
import { askShorewall, shorewallIsHere } from './shorewall.ts';

const missing =
  missingForKernel(['nft', 'ip', 'python3']) ?? (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy');

async function inFolder<Result>({ proof }: KnownDifference, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-proof-'));
  try {
    writeDirectory(proof, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `differences that are Shorewall's${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(knownDifferences.map((each) => [each.name, each] as const))('%s', async (name, each) => {
      expect(missing).toBeUndefined();
      const said = await inFolder(each, async (folder) => askShorewall(folder, each.proof.version));
      if (said.kind === 'refused') expect.fail(said.reason);
      for (const written of each.proof.writes) expect(said.text).toMatch(written);
      for (const absent of each.proof.leavesOut) expect(said.text).not.toMatch(absent);
      const finding = await inFolder(each, (folder) =>
        judgeFolder(folder, { count: 800, seed: 1, mutants: 0, asWritten: true }),
      );
      if (finding.kind !== 'compared') expect.fail(finding.reason);
      // Packets may show another difference of the list beside it, which has a proof of its own.
      expect(finding.known).toContain(name);
      expect(finding.differences).toEqual([]);
    });
  },
);
