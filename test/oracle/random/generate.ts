/** A configuration that nobody has written: valid as far as the manual pages say, and small enough to be understood. */
import { actionsAtRandom } from './actions.ts';
import { diceOf } from './dice.ts';
import { type Directory, settingsOf } from './directory.ts';
import { policiesAtRandom } from './policies.ts';
import { rulesAtRandom } from './rules.ts';
import { settingsAtRandom } from './settings.ts';
import { otherFilesAtRandom } from './translation.ts';
import { worldAtRandom } from './world.ts';

/** The directory of a seed; one in four speaks IPv6. */
export function directoryOf(seed: number): Directory {
  const dice = diceOf(seed);
  const version = dice.chance(0.25) ? 6 : 4;
  const blacklist = dice.chance(0.25);
  const { world, files } = worldAtRandom(dice, version, blacklist);
  const actions = actionsAtRandom(dice, world);
  const policy = policiesAtRandom(dice, world);
  const limited = policy.some((line) => line.includes('/'));
  return {
    version,
    files: {
      [settingsOf(version)]: settingsAtRandom(dice, version, blacklist),
      ...files,
      policy,
      ...actions.files,
      ...otherFilesAtRandom(dice, world, blacklist),
      rules: rulesAtRandom(dice, world, actions.names, dice.between(5, 14), limited),
    },
  };
}
