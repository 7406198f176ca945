/**
 * Providers under Shorewall and under ours: after each of start, disable, enable, reload and stop, both alive in networks
 * of their own, the kernel is asked for the way of the same packets, by mark and source, local and forwarded. How the
 * rules and tables are laid out is nobody's matter. `ORACLE=all` takes every example, `ORACLE_ROUTING=n` n random ones.
 */
import { describe, expect, test } from 'vitest';
import type { Version } from '../../../compiler/net/version.ts';
import { isRoot } from '../../kernel/possible.ts';
import { diceOf } from '../random/dice.ts';
import { shorewallIsHere } from '../shorewall.ts';
import { beside, bothAlive } from './alive.ts';
import { atRandom, examples, examplesOfSix, type RoutingExample, special } from './routing-examples.ts';

function environmentOf({ layout, disabled }: RoutingExample): Readonly<Record<string, string>> {
  return { ...(layout ? { LAYOUT: layout } : {}), ...(disabled ? { DISABLED: disabled } : {}) };
}

async function judge(example: RoutingExample, sending: boolean, version: Version = 4): Promise<void> {
  const environment = { ...environmentOf(example), ...(sending ? { PATHS: beside('paths.py') } : {}) };
  const { theirs, ours } = await bothAlive(example, 'routes.sh', example.marks, environment, version);
  expect(theirs.length).toBeGreaterThan(100);
  expect(ours).toEqual(theirs);
}

/** A share is a matter of chance: two samples of 600 connections at 60 % are more than 15 % apart once in ten million times. */
function equalButForChance(one: string, other: string): boolean {
  const share = /\d+(?= %)/;
  const shares = [one, other].map((line) => Number(share.exec(line)?.[0] ?? -1));
  return one.replace(share, 'n') === other.replace(share, 'n') && Math.abs((shares[0] ?? 0) - (shares[1] ?? 0)) <= 15;
}

/** Shorewall shows its defect after all that it does, ours never does, and the rest is the same. */
function judgeDefect(theirs: readonly string[], ours: readonly string[], defect: RegExp): void {
  const own = /own connections/;
  expect(
    theirs
      .filter((line) => own.test(line))
      .slice(0, 4)
      .every((line) => defect.test(line)),
  ).toBe(true);
  expect(ours.filter((line) => defect.test(line))).toEqual([]);
  expect(
    ours.filter((line) => /after (start|enable|reload), own connections by peer0: [56]\d %/.test(line)),
  ).toHaveLength(3);
  // Nor has it a way for answers on the line that is disabled, which take the other one under ours.
  const [none, other] = ['[]', "[('peer0', '198.51.100.1')]"].map((ways) => `after disable,   and back: ${ways}`);
  expect(theirs.filter((line) => line === none)).toHaveLength(1);
  expect(ours.filter((line) => !own.test(line))).toEqual(
    theirs.filter((line) => !own.test(line)).map((line) => (line === none ? other : line)),
  );
}

const many = process.env.ORACLE === 'all';
const seed = Number(process.env.ORACLE_SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.ORACLE_ROUTING ?? 0) }, (_, index) => seed + index);

describe.skipIf(!isRoot || !shorewallIsHere())('the way of packets is that of Shorewall', () => {
  test.each(Object.keys(examples).slice(0, many ? undefined : 3))('%s', async (name) => {
    const example = examples[name];
    if (example) await judge(example, many || name === Object.keys(examples)[0]);
  });

  test.each(Object.keys(examplesOfSix))('IPv6: %s', async (name) => {
    const example = examplesOfSix[name];
    if (example) await judge(example, true, 6);
  });

  test.each(Object.keys(special))('%s', async (name) => {
    const example = special[name];
    if (!example) return;
    const environment = { ...environmentOf(example), PATHS: beside(example.sender), KERNEL: 'no' };
    const { theirs, ours } = await bothAlive(example, 'routes.sh', example.marks, environment);
    expect(theirs.length).toBeGreaterThan(20);
    if (example.never) {
      judgeDefect(theirs, ours, example.never);
      return;
    }
    expect(ours.map((line, index) => (equalButForChance(line, theirs[index] ?? '') ? theirs[index] : line))).toEqual(
      theirs,
    );
  });

  test.each(seeds)('by chance, from %d', async (each) => {
    const example = atRandom(diceOf(each));
    try {
      await judge(example, many);
    } catch (error) {
      console.error(
        `${example.settings}${Object.entries(example.files)
          .map(([file, text]) => `# ${file}\n${text}`)
          .join('')}`,
      );
      throw error;
    }
  });
});
