/** What base chains ask before they ask of which zones a packet is: version (first of all), state, blacklists, options. */
import type { ConnectionState, Match, NftRule } from '../ir/ruleset.ts';
import { fastStates } from '../language/settings.ts';
import { concernsEstablished, dynamicRules } from './dynamic-blacklist.ts';
import { neighbourRules } from './interface-options.ts';
import { optionsBeforeZones } from './options-place.ts';
import { type Program, rule } from './program.ts';
import { type States, stateDisposition } from './states.ts';
import { accept, counter, drop } from './verdicts.ts';

/** What comes before the zones in every hook. */
export function beforeZones(
  states: States,
  hook: 'input' | 'forward' | 'output',
  blacklist: readonly NftRule[],
  clamps: readonly NftRule[],
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  const fastRelated = fastStates(model.settings).filter((each) => each === 'related');
  // BLACKLIST=ALL is asked even of what FASTACCEPT accepts.
  const blacklistFirst = fastStates(model.settings).some((each) => model.settings.blacklist.states.includes(each));
  const early = (['related', 'invalid', 'untracked'] as const).filter(
    (state) => states.early.has(state) && !(state === 'related' && fastRelated.length > 0),
  );
  return [
    ...(concernsEstablished(program) ? dynamicRules(hook, program) : []),
    ...(blacklistFirst ? blacklist : []),
    ...clamps,
    ...(states.early.has('established')
      ? [rule([state('established', ...fastRelated)], [counter, accept], { comment: 'established connections' })]
      : []),
    ...(hook === 'forward' ? [] : neighbourRules(model, program.dual)),
    ...(blacklistFirst ? [] : blacklist),
    ...optionsBeforeZones(hook, program),
    ...early.flatMap((each) =>
      stateDisposition(each, hook === 'input' ? 'INPUT' : hook === 'forward' ? 'FORWARD' : 'OUTPUT', program),
    ),
  ];
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
