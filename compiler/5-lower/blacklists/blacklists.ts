/** Where the blacklists (blrules) of pairs are asked: before anything accepts, or with their pair. */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { ZonePair } from '../../model/zone.ts';
import { jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { type ForwardPair, forwardDispatch, named } from '../zones/forward-pairs.ts';
import { blacklistChain } from '../zones/pairs.ts';
import { zoneDispatch, zonesAreApart } from '../zones/zone-match.ts';

/** Blacklists hold for packets in these states (BLACKLIST). */
function blacklistStates(model: Model): Match {
  return { kind: 'state', negated: false, states: model.settings.blacklist.states };
}

/**
 * Where hosts may be of several zones, the blacklist of a pair is asked when its pair is: those of the zones around are
 * not for packets that never come to them.
 */
export function blacklistOf(pair: ZonePair, program: Program): readonly NftRule[] {
  const chain = blacklistChain(pair);
  if (zonesAreApart(program.model) || !program.has(chain)) return [];
  return [rule([blacklistStates(program.model)], [jump(chain)])];
}

/** To and from the firewall: the blacklists of the pairs that have one, before anything accepts. */
export function blacklistDispatch(
  pairs: readonly ZonePair[],
  zoneOf: (pair: ZonePair) => string,
  side: 'source' | 'dest',
  program: Program,
): readonly NftRule[] {
  if (!zonesAreApart(program.model)) return [];
  const targets = pairs
    .filter((pair) => program.has(blacklistChain(pair)))
    .map((pair) => ({ zone: zoneOf(pair), chain: blacklistChain(pair) }));
  return zoneDispatch(targets, side, [blacklistStates(program.model)], program);
}

/** Through the firewall, the same. */
export function forwardBlacklists(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  const listed = pairs.filter((pair) => zonesAreApart(model) && program.has(blacklistChain(named(pair))));
  return forwardDispatch(
    listed,
    { chainOf: blacklistChain, prefix: 'blacklist-', before: [blacklistStates(model)] },
    program,
  );
}
