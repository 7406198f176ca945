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

/** The quick run takes a few of ours and every fifth configuration of the corpus; `npm run oracle` takes all. */
function folders(): readonly string[] {
  const within = (parent: string, below = ''): readonly string[] =>
    existsSync(parent)
      ? readdirSync(parent)
          .map((name) => join(parent, name, below))
          .filter((folder) => existsSync(join(folder, 'zones')))
      : [];
  const own = [
    ...within(join(root, 'etc-samples')),
    ...within(join(root, 'test', 'cases'), 'config'),
    ...within('/usr/share/doc/shorewall/examples'),
    ...within('/usr/share/doc/shorewall6/examples'),
  ].filter((_folder, index) => whole || index % 4 === 0);
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

/** The last words of its path that say which it is. */
function nameOf(folder: string): string {
  return folder
    .replace(`${root}/`, '')
    .replace(/^\/usr\/share\/doc\//, '')
    .replace(/\/(config|examples)(?=\/|$)/, '')
    .split('/')
    .slice(-2)
    .join('/');
}

const totals = {
  made: 0,
  noticed: 0,
  equivalent: [] as string[],
  missed: [] as string[],
  lines: 0,
  undecided: 0,
  shadowed: 0,
  packets: 0,
};

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `Shorewall as the judge${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(folders().map((folder) => [nameOf(folder), folder] as const))('%s', async (name, folder) => {
      expect(missing).toBeUndefined();
      const finding: Finding = await judgeFolder(folder, {
        count: whole ? 400 : 240,
        seed,
        mutants: whole ? 20 : 8,
      });
      if (finding.kind === 'passed-over') {
        console.log(`${name}: passed over: ${finding.reason}`);
        return;
      }
      totals.made += finding.mutants.made;
      totals.noticed += finding.mutants.noticed;
      totals.equivalent.push(...finding.mutants.equivalent.map((each) => `${name}: ${each}`));
      totals.missed.push(...finding.mutants.missed.map((each) => `${name}: ${each}`));
      totals.lines += finding.lines;
      totals.undecided += finding.undecided.length;
      totals.shadowed += finding.shadowed.length;
      totals.packets += finding.packets;
      console.log(
        `${name}: ${finding.packets} packets, seed ${seed}; ${finding.undecided.length} of ${finding.lines} rule lines undecided: ${finding.undecided.join(' ')}${finding.shadowed.length > 0 ? `; behind rules that leave no packet for them: ${finding.shadowed.join(' ')}` : ''}${finding.known.length > 0 ? `; known differences: ${finding.known.join(', ')}` : ''}`,
      );
      if (whole) expect(finding.packets).toBeGreaterThanOrEqual(200);
      expect(
        finding.differences
          .map((each) => `${each.packet}\n   Shorewall: ${each.theirs}\n   ftpwall:   ${each.ours} ${each.why}`)
          .join('\n'),
      ).toBe('');
      expect(
        finding.disagreements
          .map((each) => `${each.packet}\n   ${each.theirs} ${each.why}\n   ${each.ours}`)
          .join('\n'),
      ).toBe('');
    });

    // One configuration alone may hold much that the lab cannot send (README.md).
    test('the packets would notice a mistake, and decide the rules', () => {
      const different = totals.made - totals.equivalent.length;
      console.log(
        `${totals.packets} packets; ${totals.undecided} of ${totals.lines} rule lines undecided, ${totals.shadowed} more beyond any packet; ${totals.made} mutants: ${totals.noticed} of ${different} noticed, ${totals.equivalent.length} equivalent:\n  ${totals.equivalent.join('\n  ')}\nmissed:\n  ${totals.missed.join('\n  ')}`,
      );
      expect(totals.packets).toBeGreaterThan(0);
      if (whole && corpus && !only) expect(totals.made).toBeGreaterThanOrEqual(300);
      // Our cases alone hold more of what the lab cannot send than the published configurations do.
      const unseen = only ? 1 : corpus ? 0.05 : 0.1;
      expect(totals.undecided / Math.max(totals.lines, 1)).toBeLessThanOrEqual(unseen);
      expect(totals.noticed / Math.max(different, 1)).toBeGreaterThanOrEqual(1 - unseen);
    });
  },
);
