/** The halves of a generation, one for each Shorewall folder it came from, as data: see `Half`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Half } from '../../compiler/compile-pair.ts';
import { codeOf } from '../environment/system-errors.ts';
import { readRulesets } from './kept-rulesets.ts';

export const halvesName = 'halves.json';

/** A half, the folder that it was compiled from, and the name of the copy of that folder in the generation. */
export interface KeptHalf extends Half {
  readonly folder: string;
  readonly copy: string;
}

/** The table of the running state is kept by `rulesetsToJson`; the places of steps in the files are not kept. */
export function halvesToJson(halves: readonly KeptHalf[]): string {
  return JSON.stringify(halves, (key, value) => (key === 'running' || key === 'origin' ? undefined : value));
}

/** The halves of a generation, which is whole by its checksums; none of one that came of a folder for both versions. */
export function readHalves(folder: string): readonly KeptHalf[] {
  let kept: readonly Omit<KeptHalf, 'running'>[];
  try {
    kept = JSON.parse(readFileSync(join(folder, halvesName), 'utf8')) as readonly Omit<KeptHalf, 'running'>[];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const tables = readRulesets(folder) ?? [];
  return kept.flatMap((half) => {
    const running = tables.find(({ family }) => family === half.family);
    return running === undefined ? [] : [{ ...half, running }];
  });
}
