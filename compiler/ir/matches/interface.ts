/** Matches on the interface a packet arrives on or leaves by. */
import { invariant } from '../../invariant.ts';
import { fits, isEvery, printInterface, withoutCovered } from '../interfaces.ts';
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
  test({ field, negated, interfaces }, { packet, oif }) {
    const name = (field === 'iifname' ? packet.iif : oif) ?? '';
    return interfaces.some((pattern) => fits(pattern, name)) !== negated;
  },
  merge(a, b) {
    if (a.field !== b.field || a.negated || b.negated) return undefined;
    return { ...a, interfaces: [...a.interfaces, ...b.interfaces] };
  },
};
