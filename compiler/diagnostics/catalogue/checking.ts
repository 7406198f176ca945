/** What stage 4 says: laws that a single line cannot break. */

import type { Label } from '../diagnostic.ts';
import { warning } from '../diagnostic.ts';

export const ruleNeverReached = warning('rule-never-reached', (first: Label) => ({
  message: 'this rule decides nothing',
  label: 'no packet comes this far',
  related: [first],
  help: 'move it before the other rule, or take it out',
}));

export const zonesOfOtherVersion = warning('zones-of-other-version', (why: string) => ({
  message: 'no packet fits this rule',
  label: why,
  help: 'take the line out, or type the zone `ip` if it holds both IP versions',
}));
