/** Is what a migration would write the same firewall? Running and stopped, for all packets of an IP version. */

import type { Change } from '../../compiler/answers/compare/comparison.ts';
import { compareSame } from '../../compiler/answers/compare/same.ts';
import type { OtherChange } from '../../compiler/answers/diff.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Version } from '../../compiler/net/version.ts';
import { witnessText } from '../answers/print-answers.ts';

/** A configuration, and the tables that it became. */
export interface Firewall {
  readonly model: Model;
  readonly running: Ruleset;
  readonly stopped: Ruleset;
}

/** Packets that two firewalls treat differently, in words. */
export interface Difference {
  readonly packet: string;
  readonly before: string;
  readonly after: string;
}

const states = ['running', 'stopped'] as const;
/** Of each state as many are told. */
const mostDifferences = 5;

/** What differs, or a sentence why that cannot be told. */
export function compareFirewalls(before: Firewall, after: Firewall, version: Version): readonly Difference[] | string {
  const found: Difference[] = [];
  for (const state of states) {
    const [old, young] = [before, after].map((firewall) => ({ model: firewall.model, ruleset: firewall[state] }));
    if (!old || !young) continue;
    const compared = compareSame(old, young, version);
    if (compared.kind === 'undecided') return compared.reason;
    const all = [...compared.changes.map(changeText), ...compared.others.map(otherText)];
    found.push(...all.slice(0, mostDifferences).map((each) => ({ ...each, packet: `${state}: ${each.packet}` })));
  }
  return found;
}

function changeText({ from, to, witness, before, after }: Change): Difference {
  return { packet: `${from} → ${to}: ${witnessText(witness)}`, before: outcomeText(before), after: outcomeText(after) };
}

function otherText({ from, to, before, after, line }: OtherChange): Difference {
  const words = (effects: readonly string[]) => (effects.length === 0 ? 'nothing of the kind' : effects.join(', '));
  const by = line === null ? '' : ` by ${line}`;
  return { packet: `${from} → ${to}${by}, beside the verdict`, before: words(before), after: words(after) };
}

function outcomeText({ verdict, by, dnat, snat }: Change['before']): string {
  return [`${verdict} (${by})`, ...(dnat === undefined ? [] : [dnat]), ...(snat === undefined ? [] : [snat])].join(
    ', ',
  );
}
