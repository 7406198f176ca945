/** The smallest directory in which a packet is still judged as differently as it was. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../../compiler/ir/evaluate.ts';
import { routesOf } from '../../support/probes/routes.ts';
import type { Network } from '../../support/probes/topology.ts';
import { type Difference, type Finding, judgeFolder } from '../judge.ts';
import { compileFolder } from '../ours.ts';
import { asStarted } from '../run-time.ts';
import { type Directory, writeDirectory } from './directory.ts';
import { shrink } from './shrink.ts';

/** What is to be told of a finding: packets that fare otherwise, or that `evaluate` sees otherwise than the kernel. */
export function amiss(finding: Finding): readonly Difference[] {
  return finding.kind === 'compared' ? [...finding.differences, ...finding.disagreements] : [];
}

/** Makes the directory smaller, for so many seconds at most. The networks stay, and the packet is sent alone. */
export async function shrinkDifference(
  directory: Directory,
  { probe, theirs, ours }: Difference,
  networks: readonly Network[],
  seconds: number,
): Promise<{ readonly directory: Directory; readonly difference: Difference | undefined }> {
  const last = Date.now() + seconds * 1000;
  const judge = async (smaller: Directory): Promise<Difference | undefined> =>
    within(smaller, async (folder) => {
      const finding = await judgeFolder(folder, {
        count: 0,
        seed: 0,
        mutants: 0,
        asWritten: true,
        again: { networks, packets: [probe] },
      });
      return amiss(finding).find((each) => each.theirs === theirs && each.ours === ours);
    });
  const routes = routesOf(networks);
  const verdictOf = (smaller: Directory) =>
    within(smaller, async (folder) => {
      const compiled = compileFolder(folder);
      if (compiled.kind === 'refused') return undefined;
      return evaluate(asStarted(compiled, networks).running, probe, routes).verdict;
    });
  const verdict = await verdictOf(directory);
  // A compilation is cheap: only where we say the same as before, Shorewall is asked.
  const stays = async (smaller: Directory): Promise<boolean> =>
    Date.now() < last &&
    isWhole(smaller) &&
    (await verdictOf(smaller)) === verdict &&
    (await judge(smaller)) !== undefined;
  const small = await shrink(directory, stays);
  return { directory: small, difference: await judge(small) };
}

async function within<Result>(directory: Directory, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-smaller-'));
  try {
    writeDirectory(directory, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether every zone is somewhere: without hosts it says nothing of what went wrong. */
function isWhole({ files }: Directory): boolean {
  const places = [...(files.interfaces ?? []), ...(files.hosts ?? [])].map((line) => line.split(' ')[0]);
  return (files.zones ?? []).slice(1).every((line) => places.includes(line.split(/[ :]/)[0]));
}
