/** Counters of the loaded rules, by the lines of the configuration that the rules carry as comments. */
import type { Host } from './host.ts';

/** A rule with a counter, as it stands in the kernel. */
export interface CountedRule {
  readonly chain: string;
  readonly handle: number;
  /** The comment: `rules:14`, or empty. */
  readonly comment: string;
  readonly packets: number;
  /** What it does with a packet at the end: `accept`, `drop`, `goto`, `dnat` …, or nothing. */
  readonly verdict: string | undefined;
}

/** All rules of our tables that count. */
export async function readCounters(firewall: Host): Promise<readonly CountedRule[]> {
  const listing = JSON.parse(await firewall.must(['nft', '--json', 'list', 'ruleset'])) as {
    nftables: readonly { rule?: ListedRule }[];
  };
  return listing.nftables.flatMap(({ rule }) => {
    if (rule === undefined || rule.table !== 'ftpwall') return [];
    const counter = rule.expr.map((each) => each.counter).find((each) => each !== undefined);
    if (counter === undefined) return [];
    const { chain, handle, comment = '' } = rule;
    const verdict = rule.expr.flatMap((each) => Object.keys(each)).find((key) => verdicts.has(key));
    return [{ chain, handle, comment, packets: counter.packets, verdict }];
  });
}

interface ListedRule {
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly comment?: string;
  readonly expr: readonly { readonly counter?: { readonly packets: number } }[];
}

const verdicts: ReadonlySet<string> = new Set([
  'accept',
  'drop',
  'goto',
  'reject',
  'dnat',
  'snat',
  'masquerade',
  'redirect',
  'queue',
]);

/** The rules that counted packets between two readings, with the packets of that time. */
export function grown(before: readonly CountedRule[], after: readonly CountedRule[]): readonly CountedRule[] {
  const known = new Map(before.map(({ handle, packets }) => [handle, packets]));
  return after
    .map((rule) => ({ ...rule, packets: rule.packets - (known.get(rule.handle) ?? 0) }))
    .filter(({ packets }) => packets > 0);
}

/** Comments of rules that pass what is no new connection: these decide nothing that the configuration says. */
const background: ReadonlySet<string> = new Set([
  '', // in chains that several lines share: the rule that goes there has the line
  'loopback',
  'established connections',
  'neighbour discovery',
  'multicast listener discovery',
  'refusals of connections',
]);

/** The rules that decided about new connections. */
export function deciders(counted: readonly CountedRule[]): readonly CountedRule[] {
  return counted.filter(({ verdict, comment }) => verdict !== undefined && !background.has(comment));
}
