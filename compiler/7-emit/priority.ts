/** Priorities of chains by their names (nft(8), CHAINS, "Standard priority names"). */
import type { Hook } from '../ir/ruleset.ts';

const everywhere: readonly (readonly [string, number])[] = [
  ['raw', -300],
  ['mangle', -150],
  ['filter', 0],
  ['security', 50],
];

/** Names that nft takes only at one hook. */
const atHook: Readonly<Partial<Record<Hook['hook'], readonly [string, number]>>> = {
  prerouting: ['dstnat', -100],
  postrouting: ['srcnat', 100],
};

/** The name, the name and a small difference, or the bare number. */
export function printPriority({ hook, priority }: Hook): string {
  const own = atHook[hook];
  for (const [name, value] of own ? [own, ...everywhere] : everywhere) {
    const difference = priority - value;
    if (difference === 0) return name;
    if (Math.abs(difference) <= 10) return `${name} ${difference < 0 ? '-' : '+'} ${Math.abs(difference)}`;
  }
  return String(priority);
}
