/** Matches on the interface a packet arrives on or leaves by. */
import { invariant } from '../../invariant.ts';
import { extentOfField } from '../fields.ts';
import { isEvery, printInterface, withoutCovered } from '../interfaces.ts';
import type { MatchKind, MatchOf } from '../kind.ts';
import { compared } from './lists.ts';

export const interfaceMatch: MatchKind<MatchOf<'interface'>> = {
  print({ field, negated, interfaces }) {
    if (interfaces.some(isEvery)) {
      invariant(!negated, 'a rule for no interface at all');
      return '';
    }
    return compared(field, negated, withoutCovered(interfaces).map(printInterface));
  },
  extent: ({ field, negated, interfaces }) => extentOfField({ field, patterns: interfaces }, negated),
};
