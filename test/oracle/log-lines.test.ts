/** Log lines are called as Shorewall calls them: what reads a log knows them by these names. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingForKernel } from '../kernel/available.ts';
import { compileFolder } from './ours.ts';
import { shorewallIsHere } from './shorewall.ts';
import { rulesOfShorewall } from './theirs.ts';
import { withTwins } from './twins.ts';

const root = join(import.meta.dirname, '..', '..');
const corpus = process.env.FTPWALL_CORPUS;
const missing =
  missingForKernel(['nft', 'ip', 'unshare']) ?? (shorewallIsHere() ? undefined : 'Shorewall 5.2.8 and iptables-legacy');

const folders: readonly string[] = [
  ...['logging', 'sections', 'events', 'shorewall'].map((name) => join(root, 'test', 'cases', name, 'config')),
  ...(corpus && existsSync(corpus)
    ? readdirSync(corpus, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(corpus, entry.name))
    : []
  ).filter((_folder, index) => process.env.ORACLE === 'all' || index % 5 === 0),
];

const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

/** `info net-fw DROP `: level or group, and prefix, of each rule that logs. */
function theirLines(rules: string): ReadonlySet<string> {
  const found = rules.split('\n').flatMap((line) => {
    const prefix = /--(?:nf)?log-prefix "([^"]*)"/.exec(line)?.[1];
    if (prefix === undefined) return [];
    const group = /-j NFLOG\b/.test(line) ? (/--nflog-group (\d+)/.exec(line)?.[1] ?? '0') : undefined;
    const level = levels[Number(/--log-level (\d)/.exec(line)?.[1] ?? 4)];
    return [`${group === undefined ? level : `group ${group}`} ${prefix}`];
  });
  return new Set(found);
}

function ourLines(ruleset: string): ReadonlySet<string> {
  const found = [...ruleset.matchAll(/log prefix "([^"]*)"(?: level (\w+)| group (\d+))?/g)];
  return new Set(
    found.map(([, prefix, level, group]) => `${group === undefined ? (level ?? 'warn') : `group ${group}`} ${prefix}`),
  );
}

/** What is called otherwise on purpose. */
const otherwise: readonly { readonly theirs: RegExp; readonly why: string }[] = [
  { theirs: /^(group \d+|\w+) &\S+ $/, why: 'CONTINUE has no word with them' },
];

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `the names of log lines${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each(
      folders.map((folder) => [folder.replace(`${root}/`, '').split('/').slice(-2).join('/'), folder] as const),
    )(
      '%s',
      async (_name, folder) => {
        expect(missing).toBeUndefined();
        await withTwins(folder, async (twins) => {
          const ours = compileFolder(twins.ours);
          const theirs = twins.theirs.map((each) => rulesOfShorewall(each.folder, each.version, true));
          if (ours.kind === 'refused') return;
          const known = ourLines(ours.ruleset);
          const lines = theirs.flatMap((each) => (each.kind === 'rules' ? [...theirLines(each.text)] : []));
          const unknown = lines.filter((line) => !known.has(line) && !otherwise.some((each) => each.theirs.test(line)));
          expect(unknown).toEqual([]);
        });
      },
      60_000,
    );
  },
);
