/** Interfaces at random: their names, options and the hosts that `maclist` lets by them. */
import type { Version } from '../../../compiler/net/version.ts';
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { addressText, type Net, netText } from './world.ts';

export interface InterfaceAtRandom {
  readonly name: string;
  readonly net: Net;
}

interface Interfaces {
  readonly add: (zone: string | undefined, wanted: readonly string[]) => InterfaceAtRandom;
  readonly lines: string[];
  readonly macs: readonly string[];
  readonly names: readonly string[];
}

/** Interfaces are added one by one; with `blacklist`, none has an `sfilter` (README.md). */
export function interfacesAtRandom(dice: Dice, version: Version, blacklist: boolean): Interfaces {
  const lines = ['?FORMAT 2'];
  const macs: string[] = [];
  const names: string[] = [];
  const add: Interfaces['add'] = (zone, wanted) => {
    const kept = wanted.filter((option) => !blacklist || !option.startsWith('sfilter'));
    const wished = blacklist && version === 6 && zone && !kept.includes('routeback') ? [...kept, 'routeback'] : kept;
    const number = names.length;
    const [name, physical] = dice.weighed<readonly [string, string?]>([
      [20, [`eth${number}`]],
      [1.5, [`LAN${number}`, `physical=eth${number}`]],
      [zone ? 1 : 0, [`ppp${number}+`]],
    ]);
    // A pattern is optional as it is.
    const options = wished.filter((option) => !(name.endsWith('+') && /^(optional|required)$/.test(option)));
    const net = usual(version, number);
    names.push(name);
    lines.push(columns(zone, name, [...options, ...(physical ? [physical] : [])].join(',')));
    if (options.includes('maclist')) macs.push(...macsAtRandom(dice, name, names.length, net));
    return { name, net };
  };
  return { add, lines, macs, names };
}

/** What lab and generator know as the network of an interface (test/support/probes/topology.ts). */
function usual(version: Version, index: number): Net {
  return version === 4
    ? { base: `100.${64 + index}.0.`, length: 24 }
    : { base: `2001:db8:${(index + 1).toString(16)}::`, length: 64 };
}

/** What comes from an interface that is a destination alone meets none of its options: it has no other. */
export function optionsAtRandom(dice: Dice, version: Version): readonly string[] {
  if (dice.chance(0.06)) return ['destonly', 'tcpflags=0'];
  const wanted: readonly (readonly [number, string])[] = [
    [0.2, 'routeback'],
    [0.15, 'tcpflags=0'],
    [0.15, 'tcpflags'],
    [0.25, 'nosmurfs'],
    [0.2, 'dhcp'],
    [0.1, 'optional'],
    [0.06, 'maclist'],
    [0.08, 'nodbl'],
    [0.05, 'dbl=src-dst'],
    [0.05, 'arp_ignore=1'],
    [0.06, 'mss=1400'],
    [0.05, 'arp_filter'],
    [0.05, 'blacklist'],
    [0.04, 'proxyarp=1'],
    [0.04, 'required'],
    [0.04, 'sourceroute'],
    [0.04, 'accept_ra'],
    [0.03, 'forward=1'],
  ];
  const options = wanted
    .filter(([often]) => dice.chance(often))
    .map(([, option]) => option)
    .filter((option, _index, all) => option !== 'required' || !all.includes('optional'))
    .filter((option) => !(version === 4 ? ofVersion6 : ofVersion4).includes(option));
  const spoofs = dice.weighed<string | undefined>([
    [7, undefined],
    [1, version === 4 ? 'sfilter=(10.99.0.0/16,100.64.0.0/24)' : 'sfilter=(2001:db8:99::/64)'],
    [1, 'rpfilter'],
    [version === 4 ? 1 : 0, 'routefilter'],
  ]);
  const nets = dice.chance(0.06) ? [version === 4 ? 'nets=(100.64.0.0/14,10.0.0.0/8)' : 'nets=(2001:db8::/33)'] : [];
  return [...options, ...(spoofs ? [spoofs] : []), ...nets];
}

export function hostOptionsAtRandom(dice: Dice, version: Version): string {
  return dice
    .some(
      ['routeback', 'tcpflags', 'nosmurfs', 'blacklist', 'destonly', 'sourceonly', 'broadcast', 'maclist'].filter(
        (option) => dice.chance(0.08) && (version === 4 || ['routeback', 'tcpflags', 'blacklist'].includes(option)),
      ),
      2,
    )
    .join(',');
}

/** The lab gives the host behind the n-th interface the address 02:00:00:00:0n:02. */
function macsAtRandom(dice: Dice, name: string, number: number, net: Net): readonly string[] {
  const own = `02:00:00:00:${String(number).padStart(2, '0')}:02`;
  const action = () =>
    dice.weighed([
      [4, 'ACCEPT'],
      [1, 'DROP'],
      [1, 'REJECT'],
      [1, 'ACCEPT:info'],
      [1, 'DROP:info'],
    ] as const);
  return [
    ...(dice.chance(0.5) ? [columns(action(), name, '02-00-00-00-99-02'.replace(/^/, '~'))] : []),
    columns(action(), name, own, dice.chance(0.6) ? addressText(net, 10) : undefined),
    ...(dice.chance(0.3) ? [columns(action(), name, undefined, netText(net))] : []),
  ];
}

const ofVersion4 = ['arp_filter', 'arp_ignore=1', 'proxyarp=1'];
const ofVersion6 = ['accept_ra', 'forward=1'];
