/** Compares a configuration with the rules of a machine's listing, for all packets of the IP versions it tells of. */
import { type Node, never, TooLarge } from '../../analyze/diagram.ts';
import type { Way } from '../../analyze/hooks.ts';
import type { Ruleset } from '../../ir/ruleset.ts';
import type { Version } from '../../net/version.ts';
import type { Firewall } from '../firewall.ts';
import {
  type Change,
  ChangeGroups,
  type Comparison,
  comparisonOf,
  differenceOn,
  isChange,
  packetsOn,
  pairsIn,
  ways,
} from './comparison.ts';
import { kernelFacts, packetsOfKernel } from './possible.ts';

/** A listing as it is compared: its rules, and the conditions in them that nobody understands. */
export interface Listed {
  readonly ruleset: Ruleset;
  readonly versions: readonly Version[];
  readonly unknown: readonly string[];
}

/** Packets that fare otherwise in the listing (`before`) than in the configuration (`after`). */
export interface Mismatch extends Change {
  /** What no packet tells, and the difference depends on: a rate, a set, a time. */
  readonly dependsOn: readonly string[];
}

/** What a comparison with a listing finds. */
export type Verification =
  | {
      readonly kind: 'compared';
      /** Packets that fare otherwise whatever the unknown parts of the listing mean. */
      readonly differences: readonly Mismatch[];
      /** Packets of which that depends on what these parts mean. */
      readonly uncertain: readonly Mismatch[];
    }
  | { readonly kind: 'undecided'; readonly reason: string };

/** Compares the verdicts and translations of all packets. `budget`: how many nodes the diagrams may have. */
export function compareWithListing(listed: Listed, firewall: Firewall, budget?: number): Verification {
  try {
    const before: Firewall = { model: firewall.model, ruleset: listed.ruleset, listed: true };
    const options = {
      effects: 'none',
      listing: true,
      also: kernelFacts(),
      ...(budget !== undefined && { budget }),
    } as const;
    const comparison = comparisonOf(before, firewall, options);
    return { kind: 'compared', ...mismatchesIn(comparison, listed) };
  } catch (error) {
    if (error instanceof TooLarge)
      return { kind: 'undecided', reason: 'the rules have too many different cases for the memory that is set aside' };
    throw error;
  }
}

function mismatchesIn(joined: Comparison, { versions, unknown }: Listed) {
  const { space } = joined.new;
  const { diagrams } = space;
  const told = versions.reduce<Node>(
    (all, version) => diagrams.or(all, space.having({ field: 'version', version })),
    never,
  );
  const compared = diagrams.and(told, packetsOfKernel(space));
  const comparison: Comparison = { ...joined, possible: compared };
  const [certain, uncertain] = [new ChangeGroups(comparison), new ChangeGroups(comparison)];
  const reroutes = [joined.old, joined.new].some(({ firewall }) => mayReroute(firewall.ruleset));
  for (const way of ways) {
    if (way === 'rerouted' && !reroutes) continue;
    const asked = diagrams.and(compared, possibleOn(way, comparison));
    const differing = diagrams.ifElse(asked, differenceOn(way, comparison, isChange), never);
    const always = differsAnyhow(differing, asked, comparison, new Set(unknown));
    for (const [pair, node] of pairsIn(differing, comparison)) {
      const [sure, open] = [diagrams.and(node, always), diagrams.minus(node, always)];
      if (sure !== never) certain.add(way, pair, sure);
      if (open !== never) uncertain.add(way, pair, open);
    }
  }
  const mismatches = (groups: ChangeGroups) =>
    groups.changes().map(({ change, node }): Mismatch => ({ ...change, dependsOn: space.conditionsOf(node) }));
  return { differences: mismatches(certain), uncertain: mismatches(uncertain) };
}

/** Whether a rule may send what the machine sends to itself elsewhere: nothing else is sent on another way than it set out for. */
function mayReroute({ chains }: Ruleset): boolean {
  return chains.some(({ rules }) =>
    rules.some(({ statements }) =>
      statements.some(
        (each) =>
          each.kind === 'dnat' ||
          each.kind === 'netmap' ||
          each.kind === 'raw' ||
          (each.kind === 'setMark' && each.target === 'packet'),
      ),
    ),
  );
}

/** What the machine sends to itself takes a way of its own: nothing else comes by the loopback interface. */
function possibleOn(way: Way, comparison: Comparison): Node {
  const { space } = comparison.new;
  const { diagrams } = space;
  const packets = packetsOn(way, comparison.new);
  // The reverse path of what came by the loopback interface is not asked (nft_fib.h, nft_fib_is_loopback; xt_rpfilter.c).
  if (way === 'loopback') return diagrams.and(packets, space.having({ field: 'reversePath', present: true }));
  if (way !== 'forward' && way !== 'input') return packets;
  const by = (field: 'iifname' | 'oifname', name: string) =>
    space.having({ field, patterns: [{ name, wildcard: false }] });
  const foreign = diagrams.minus(diagrams.minus(packets, by('iifname', 'lo')), by('oifname', 'lo'));
  return way === 'input' ? diagrams.and(foreign, by('oifname', '')) : foreign;
}

/** The packets that fare otherwise whether unknown conditions hold for them or not. */
function differsAnyhow(differing: Node, possible: Node, comparison: Comparison, unknown: ReadonlySet<string>): Node {
  const { space } = comparison.new;
  const { diagrams } = space;
  const all = diagrams.where(differing, (value) => value > 0);
  if (unknown.size === 0) return all;
  const equal = diagrams.exists(diagrams.minus(possible, all), (level) => {
    const meaning = space.meaningOf(level);
    return 'condition' in meaning && unknown.has(meaning.condition);
  });
  return diagrams.minus(all, equal);
}
