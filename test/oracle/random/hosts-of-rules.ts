/** SOURCE and DEST of rules at random: zones in all their spellings, with addresses in all of theirs. */
import type { Dice } from './dice.ts';
import { addressText, type Net, netText, type World, type ZoneAtRandom } from './world.ts';

/** Addresses of a zone, or of nobody that is known. */
function netOf(dice: Dice, world: World, zone: ZoneAtRandom | undefined): Net {
  return zone && dice.chance(0.85) ? dice.one(zone.nets) : dice.one(world.elsewhere);
}

const numbers = [2, 10, 11, 20, 77] as const;

export function addressAtRandom(dice: Dice, world: World, zone?: ZoneAtRandom): string {
  return addressText(netOf(dice, world, zone), dice.one(numbers));
}

/** An address, network, range or list, with exclusions, without brackets. */
export function addressesAtRandom(dice: Dice, world: World, zone?: ZoneAtRandom): string {
  const net = netOf(dice, world, zone);
  const address = () => addressText(net, dice.one(numbers));
  const short = world.version === 4 ? `${addressText(net, 0)}/28` : `${net.base}10/124`;
  return dice.weighed<() => string>([
    [5, address],
    [2, () => netText(net)],
    [1, () => short],
    [1.5, () => `${addressText(net, 10)}-${addressText(net, 19)}`],
    [2, () => `${address()},${addressAtRandom(dice, world, zone)}`],
    [1, () => `${addressText(net, 11)}-${addressText(net, 14)},${addressText(net, 20)}`],
    [1.5, () => `${netText(net)}!${address()}`],
    [1, () => `${netText(net)}!${addressText(net, 10)},${addressText(net, 20)}`],
    [1.5, () => `!${address()}`],
    [1, () => `!${addressText(net, 10)},${addressText(net, 11)}`],
    [0.5, () => `!${netText(net)}`],
    [0.5, () => `!${addressText(net, 10)}-${addressText(net, 12)}`],
  ])();
}

/** With the brackets that IPv6 wants behind a zone or an interface. */
export function bracketed(world: World, text: string): string {
  if (world.version === 4 || !text.includes(':')) return text;
  return `<${text}>`;
}

/** What stands in SOURCE or DEST. */
export function sideAtRandom(dice: Dice, world: World, side: 'source' | 'dest'): string {
  const zones = world.zones;
  const zone = dice.one(zones);
  const kind = dice.weighed([
    [5, 'zone'],
    [5, 'addresses'],
    [3, 'firewall'],
    [1, 'firewallAddress'],
    [2, 'all'],
    [1.5, 'list'],
    [1, 'except'],
    [1, 'interface'],
    [0.7, 'any'],
    [0.5, 'all+'],
    [0.4, 'lists'],
    [0.3, 'mac'],
    [0.4, 'allAddresses'],
    [0.4, 'ownInterface'],
    [0.3, 'firewallAndMore'],
  ] as const);
  if (kind === 'zone') return zone.name;
  if (kind === 'addresses') return `${zone.name}:${bracketed(world, addressesAtRandom(dice, world, zone))}`;
  if (kind === 'firewall') return '$FW';
  if (kind === 'firewallAddress') {
    const net = dice.one(zones.filter((each) => each.nets.length > 0)).nets[0] as Net;
    return `$FW:${bracketed(world, addressText(net, 1))}`;
  }
  if (kind === 'all') return 'all';
  if (kind === 'allAddresses')
    return `${dice.one(['all', 'any'])}:${bracketed(world, addressesAtRandom(dice, world, zone))}`;
  if (kind === 'ownInterface')
    return `$FW:&${dice.one(zone.interfaces.filter((name) => !name.endsWith('+')).concat('eth0'))}`;
  if (kind === 'firewallAndMore') return `${zone.name},$FW`;
  if (kind === 'any') return dice.one(['any', 'any+']);
  if (kind === 'all+') return dice.one(['all+', 'all+', `all+!${zone.name}`]);
  const several = dice.some(zones, 2).map(({ name }) => name);
  if (kind === 'list') {
    return dice.chance(0.2) ? `${several.join(',')},$FW` : `${several.join(',')}${dice.chance(0.25) ? '+' : ''}`;
  }
  // Of `all all!x` Shorewall 5.2.8 does not leave out `x`: the exclusion stands at the source alone.
  if (kind === 'except')
    return side === 'source'
      ? `${dice.one(['all', 'any'])}!${dice.chance(0.3) ? '$FW' : several.join(',')}`
      : zone.name;
  if (kind === 'interface') {
    const name = dice.one(zone.interfaces);
    return dice.chance(0.5)
      ? `${zone.name}:${name}`
      : `${zone.name}:${name}:${bracketed(world, addressesAtRandom(dice, world, zone))}`;
  }
  if (kind === 'mac' && side === 'source')
    return `${zone.name}:${dice.chance(0.3) ? '!' : ''}~02-00-00-00-0${dice.between(1, 4)}-02`;
  const other = dice.one(zones);
  if (other.name === zone.name || world.version === 6) return zone.name;
  return `${zone.name}:(${addressesAtRandom(dice, world, zone)}),${other.name}:(${addressesAtRandom(dice, world, other)})`;
}
