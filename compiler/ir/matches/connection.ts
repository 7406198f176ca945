/** Matches on what connection tracking knows, and on marks. */

import { invariant } from '../../invariant.ts';
import type { ConnectionState } from '../../net/state.ts';
import { extentOfField } from '../fields.ts';
import type { MatchKind, MatchOf } from '../kind.ts';
import { longest, quoted } from '../names.ts';
import { isTracked } from './address.ts';
import { compared, hex } from './lists.ts';

/** The order in which states are written, whatever order a rule was made with. */
export const stateOrder: readonly ConnectionState[] = ['established', 'related', 'new', 'invalid', 'untracked'];

export const stateMatch: MatchKind<MatchOf<'state'>> = {
  print({ negated, states }) {
    const ordered = stateOrder.filter((state) => states.includes(state));
    invariant(ordered.length > 0, 'a match on no state');
    // Without braces nft compares bits, which is quicker than a lookup in a set.
    return negated ? compared('ct state', negated, ordered) : `ct state ${ordered.join(',')}`;
  },
  extent: ({ negated, states }) => extentOfField({ field: 'state', words: states }, negated),
};

/** Asks for the helper of the master: a data connection matches, its control connection never (kernel: nft_ct_get_eval). */
export const connectionHelperMatch: MatchKind<MatchOf<'connectionHelper'>> = {
  print: ({ helper }) => `ct helper ${quoted(helper, longest.interfaceName)}`,
  extent: ({ helper }) => extentOfField({ field: 'masterHelper', words: [helper] }, false, [isTracked]),
};

function printMark(selector: string, { negated, mask, value }: MatchOf<'connectionMark' | 'packetMark'>): string {
  if (mask >>> 0 === 0xffffffff) return `${selector} ${negated ? '!= ' : ''}${hex(value)}`;
  return `${selector} & ${hex(mask)} ${negated ? '!=' : '=='} ${hex(value)}`;
}

export const connectionMarkMatch: MatchKind<MatchOf<'connectionMark'>> = {
  print: (match) => printMark('ct mark', match),
  extent: ({ negated, mask, value }) => extentOfField({ field: 'connectionMark', mask, value }, negated, [isTracked]),
};

export const packetMarkMatch: MatchKind<MatchOf<'packetMark'>> = {
  print: (match) => printMark('meta mark', match),
  extent: ({ negated, mask, value }) => extentOfField({ field: 'packetMark', mask, value }, negated),
};

export const nattedMatch: MatchKind<MatchOf<'natted'>> = {
  print: ({ how, negated }) => (negated ? `ct status & ${how} == 0` : `ct status ${how}`),
  extent: ({ how, negated }) => extentOfField({ field: how, present: !negated }, false, [isTracked]),
};
