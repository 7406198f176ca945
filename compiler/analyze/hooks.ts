/** The chains that the kernel calls, in the order in which a packet comes to them. */
import { byPriority, natPriority, trackingPriority } from '../ir/hooks.ts';
import type { Hook, Ruleset } from '../ir/ruleset.ts';

/**
 * How a packet passes the machine: through it, to it, from it, or from it to itself. `rerouted`: sent to an address of the
 * machine and translated to another; the output hook sees the way that it set out for (kernel: nf_nat_ipv4_local_fn).
 */
export type Way = 'forward' | 'input' | 'output' | 'loopback' | 'rerouted';

/** Chains that see a packet together: one of type filter, or all of type nat at a hook. */
export interface Stage {
  readonly hook: Hook['hook'];
  readonly kind: 'filter' | 'nat';
  readonly chains: readonly string[];
  /** Before connection tracking has looked the packet up. */
  readonly beforeTracking: boolean;
}

const hooksOf: Readonly<Record<Way, readonly Hook['hook'][]>> = {
  forward: ['prerouting', 'forward', 'postrouting'],
  input: ['prerouting', 'input'],
  output: ['output', 'postrouting'],
  rerouted: ['output', 'postrouting'],
  loopback: ['output', 'postrouting', 'prerouting', 'input'],
};

/** What a packet meets on a way. The chains of a hook come by priority; of equal ones the one made last comes first. */
export function stagesOf({ chains }: Ruleset, way: Way): readonly Stage[] {
  return hooksOf[way].flatMap((hook) => {
    const here = chains.filter(({ base }) => base?.hook === hook);
    const nat = byPriority(here.filter(({ base }) => base?.type === 'nat')).map(({ name }) => name);
    const stages = byPriority(here.filter(({ base }) => base?.type !== 'nat')).map(({ name, base }) => ({
      priority: base?.priority ?? 0,
      kind: 'filter' as const,
      chains: [name],
    }));
    const all = [
      ...stages,
      ...(nat.length > 0 ? [{ priority: natPriority[hook], kind: 'nat' as const, chains: nat }] : []),
    ];
    const tracks = (hook === 'prerouting' && way !== 'loopback') || hook === 'output';
    return all
      .sort((a, b) => a.priority - b.priority)
      .map((stage) => ({ ...stage, hook, beforeTracking: tracks && stage.priority < trackingPriority }));
  });
}

/** Hooks where the last word on a packet is spoken: what accepts it there is what people mean by the rule that let it through. */
export function decides({ hook, kind }: Stage): boolean {
  return kind === 'filter' && (hook === 'input' || hook === 'forward' || hook === 'output');
}
