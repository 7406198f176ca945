/** Zones at random, with their interfaces and hosts, and how addresses of each are written. */
import type { Version } from '../../../compiler/net/version.ts';
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { hostOptionsAtRandom, type InterfaceAtRandom, interfacesAtRandom, optionsAtRandom } from './interfaces.ts';
import { nestedAtRandom } from './nested-zones.ts';

/** A network as text: `base` with a number behind it is an address, `base` with `0` (or nothing) and `length` the network. */
export interface Net {
  readonly base: string;
  readonly length: number;
}

export interface ZoneAtRandom {
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly nets: readonly Net[];
}

export interface World {
  readonly version: Version;
  readonly zones: readonly ZoneAtRandom[];
  readonly interfaces: readonly string[];
  /** Networks that are behind no interface but the first. */
  readonly elsewhere: readonly Net[];
}

type Files = Readonly<Record<string, readonly string[]>>;

/** A network that lies behind an interface beside its own. */
export function innerNet(version: Version, number: number): Net {
  return version === 4 ? { base: `10.${number}.7.`, length: 24 } : { base: `2001:db8:f${number}::`, length: 64 };
}

export function netText({ base, length }: Net): string {
  return base.endsWith(':') ? `${base}/${length}` : `${base}0/${length}`;
}

export function addressText({ base }: Net, number: number): string {
  return base.endsWith(':') ? `${base}${number.toString(16)}` : `${base}${number}`;
}

/** In `hosts`, IPv6 addresses stand between angle brackets. */
export function hostsText(version: Version, text: string): string {
  return version === 4 ? text : `<${text}>`;
}

/** The type of a zone of an IP version. */
export function typeOf(version: Version): string {
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** With `blacklist`, no interface has an `sfilter` (README.md). */
export function worldAtRandom(
  dice: Dice,
  version: Version,
  blacklist: boolean,
): { readonly world: World; readonly files: Files } {
  const { add, lines: interfaceLines, macs, names: interfaces } = interfacesAtRandom(dice, version, blacklist);
  const zoneOptions = () => (dice.chance(0.08) ? 'blacklist' : undefined);
  const whole = ['net', 'loc', 'dmz', 'adm'].slice(0, dice.between(2, 4)).map((name) => {
    const own = Array.from({ length: dice.chance(0.25) ? 2 : 1 }, () => add(name, optionsAtRandom(dice, version)));
    return { name, own };
  });
  const zones: ZoneAtRandom[] = whole.map(({ name, own }) => zoneBehind(name, own));
  const zoneLines = ['fw firewall', ...whole.map(({ name }) => columns(name, typeOf(version), zoneOptions()))];
  const nested = nestedAtRandom(dice, version, zones);
  const hostLines = [...nested.hostLines];
  if (dice.chance(0.3)) {
    const { name: shared } = add(
      undefined,
      optionsAtRandom(dice, version).filter((each) => !/^(routeback|nets=|destonly)/.test(each)),
    );
    for (const [index, name] of ['ha', 'hb'].slice(0, dice.between(1, 2)).entries()) {
      const zone = hostZone(dice, version, name, index, shared);
      zoneLines.push(columns(name, typeOf(version), zoneOptions()));
      hostLines.push(zone.line);
      zones.push(zone.zone);
    }
  }
  if (dice.chance(0.1)) interfaceLines.push(columns(undefined, 'lo', 'ignore'));
  return {
    world: {
      version,
      zones: [...zones, ...nested.zones],
      interfaces,
      elsewhere:
        version === 4
          ? [
              { base: '203.0.113.', length: 24 },
              { base: '198.51.100.', length: 24 },
            ]
          : [{ base: '2001:db8:aaaa::', length: 64 }],
    },
    files: {
      zones: [...zoneLines, ...nested.zoneLines],
      interfaces: interfaceLines,
      ...(hostLines.length > 0 ? { hosts: hostLines } : {}),
      ...(macs.length > 0 ? { maclist: macs } : {}),
    },
  };
}

function zoneBehind(name: string, own: readonly InterfaceAtRandom[]): ZoneAtRandom {
  return { name, interfaces: own.map((each) => each.name), nets: own.map((each) => each.net) };
}

/** A zone of some networks behind an interface that others share. */
function hostZone(
  dice: Dice,
  version: Version,
  name: string,
  index: number,
  shared: string,
): { readonly zone: ZoneAtRandom; readonly line: string } {
  const nets = [innerNet(version, 20 + index), ...(dice.chance(0.3) ? [innerNet(version, 30 + index)] : [])];
  const [first] = nets;
  const spared = dice.weighed<readonly number[]>([
    [8, []],
    [1.5, [9]],
    [0.7, [10, 20]],
  ]);
  const except =
    first && nets.length === 1 && spared.length > 0
      ? `!${spared.map((each) => addressText(first, each)).join(',')}`
      : '';
  const hosts = hostsText(version, `${nets.map(netText).join(',')}${except}`);
  return {
    zone: { name, interfaces: [shared], nets },
    line: columns(name, `${shared}:${hosts}`, hostOptionsAtRandom(dice, version)),
  };
}
