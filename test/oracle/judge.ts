/** One configuration through Shorewall and through ftpwall: the same packets, and what both kernels and `evaluate` say. */
import type { Packet } from '../../compiler/ir/packet.ts';
import type { Network } from '../support/probes/topology.ts';
import { compare } from './compare.ts';
import type { MutantResult } from './mutants.ts';
import { compileFolder } from './ours.ts';
import { rulesOfShorewall, type Theirs } from './theirs.ts';
import { type Twins, withTwins } from './twins.ts';

/** How a comparison ended. */
export type Finding =
  | {
      readonly kind: 'compared';
      readonly packets: number;
      readonly networks: readonly Network[];
      readonly differences: readonly Difference[];
      /** Differences that are known to be Shorewall's, or the kernel's, each by what it is (of-shorewall.ts). */
      readonly known: readonly string[];
      readonly disagreements: readonly Difference[];
      readonly lines: number;
      readonly undecided: readonly string[];
      /** Lines that no packet can decide, since rules before them leave none (proof.ts). */
      readonly shadowed: readonly string[];
      readonly mutants: MutantResult;
    }
  | { readonly kind: 'passed-over'; readonly reason: string; readonly refusedBy?: Refuser };

/** Who does not take the directory. */
export type Refuser = 'us' | 'Shorewall' | 'both';

/** A packet that is judged differently: by Shorewall and us, or by `evaluate` and the kernel. */
export interface Difference {
  readonly packet: string;
  readonly probe: Packet;
  readonly theirs: string;
  readonly ours: string;
  /** Which of our rules said so. */
  readonly why: string;
}

export interface JudgeOptions {
  /** How many packets of each IP version, at most. */
  readonly count: number;
  readonly seed: number;
  /** How many mutants are judged, at most. */
  readonly mutants: number;
  /** What Shorewall refuses is not helped by its `update`. */
  readonly asWritten?: true;
  /** These packets in these networks, not those that the configuration asks for. */
  readonly again?: Again;
}

/** What a difference was found with. */
export interface Again {
  readonly networks: readonly Network[];
  readonly packets: readonly Packet[];
}

/** Compares one configuration, Shorewall's or ours. Nothing is written to the folder. */
export async function judgeFolder(folder: string, options: JudgeOptions): Promise<Finding> {
  return withTwins(folder, (twins) => judgeTwins(twins, options));
}

async function judgeTwins({ ours: folder, theirs: folders }: Twins, options: JudgeOptions): Promise<Finding> {
  // Each is read as published; what Shorewall must be helped with by its own `update` is read by us as it was.
  const ours = compileFolder(folder);
  const theirs = folders.map((each) => rulesOfShorewall(each.folder, each.version, options.asWritten ?? false));
  const refused = theirs.find((each) => each.kind === 'refused');
  if (ours.kind === 'refused')
    return { kind: 'passed-over', reason: `ours: ${ours.reason}`, refusedBy: refused ? 'both' : 'us' };
  if (refused) return { kind: 'passed-over', reason: `Shorewall: ${refused.reason}`, refusedBy: 'Shorewall' };
  const needy = theirs.find((each) => each.kind === 'needs-the-system');
  if (needy) return { kind: 'passed-over', reason: `Shorewall's rules need the running system: ${needy.reason}` };
  return compare(ours, theirs.filter(isRules), options);
}

function isRules(theirs: Theirs): theirs is Theirs & { readonly kind: 'rules' } {
  return theirs.kind === 'rules';
}
