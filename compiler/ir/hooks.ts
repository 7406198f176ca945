/** The order in which the kernel calls what stands at a hook. */
import type { Chain } from './ruleset.ts';

/** Priorities of the kernel's own steps, which do not follow those of chains (kernel: nf_nat_proto.c). */
export const trackingPriority = -200;
export const natPriority = { prerouting: -100, output: -100, forward: 0, input: 100, postrouting: 100 } as const;

/** Base chains by priority; of equal priority the chain made last runs first. */
export function byPriority(chains: readonly Chain[]): readonly Chain[] {
  return [...chains].reverse().sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0));
}
