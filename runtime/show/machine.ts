/** What the kernel has of routing and shaping, as ip(8) and tc(8) list it: subjects of `ftpwall show` that look at the machine. */
import { spawnSync } from 'node:child_process';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

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

/** The lines of accounting with what they counted, by chain, and what addresses sent and were sent. */
function accounting(): readonly (readonly [string, string])[] {
  const listed = listing(['nft', '-j', 'list', 'ruleset']);
  const things = listed === undefined ? [] : (JSON.parse(listed) as { nftables: readonly Thing[] }).nftables;
  const chains = new Map<string, string[]>();
  for (const { rule } of things) {
    const chain = rule?.table === 'ftpwall' ? /^accounting-chain-(.*)$/.exec(rule.chain)?.[1] : undefined;
    const counted = rule?.expr.find(({ counter }) => counter)?.counter;
    if (chain === undefined || !rule || !counted) continue;
    const line = `${rule.comment ?? ''}: ${counted.packets} packets, ${counted.bytes} bytes`;
    chains.set(chain, [...(chains.get(chain) ?? []), line]);
  }
  const tables = things.flatMap(({ set }): readonly (readonly [string, string])[] => {
    const [, table, direction] = /^count-account-(.*)-(sent|received)-[46]$/.exec(set?.name ?? '') ?? [];
    if (set?.table !== 'ftpwall' || table === undefined) return [];
    const lines = (set.elem ?? []).map(
      ({ elem }) => `${elem?.val}: ${elem?.counter?.packets ?? 0} packets, ${elem?.counter?.bytes ?? 0} bytes`,
    );
    return [[`addresses of ${table}: ${direction}`, `${lines.join('\n')}\n`]];
  });
  return [...[...chains].map(([chain, lines]) => [`chain ${chain}`, `${lines.join('\n')}\n`] as const), ...tables];
}

interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

/** What is read of the listing (libnftables-json(5)). */
interface Thing {
  readonly rule?: {
    readonly table: string;
    readonly chain: string;
    readonly comment?: string;
    readonly expr: readonly { readonly counter?: Counted }[];
  };
  readonly set?: {
    readonly name: string;
    readonly table: string;
    readonly elem?: readonly { readonly elem?: { readonly val: string; readonly counter?: Counted } }[];
  };
}

const parts = {
  accounting,
  routing,
  shaping: () => shaping(['qdisc', 'class', 'filter']),
  classifiers: () => shaping(['filter']),
} as const;

export type MachinePart = keyof typeof parts;

/** Prints a part of what the kernel has. */
export function showMachine(call: Call, part: MachinePart): Status {
  const found = parts[part]();
  if (found.length === 0 && part === 'routing') {
    say('ip(8) is not there, or tells nothing');
    return status.refused;
  }
  const json = { schema: 1, sections: found.map(([title, text]) => ({ title, lines: text.trimEnd().split('\n') })) };
  const text = found.map(([title, lines]) => `${title}\n${lines.replace(/^(?=.)/gm, '  ').trimEnd()}\n`).join('\n');
  write(1, call.options.json ? `${JSON.stringify(json)}\n` : text);
  return status.done;
}
