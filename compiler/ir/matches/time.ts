/**
 * Matches on time and chance. nft converts hours and dates with the time zone of the moment of loading, so what loads
 * the ruleset sets TZ to the zone that is meant. Days of the week are those of the kernel's clock, UTC as a rule.
 */
import { invariant } from '../../invariant.ts';
import { opaqueExtent } from '../fields.ts';
import type { MatchKind, MatchOf } from '../kind.ts';
import { compared } from './lists.ts';

const endOfDay = 24 * 3600 - 1;

function clock(second: number): string {
  invariant(Number.isInteger(second) && second >= 0 && second <= endOfDay, `no time of day: ${second}`);
  const parts = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  return `"${parts.map((part) => String(part).padStart(2, '0')).join(':')}"`;
}

/** From second `from` of the day to second `to`, both included; over midnight when `to` is the earlier one. */
export const hourMatch: MatchKind<MatchOf<'hour'>> = {
  print({ from, to }) {
    if (from <= to) return `meta hour ${clock(from)}-${clock(to)}`;
    // nft 1.1 refuses a range over midnight, so its complement is named.
    return from === to + 1 ? '' : `meta hour != ${clock(to + 1)}-${clock(from - 1)}`;
  },
  extent: (match) => opaqueExtent(hourMatch.print(match, { family: 'inet' }), true),
  test: (match, { remembers }) => remembers(match),
};

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Days of the week from 0, Sunday. */
export const weekdayMatch: MatchKind<MatchOf<'weekday'>> = {
  print(match) {
    const ordered = [...new Set(match.days)].sort((a, b) => a - b);
    return compared(
      'meta day',
      false,
      ordered.map((day) => `"${days[day]}"`),
    );
  },
  extent: (match) => opaqueExtent(weekdayMatch.print(match, { family: 'inet' }), true),
  test: (match, { remembers }) => remembers(match),
};

/** From and to a moment (`2026-01-31T08:00:00`), both included. */
export const dateMatch: MatchKind<MatchOf<'date'>> = {
  print({ from, to }) {
    if (from !== undefined && to !== undefined) return `meta time ${moment(from)}-${moment(to)}`;
    if (from !== undefined) return `meta time >= ${moment(from)}`;
    invariant(to !== undefined, 'a match on no date');
    return `meta time <= ${moment(to)}`;
  },
  extent: (match) => opaqueExtent(dateMatch.print(match, { family: 'inet' }), true),
  test: (match, { remembers }) => remembers(match),
};

function moment(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d))?$/.exec(text);
  invariant(parts, `no moment: ${text}`);
  return `"${parts[1]} ${parts[2] ?? '00:00:00'}"`;
}

/** Holds for `below` of every `modulus` packets, by chance. */
export const randomMatch: MatchKind<MatchOf<'random'>> = {
  print({ modulus, below }) {
    invariant(below > 0, 'a match on a chance of nothing');
    return below >= modulus ? '' : `numgen random mod ${modulus} < ${below}`;
  },
  extent: (match) => opaqueExtent(randomMatch.print(match, { family: 'inet' }), false),
  test: (match, { remembers }) => remembers(match),
  stateful: true,
};

/** Each rule counts for itself, from 0 (kernel: nft_ng_inc_init). */
export const turnMatch: MatchKind<MatchOf<'turn'>> = {
  print({ modulus, index }) {
    invariant(index >= 0 && index < modulus, 'a turn that never comes');
    return modulus === 1 ? '' : `numgen inc mod ${modulus} ${index}`;
  },
  extent: (match) => opaqueExtent(turnMatch.print(match, { family: 'inet' }), false),
  test: (match, { remembers }) => remembers(match),
  stateful: true,
};
