/** What lines of accounting have counted, by chain, and what addresses have sent and were sent. */

interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

/** An element with what it counted. */
interface Element {
  readonly val: unknown;
  readonly counter?: Counted;
  readonly comment?: string;
}

/** What is read of the listing (libnftables-json(5)). */
interface Thing {
  readonly rule?: {
    readonly table: string;
    readonly chain: string;
    readonly comment?: string;
    readonly expr: readonly { readonly counter?: Counted; readonly vmap?: { readonly data?: unknown } }[];
  };
  readonly map?: {
    readonly name: string;
    readonly table: string;
    readonly elem?: readonly (readonly [{ readonly elem?: Element }, unknown])[];
  };
  readonly set?: {
    readonly name: string;
    readonly table: string;
    readonly elem?: readonly { readonly elem?: Element }[];
  };
}

/** Sections with their text, of what `nft --json list ruleset` has printed. */
export function accountingIn(listing: string): readonly (readonly [string, string])[] {
  const { nftables } = JSON.parse(listing) as { readonly nftables: readonly Thing[] };
  return [...chainsIn(nftables), ...tablesIn(nftables)];
}

function chainsIn(things: readonly Thing[]): readonly (readonly [string, string])[] {
  const ours = things.flatMap(({ map }) => (map?.table === 'ftpwall' ? [map] : []));
  const maps = new Map<string, (typeof ours)[number]>(ours.map((map) => [`@${map.name}`, map]));
  const chains = new Map<string, string[]>();
  for (const { rule } of things) {
    // What follows a dot are parts of a chain that the compiler has split.
    const chain = rule?.table === 'ftpwall' ? /^accounting-chain-([^.]*)/.exec(rule.chain)?.[1] : undefined;
    if (chain === undefined || !rule) continue;
    const elements = rule.expr.flatMap(({ vmap }) => maps.get(String(vmap?.data))?.elem ?? []);
    const counter = rule.expr.find((each) => each.counter)?.counter;
    const counting = [
      { comment: rule.comment ?? '', ...(counter && { counter }) },
      ...elements.flatMap(([{ elem }]) => elem ?? []),
    ];
    const lines = counting.flatMap((each) => (each.counter ? [`${each.comment ?? ''}: ${inWords(each.counter)}`] : []));
    if (lines.length > 0) chains.set(chain, [...(chains.get(chain) ?? []), ...lines]);
  }
  return [...chains].map(([chain, lines]) => [`chain ${chain}`, `${lines.sort(byNumber).join('\n')}\n`]);
}

function tablesIn(things: readonly Thing[]): readonly (readonly [string, string])[] {
  return things.flatMap(({ set }): readonly (readonly [string, string])[] => {
    const [, table, direction] = /^count-account-(.*)-(sent|received)-[46]$/.exec(set?.name ?? '') ?? [];
    if (set?.table !== 'ftpwall' || table === undefined) return [];
    const lines = (set.elem ?? []).map(
      ({ elem }) => `${elem?.val}: ${inWords(elem?.counter ?? { packets: 0, bytes: 0 })}`,
    );
    return [[`addresses of ${table}: ${direction}`, `${lines.join('\n')}\n`]];
  });
}

function inWords({ packets, bytes }: Counted): string {
  return `${packets} packets, ${bytes} bytes`;
}

/** By the numbers of lines in their comments. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
