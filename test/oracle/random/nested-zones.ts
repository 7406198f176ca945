/** Zones within others at random: some networks behind an interface of the zone around. */
import type { Version } from '../../../compiler/net/version.ts';
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { hostOptionsAtRandom } from './interfaces.ts';
import { addressText, hostsText, innerNet, type Net, netText, typeOf, type ZoneAtRandom } from './world.ts';

interface Nested {
  readonly zones: readonly ZoneAtRandom[];
  readonly zoneLines: readonly string[];
  readonly hostLines: readonly string[];
}

/** At most three, each in one of these shapes. */
type Shape =
  | 'network of its own'
  | 'part of the network'
  | 'within the last one'
  | 'within two zones'
  | 'several networks';

export function nestedAtRandom(dice: Dice, version: Version, around: readonly ZoneAtRandom[]): Nested {
  const zones: ZoneAtRandom[] = [];
  const zoneLines: string[] = [];
  const hostLines: string[] = [];
  for (const parent of around) {
    if (!dice.chance(0.25) || zones.length > 2) continue;
    const name = `${parent.name.slice(0, 1)}sub`;
    const last = zones.at(-1);
    const second = around.find((each) => each.name !== parent.name);
    const shape = dice.weighed<Shape>([
      [4, 'network of its own'],
      [4, 'part of the network'],
      [last ? 3 : 0, 'within the last one'],
      [second ? 1.5 : 0, 'within two zones'],
      [1, 'several networks'],
    ]);
    const inner = innerNet(version, 41 + zones.length);
    const other = innerNet(version, 51 + zones.length);
    const places: readonly (readonly [ZoneAtRandom, readonly Net[]])[] =
      shape === 'within two zones' && second
        ? [
            [parent, [inner]],
            [second, [other]],
          ]
        : shape === 'within the last one' && last
          ? [[last, [partOf(version, last)]]]
          : [
              [
                parent,
                shape === 'part of the network'
                  ? [partOf(version, parent)]
                  : shape === 'several networks'
                    ? [inner, other]
                    : [inner],
              ],
            ];
    for (const [{ interfaces }, nets] of places) {
      const hosts = hostsText(version, nets.map(netText).join(',') + exclusion(dice, version, nets));
      hostLines.push(columns(name, `${interfaces[0]}:${hosts}`, hostOptionsAtRandom(dice, version)));
    }
    zones.push({
      name,
      interfaces: places.flatMap(([{ interfaces }]) => interfaces.slice(0, 1)),
      nets: places.flatMap(([, nets]) => nets),
    });
    zoneLines.push(columns(`${name}:${places.map(([zone]) => zone.name).join(',')}`, typeOf(version)));
  }
  return { zones, zoneLines, hostLines };
}

/** Some of the addresses of a zone. */
function partOf(version: Version, { nets: [net] }: ZoneAtRandom): Net {
  const base = net?.base ?? '';
  return version === 4
    ? { base, length: (net?.length ?? 24) + 1 }
    : { base, length: Math.max(net?.length ?? 64, 112) + 4 };
}

function exclusion(dice: Dice, version: Version, nets: readonly Net[]): string {
  const [net] = nets;
  return version === 4 && net && nets.length === 1 && dice.chance(0.1) ? `!${addressText(net, 11)}` : '';
}
