/** Actions and a macro of the user's own, at random. */
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { addressAtRandom, addressesAtRandom, bracketed } from './hosts-of-rules.ts';
import { targetAtRandom } from './rules.ts';
import { trafficAtRandom } from './traffic.ts';
import type { World } from './world.ts';

export function actionsAtRandom(
  dice: Dice,
  world: World,
): { readonly names: readonly string[]; readonly files: Readonly<Record<string, readonly string[]>> } {
  const names = ['First', 'Second'].slice(
    0,
    dice.weighed([
      [3, 0],
      [2, 1],
      [1, 2],
    ] as const),
  );
  const lines = names.map((name) =>
    columns(
      name,
      dice.weighed([
        [4, undefined],
        [1, 'inline'],
        [0.5, 'nolog'],
        [0.5, 'noinline'],
        [0.3, 'terminating'],
        [0.3, 'logjump'],
        [0.2, 'inline,nolog'],
      ] as const),
    ),
  );
  const bodies = names.map(
    (name, index) => [`action.${name}`, bodyAtRandom(dice, world, index === 1 ? names[0] : undefined)] as const,
  );
  return {
    names,
    files: {
      ...(names.length > 0 ? { actions: lines } : {}),
      ...Object.fromEntries(bodies),
      'macro.Mine': [
        'PARAM - - tcp 7000:7010',
        ...(dice.chance(0.5) ? ['PARAM SOURCE DEST udp 7000'] : []),
        ...(dice.chance(0.5) ? ['PARAM DEST SOURCE tcp 7001'] : []),
      ],
    },
  };
}

function bodyAtRandom(dice: Dice, world: World, other: string | undefined): readonly string[] {
  const lines: string[] = dice.chance(0.7) ? ['DEFAULTS ACCEPT,80'] : ['DEFAULTS DROP,-'];
  for (let left = dice.between(1, 4); left > 0; left -= 1) {
    lines.push(
      ...dice.weighed<() => readonly string[]>([
        [4, () => [columns('$1', '-', '-', ...trafficAtRandom(dice, world))]],
        [2, () => [columns('$1', '-', '-', 'tcp', '$2')]],
        [3, () => [columns(targetAtRandom(dice, world), '-', '-', ...trafficAtRandom(dice, world))]],
        [
          1,
          () => [
            '?if passed($2)',
            columns('DROP', '-', '-', 'udp', '$2'),
            '?else',
            columns('REJECT', '-', '-', 'udp', '7'),
            '?endif',
          ],
        ],
        [other ? 1.5 : 0, () => [columns(`${other}($1,25)`)]],
        [0.7, () => ['SSH($1)']],
        [0.7, () => [columns('$1', '-', '-', 'tcp', '@2')]],
        [0.5, () => ["?if @1 eq 'ACCEPT'", columns('ACCEPT', '-', '-', 'udp', '53'), '?endif']],
        [0.7, () => [columns('$1', world.interfaces[0], '-', ...trafficAtRandom(dice, world))]],
        [
          0.7,
          () => [columns('$1', bracketed(world, addressesAtRandom(dice, world, dice.one(world.zones))), '-', 'tcp')],
        ],
        [
          0.7,
          () => [columns('$1', '-', bracketed(world, addressesAtRandom(dice, world, dice.one(world.zones))), 'udp')],
        ],
        [0.5, () => [columns('RETURN', '-', '-', 'tcp', '$2')]],
        [0.4, () => [columns('CONTINUE', '-', '-', 'icmp')]],
        [0.4, () => [columns('$1', '-', '-', 'tcp', '80', '-', addressAtRandom(dice, world))]],
      ])(),
    );
  }
  return lines;
}
