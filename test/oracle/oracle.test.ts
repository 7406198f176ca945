import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingForKernel } from '../kernel/available.ts';
import { type Finding, judgeFolder } from './judge.ts';
import { shorewallIsHere } from './shorewall.ts';

const root = join(import.meta.dirname, '..', '..');
const corpus = process.env.FTPWALL_CORPUS;
const whole = process.env.ORACLE === 'all';
const only = process.env.ORACLE_ONLY;
const seed = Number(process.env.ORACLE_SEED ?? 20261121);
const missing =
  missingForKernel(['nft', 'ip', 'python3']) ?? (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy');

/** The quick run takes every fifth configuration of the corpus; `npm run oracle` takes all. */
function folders(): readonly string[] {
  const cases = join(root, 'test', 'cases');
  const own = readdirSync(cases)
    .map((name) => join(cases, name, 'config'))
    .filter((folder) => existsSync(join(folder, 'shorewall.conf')) || existsSync(join(folder, 'shorewall6.conf')));
  const published =
    corpus && existsSync(corpus)
      ? readdirSync(corpus, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => join(corpus, entry.name))
      : [];
  return [...own, ...published.filter((_folder, index) => whole || index % 5 === 0)].filter(
    (folder) => !only || folder.includes(only),
  );
}

const totals = {
  made: 0,
  noticed: 0,
  equivalent: [] as string[],
  missed: [] as string[],
  lines: 0,
  undecided: 0,
  packets: 0,
};

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `Shorewall as the judge${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(
      folders().map((folder) => [folder.replace(`${root}/`, '').split('/').slice(-2).join('/'), folder] as const),
    )(
      '%s',
      async (_name, folder) => {
        expect(missing).toBeUndefined();
        const finding: Finding = await judgeFolder(folder, { count: whole ? 400 : 240, seed });
        if (finding.kind === 'passed-over') {
          console.log(`${folder.split('/').pop()}: passed over: ${finding.reason}`);
          return;
        }
        totals.made += finding.mutants.made;
        totals.noticed += finding.mutants.noticed;
        totals.equivalent.push(...finding.mutants.equivalent);
        totals.missed.push(...finding.mutants.missed.map((each) => `${folder.split('/').pop()}: ${each}`));
        totals.lines += finding.lines;
        totals.undecided += finding.undecided.length;
        totals.packets += finding.packets;
        console.log(
          `${folder.split('/').pop()}: ${finding.packets} packets, seed ${seed}; ${finding.undecided.length} of ${finding.lines} rule lines undecided: ${finding.undecided.join(' ')}`,
        );
        expect(
          finding.differences
            .map((each) => `${each.packet}\n   Shorewall: ${each.theirs}\n   ftpwall:   ${each.ours}`)
            .join('\n'),
        ).toBe('');
        expect(
          finding.disagreements.map((each) => `${each.packet}\n   ${each.theirs}\n   ${each.ours}`).join('\n'),
        ).toBe('');
      },
      120_000,
    );

    // The aim is 5 % and 95 %; what is missed are rules for the firewall's own public addresses and for fixed source ports.
    test('the packets would notice a mistake, and decide the rules', () => {
      const different = totals.made - totals.equivalent.length;
      console.log(
        `${totals.packets} packets; ${totals.undecided} of ${totals.lines} rule lines undecided; ${totals.noticed} of ${different} mutants noticed, ${totals.equivalent.length} equivalent:\n  ${totals.equivalent.join('\n  ')}\nmissed:\n  ${totals.missed.join('\n  ')}`,
      );
      expect(totals.packets).toBeGreaterThan(0);
      expect(totals.undecided / Math.max(totals.lines, 1)).toBeLessThanOrEqual(0.1);
      expect(totals.noticed / Math.max(different, 1)).toBeGreaterThanOrEqual(0.85);
    });
  },
);
