/** The stopped firewall, and the scripts of the user. */
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';
import type { ExtensionStep } from '../system-plan.ts';
import type { HostMatch, ProtocolMatch } from './traffic.ts';

/** A line of `stoppedrules`. */
export interface StoppedRule {
  readonly action: 'accept' | 'drop' | 'notrack';
  readonly source: StoppedPlace;
  readonly dest: StoppedPlace;
  readonly protocols: readonly ProtocolMatch[];
  readonly versions: readonly Version[];
  readonly origin: Origin;
}

export interface StoppedPlace {
  readonly firewall: boolean;
  readonly hosts?: HostMatch;
}

/** An extension script of the user's, to be run as it is. */
export interface Extension {
  readonly moment: ExtensionStep['moment'];
  readonly text: string;
  readonly origin: Origin;
}
