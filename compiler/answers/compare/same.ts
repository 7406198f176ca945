/** Are two firewalls the same, for all packets of an IP version? Their tables may be of different families. */
import { TooLarge } from '../../analyze/diagram.ts';
import type { Version } from '../../net/version.ts';
import { type Difference, differencesIn, tooManyCases } from '../diff.ts';
import { type Firewall, withFilledSets } from '../firewall.ts';
import { onlyWhatDiffers } from '../only-what-differs.ts';
import { comparisonOf } from './comparison.ts';
import { kernelFacts, packetsOfKernel } from './possible.ts';

/**
 * Compares verdicts, translations, and all that is done besides: log lines, helpers, marks. Rates and counts hold in both
 * or in none. `budget`: how many nodes the diagrams may have.
 */
export function compareSame(before: Firewall, after: Firewall, version: Version, budget?: number): Difference {
  try {
    const [old, young] = onlyWhatDiffers(withFilledSets(before), withFilledSets(after));
    const comparison = comparisonOf(old, young, {
      effects: 'all',
      also: [...kernelFacts(), { field: 'version', version }],
      listing: true,
      ...(budget !== undefined && { budget }),
    });
    const { space } = comparison.new;
    const possible = space.diagrams.and(space.having({ field: 'version', version }), packetsOfKernel(space));
    return { kind: 'compared', ...differencesIn({ ...comparison, possible }) };
  } catch (error) {
    if (error instanceof TooLarge) return tooManyCases;
    throw error;
  }
}
