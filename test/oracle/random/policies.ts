/** Policies at random: pairs first, then rows and columns, then everything. */
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import type { World } from './world.ts';

export function policiesAtRandom(dice: Dice, world: World): readonly string[] {
  const names = ['$FW', ...world.zones.map(({ name }) => name)];
  const lines: string[] = [];
  for (const source of names)
    for (const dest of names)
      if (dice.chance(source === dest ? 0.06 : 0.12) && !(source === '$FW' && dest === '$FW'))
        lines.push(policy(dice, source, dest, source !== '$FW' && dest !== '$FW'));
  if (dice.chance(0.06)) lines.push(policy(dice, `all!${dice.one(world.zones).name}`, '$FW', false));
  if (dice.chance(0.1)) {
    const several = dice.some(world.zones, 2).map(({ name }) => name);
    const free = several.filter((name) => !lines.some((line) => line.includes(name)));
    if (free.length > 1) lines.push(policy(dice, free.join(','), '$FW', false));
  }
  for (const source of names)
    if (dice.chance(0.35)) lines.push(policy(dice, source, dice.chance(0.1) ? 'all+' : 'all', false));
  for (const dest of names)
    if (dice.chance(0.1)) lines.push(policy(dice, dice.chance(0.1) ? 'all+' : 'all', dest, false));
  const everything = dice.weighed([
    [8, ['all', 'all']],
    [1, ['all+', 'all+']],
    [0.5, ['all', 'all+']],
  ] as const);
  // Without such a line, packets of no zone meet what nobody wrote.
  if (dice.chance(0.08))
    return [
      ...lines.filter((line) => !/^\S+ all\+? /.test(line)),
      ...names.map((name) => policy(dice, name, 'all', false)),
    ];
  lines.push(
    columns(...everything, dice.one(['REJECT', 'DROP', 'REJECT', 'ACCEPT']), dice.one(['info', '-', '$LOG_LEVEL'])),
  );
  return lines;
}

function policy(dice: Dice, source: string, dest: string, mayBeNone: boolean): string {
  const verdict = dice.weighed([
    [4, 'ACCEPT'],
    [3, 'DROP'],
    [3, 'REJECT'],
    [1.5, 'CONTINUE'],
    [mayBeNone ? 0.7 : 0, 'NONE'],
  ] as const);
  const after =
    verdict === 'DROP' || verdict === 'REJECT'
      ? dice.weighed([
          [7, ''],
          [1, ':none'],
          [1, ':Broadcast(DROP)'],
          [0.7, ':Multicast(DROP),Broadcast(ACCEPT)'],
          [0.6, ':+NotSyn(DROP)'],
          [0.5, ':dropInvalid'],
        ] as const)
      : '';
  const level =
    verdict !== 'NONE' && verdict !== 'CONTINUE' && dice.chance(0.3)
      ? dice.one(['info', '$LOG_LEVEL', 'debug'])
      : undefined;
  const limit = verdict === 'ACCEPT' && dice.chance(0.05) ? dice.one(['20/sec:8', 's:10/min:6']) : undefined;
  return columns(source, dest, `${verdict}${after}`, level, limit);
}
