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
  message: 'no packet fits this rule',
  label: why,
  help: 'take the line out, or type the zone `ip` if it holds both IP versions',
}));
