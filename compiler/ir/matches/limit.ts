/** Matches with a memory: rates and numbers of connections. */
import { invariant } from '../../invariant.ts';
import type { Rate } from '../../net/rate.ts';
import { opaqueExtent } from '../fields.ts';
import type { MatchKind, MatchOf, PrintContext } from '../kind.ts';
import { named } from '../names.ts';
import type { AddressKey } from '../ruleset.ts';
import { cutTo, headerOf, versionIs } from './address.ts';

function printRate({ count, per, burst }: Rate, over: boolean, unit?: 'bytes'): string {
  invariant(count > 0 && burst > 0, 'a rate or burst of nothing');
  const often = unit === undefined ? `${count}/${per}` : `${count} ${unit}/${per}`;
  return `limit rate ${over ? 'over ' : ''}${often} burst ${burst} ${unit ?? 'packets'}`;
}

function printKey({ field, version, prefix }: AddressKey, context: PrintContext): string {
  return cutTo(prefix, version, `${headerOf(version, context)} ${field}`);
}

export const limitMatch: MatchKind<MatchOf<'limit'>> = {
  print: ({ rate, over, unit }) => printRate(rate, over, unit),
  extent: ({ rate, over, unit }) => opaqueExtent(printRate(rate, over, unit), false),
  test: (match, { remembers }) => remembers(match),
  stateful: true,
};

/** One rate for each value of the key. The set is a dynamic one of the same table; `update` keeps its elements alive. */
export const limitEachMatch: MatchKind<MatchOf<'limitEach'>> = {
  print: ({ set, key, rate, over }, context) =>
    `update @${named(set)} { ${printKey(key, context)} ${printRate(rate, over)} }`,
  extent: ({ key, rate, over }) =>
    opaqueExtent(`${printRate(rate, over)} for each ${key.field}`, false, [versionIs(key.version)]),
  test: (match, { packet, remembers }) => packet.version === match.key.version && remembers(match),
  stateful: true,
};

/** The set counts for each value of its key; the kernel wants such a set without timeout. */
export const connectionCountMatch: MatchKind<MatchOf<'connectionCount'>> = {
  print({ set, key, count, over }, context) {
    const counted = `ct count ${over ? 'over ' : ''}${count}`;
    if (set === undefined) return counted;
    invariant(key !== undefined, 'a set that counts connections by nothing');
    return `add @${named(set)} { ${printKey(key, context)} ${counted} }`;
  },
  extent: ({ key, count, over }) =>
    opaqueExtent(`ct count ${over ? 'over ' : ''}${count}`, false, key ? [versionIs(key.version)] : []),
  test: (match, { packet, remembers }) =>
    (match.key === undefined || packet.version === match.key.version) && remembers(match),
  stateful: true,
};
