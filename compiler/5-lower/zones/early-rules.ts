/** What base chains ask before they ask of which zones a packet is: version (first of all), and state. */

import type { Match, NftRule } from '../../ir/ruleset.ts';
import { fastStates } from '../../model/settings.ts';
import type { ConnectionState } from '../../net/state.ts';
import { concernsEstablished, dynamicRules } from '../blacklists/dynamic-blacklist.ts';
import { accept, counter, drop } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import type { FilterHook, Layout } from './layout.ts';
import { type States, stateDisposition } from './states.ts';

/** What commands have refused, where it must be asked before established connections are accepted. */
export function earlyDynamicBlacklist({ hook, program }: Layout): readonly NftRule[] {
  return concernsEstablished(program) ? dynamicRules(hook, program) : [];
}

/** What is decided by its state alone, for packets that meet nothing else in front of the chain of their pair. */
export function earlyStatesAlone(states: States, hook: FilterHook, program: Program): readonly NftRule[] {
  return [...earlyEstablished(states, program), ...otherEarlyStates(states, hook, program)];
}

/** Established connections, where no rule must come before. */
export function earlyEstablished(states: States, program: Program): readonly NftRule[] {
  if (!states.early.has('established')) return [];
  const accepted = state('established', ...fastRelated(program));
  return [rule([accepted], [counter, accept], { comment: 'established connections' })];
}

/** The other states that are decided for all zones at once. */
export function otherEarlyStates(states: States, hook: FilterHook, program: Program): readonly NftRule[] {
  return (['related', 'invalid', 'untracked'] as const)
    .filter((each) => states.early.has(each) && !(each === 'related' && fastRelated(program).length > 0))
    .flatMap((each) =>
      stateDisposition(each, hook === 'input' ? 'INPUT' : hook === 'forward' ? 'FORWARD' : 'OUTPUT', program),
    );
}

/** RELATED, where FASTACCEPT accepts it together with ESTABLISHED. */
function fastRelated({ model }: Program): readonly 'related'[] {
  return fastStates(model.settings).flatMap((each) => (each === 'related' ? [each] : []));
}

function state(...states: readonly ConnectionState[]): Match {
  return { kind: 'state', negated: false, states };
}

/** A version that the configuration does not want is dropped, whatever its state. */
export function refusedVersions({ model, dual }: Program): readonly NftRule[] {
  if (!dual) return [];
  return model.families.refused.map((version) =>
    rule([{ kind: 'version', version }], [counter, drop], { comment: `IPv${version} is not compiled (FAMILY)` }),
  );
}
