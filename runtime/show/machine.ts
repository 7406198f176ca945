/** What the kernel has of routing and shaping, as ip(8) and tc(8) list it: subjects of `ftpwall show` that look at the machine. */
import { spawnSync } from 'node:child_process';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { accountingIn } from './accounting.ts';

/** Prints what a program says; undefined where it is not there or fails. */
function listing(words: readonly string[]): string | undefined {
  const [program = '', ...rest] = words;
  const { stdout, status: ended } = spawnSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return ended === 0 ? stdout : undefined;
}

/** Rules of routing, and every table that they name, for both IP versions. */
function routing(): readonly (readonly [string, string])[] {
  return ['-4', '-6'].flatMap((version): readonly (readonly [string, string])[] => {
    const rules = listing(['ip', version, 'rule', 'show']);
    if (rules === undefined) return [];
    const tables = [...new Set([...rules.matchAll(/lookup (\S+)/g)].map(([, table = '']) => table))];
    const family = version === '-4' ? 'IPv4' : 'IPv6';
    return [
      [`${family}: rules`, rules],
      ...tables.map(
        (table) =>
          [`${family}: table ${table}`, listing(['ip', version, 'route', 'show', 'table', table]) ?? ''] as const,
      ),
    ];
  });
}

/** Every device with its queues, classes and filters; `filters` alone. */
function shaping(kinds: readonly ('qdisc' | 'class' | 'filter')[]): readonly (readonly [string, string])[] {
  const devices = (listing(['ip', '-o', 'link', 'show']) ?? '')
    .split('\n')
    .flatMap((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? []);
  return devices.flatMap((device) =>
    kinds.flatMap((kind): readonly (readonly [string, string])[] => {
      const text = listing(['tc', '-s', '-d', kind, 'show', 'dev', device]);
      return text === undefined || text.trim() === '' ? [] : [[`${device}: ${kind}`, text]];
    }),
  );
}

const parts = {
  accounting: () => accountingIn(listing(['nft', '-j', 'list', 'ruleset']) ?? '{"nftables":[]}'),
  routing,
  shaping: () => shaping(['qdisc', 'class', 'filter']),
  classifiers: () => shaping(['filter']),
} as const;

export type MachinePart = keyof typeof parts;

/** What is said where there is nothing to show. */
const nothing: Readonly<Record<Exclude<MachinePart, 'routing'>, string>> = {
  accounting: 'nothing is counted: no firewall with lines of `accounting` is loaded',
  shaping: 'tc(8) is not there, or tells nothing',
  classifiers:
    'tc(8) tells of no filters: which packets are of a class, the chains `classes-…` of `nft list ruleset` say',
};

/** Prints a part of what the kernel has. */
export function showMachine(call: Call, part: MachinePart): Status {
  const found = parts[part]();
  if (found.length === 0 && part === 'routing') {
    say('ip(8) is not there, or tells nothing');
    return status.refused;
  }
  const json = { schema: 1, sections: found.map(([title, text]) => ({ title, lines: text.trimEnd().split('\n') })) };
  const text = found.map(([title, lines]) => `${title}\n${lines.replace(/^(?=.)/gm, '  ').trimEnd()}\n`).join('\n');
  if (found.length === 0 && part !== 'routing') say(nothing[part]);
  write(1, call.options.json ? `${JSON.stringify(json)}\n` : text);
  return status.done;
}
