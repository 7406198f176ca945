/** Matches on what connection tracking knows, and on marks. */

import type { MatchKind, MatchOf } from '../kind.ts';
import { longest, quoted } from '../names.ts';
import type { ConnectionState } from '../ruleset.ts';
import { compared, hex } from './lists.ts';

/** The order in which states are written, whatever order a rule was made with. */
export const stateOrder: readonly ConnectionState[] = ['established', 'related', 'new', 'invalid', 'untracked'];

export const stateMatch: MatchKind<MatchOf<'state'>> = {
  print({ negated, states }) {
    const ordered = stateOrder.filter((state) => states.includes(state));
    return compared('ct state', negated, ordered);
  },
  test: ({ negated, states }, { state }) => states.includes(state) !== negated,
  merge: (a, b) => (a.negated || b.negated ? undefined : { ...a, states: [...new Set([...a.states, ...b.states])] }),
};

/** Asks for the helper of the master: a data connection matches, its control connection never (kernel: nft_ct_get_eval). */
export const connectionHelperMatch: MatchKind<MatchOf<'connectionHelper'>> = {
  print: ({ helper }) => `ct helper ${quoted(helper, longest.interfaceName)}`,
  test: ({ helper }, { tracked }) => tracked?.masterHelper === helper,
};

function printMark(selector: string, { negated, mask, value }: MatchOf<'connectionMark' | 'packetMark'>): string {
  if (mask >>> 0 === 0xffffffff) return `${selector} ${negated ? '!= ' : ''}${hex(value)}`;
  return `${selector} & ${hex(mask)} ${negated ? '!=' : '=='} ${hex(value)}`;
}

function markIs(mark: number, { negated, mask, value }: MatchOf<'connectionMark' | 'packetMark'>): boolean {
  return ((mark & mask) >>> 0 === value >>> 0) !== negated;
}

export const connectionMarkMatch: MatchKind<MatchOf<'connectionMark'>> = {
  print: (match) => printMark('ct mark', match),
  test: (match, { tracked }) => tracked !== undefined && markIs(tracked.mark, match),
};

export const packetMarkMatch: MatchKind<MatchOf<'packetMark'>> = {
  print: (match) => printMark('meta mark', match),
  test: (match, { packetMark }) => markIs(packetMark, match),
};

export const nattedMatch: MatchKind<MatchOf<'natted'>> = {
  print: ({ how, negated }) => (negated ? `ct status & ${how} == 0` : `ct status ${how}`),
  test: ({ how, negated }, { tracked }) => tracked !== undefined && tracked[how] !== negated,
};
