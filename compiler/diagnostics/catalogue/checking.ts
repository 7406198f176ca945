/** What stage 4 says: laws that a single line cannot break. */

import { warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const ruleNeverReached = warning('rule-never-reached', (related: readonly Label[]) => ({
  message: 'rule is never reached',
  label: 'every packet is decided before it',
  related,
  help: 'move it before the other rule, or remove it',
}));

export const ruleMatchesNothing = warning('rule-matches-nothing', () => ({
  message: 'rule can never match',
  label: 'no packet has all that this line asks for',
  help: 'correct the line, or remove it',
}));

export const zonesOfOtherVersion = warning('zones-of-other-version', (why: string) => ({
  message: 'rule can never match: its zones share no IP version',
  label: why,
  help: 'take the line out, or type the zone `ip` if it holds both IP versions',
}));

export const chainNotFolded = warning('chain-not-folded', (chain: string, equality: 'different' | 'undecided') => ({
  message: `the rules of chain ${chain} stay as they are`,
  label:
    equality === 'undecided'
      ? 'it could not be shown that verdict maps decide the same for every packet'
      : 'verdict maps would not decide the same for every packet: this is a mistake in ftpwall',
  help:
    equality === 'undecided'
      ? 'the firewall is right as it is; only its speed depends on the number of rules'
      : 'the firewall is right as it is; please report it, with the configuration',
}));
