/** What the steps of a packet's path need to know of the model, found once for each hook. */
import type { NftRule } from '../../ir/ruleset.ts';
import { fastStates } from '../../model/settings.ts';
import type { ZonePair } from '../../model/zone.ts';
import { blacklistDispatch, forwardBlacklists } from '../blacklists/blacklists.ts';
import type { Program } from '../ruleset-builder.ts';
import type { ForwardPair } from './forward-pairs.ts';
import { pairChain } from './pairs.ts';
import type { States } from './states.ts';

/** The hooks of the filter (nft(8), hooks). */
export type FilterHook = 'input' | 'forward' | 'output';

/** What there is at a hook. */
export interface Layout {
  readonly program: Program;
  readonly hook: FilterHook;
  /** The states that are decided before the zones. */
  readonly states: States;
  /** The ways through the firewall that have a chain. */
  readonly pairs: readonly ForwardPair[];
  /** At input and output: the pairs with the firewall that have a chain. */
  readonly local: readonly ZonePair[];
  /** The rules that send packets to the blacklists of their pairs. */
  readonly blacklists: readonly NftRule[];
  /** BLACKLIST=ALL is asked even of what FASTACCEPT accepts. */
  readonly blacklistsFirst: boolean;
  /** A single zone of one interface forwards nothing: Shorewall makes no chains for it, and all meets the policy for all. */
  readonly onlyPolicy: boolean;
}

/** The layout of a hook, when the chains of the pairs have been made. */
export function layoutOf(
  hook: FilterHook,
  { states, pairs, program }: Pick<Layout, 'states' | 'pairs' | 'program'>,
): Layout {
  const { model } = program;
  const { settings, zones, firewall } = model;
  const between = zones.map(({ name }) =>
    hook === 'input' ? { source: name, dest: firewall } : { source: firewall, dest: name },
  );
  const others = between.filter(({ source, dest }) => source !== dest);
  const groups = zones.flatMap((zone) => (zone.name === firewall ? [] : [zone.hosts.length]));
  const single = groups.length < 2 && groups.every((count) => count < 2);
  const onlyPolicy = hook === 'forward' && single && pairs.length === 0 && !settings.closedOutsideZones;
  return {
    ...{ program, hook, states, pairs, onlyPolicy },
    local: hook === 'forward' ? [] : others.filter((pair) => program.has(pairChain(pair))),
    blacklists: onlyPolicy ? [] : blacklistsAt(hook, between, pairs, program),
    blacklistsFirst: fastStates(settings).some((each) => settings.blacklist.states.includes(each)),
  };
}

function blacklistsAt(
  hook: FilterHook,
  between: readonly ZonePair[],
  pairs: readonly ForwardPair[],
  program: Program,
): readonly NftRule[] {
  if (hook === 'forward') return forwardBlacklists(pairs, program);
  const side = hook === 'input' ? 'source' : 'dest';
  return blacklistDispatch(between, (pair) => pair[side], side, program);
}
