/** Zones at random, with their interfaces and hosts, and how addresses of each are written. */
import type { Version } from '../../../compiler/ir/ruleset.ts';
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';

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

/** What lab and generator know as the network of an interface (runtime/prove/topology.ts). */
function usual(version: Version, index: number): Net {
  return version === 4
    ? { base: `100.${64 + index}.0.`, length: 24 }
    : { base: `2001:db8:${(index + 1).toString(16)}::`, length: 64 };
}

function inner(version: Version, number: number): Net {
  return version === 4 ? { base: `10.${number}.7.`, length: 24 } : { base: `2001:db8:f${number}::`, length: 64 };
}

export function netText({ base, length }: Net): string {
  return base.endsWith(':') ? `${base}/${length}` : `${base}0/${length}`;
}

export function addressText({ base }: Net, number: number): string {
  return base.endsWith(':') ? `${base}${number.toString(16)}` : `${base}${number}`;
}

/** In `hosts`, IPv6 addresses stand between angle brackets. */
function hostsText(version: Version, texts: readonly string[]): string {
  return version === 4 ? texts.join(',') : `<${texts.join(',')}>`;
}

/** With `blacklist`, no interface has an `sfilter` (README.md). */
export function worldAtRandom(
  dice: Dice,
  version: Version,
  blacklist: boolean,
): { readonly world: World; readonly files: Files } {
  const names = ['net', 'loc', 'dmz', 'adm'].slice(0, dice.between(2, 4));
  const zoneLines = [columns('fw', 'firewall')];
  const interfaceLines = ['?FORMAT 2'];
  const hostLines: string[] = [];
  const macLines: string[] = [];
  const zones: ZoneAtRandom[] = [];
  const interfaces: string[] = [];
  const add = (zone: string | undefined, wanted: readonly string[]): { name: string; net: Net } => {
    const kept = wanted.filter((option) => !blacklist || !option.startsWith('sfilter'));
    const options = blacklist && version === 6 && zone && !kept.includes('routeback') ? [...kept, 'routeback'] : kept;
    const name = `eth${interfaces.length}`;
    const net = usual(version, interfaces.length);
    interfaces.push(name);
    interfaceLines.push(columns(zone, name, options.join(',')));
    if (options.includes('maclist')) macLines.push(...macsAtRandom(dice, name, interfaces.length, net));
    return { name, net };
  };
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const zoneOptions = () => (dice.chance(0.08) ? 'blacklist' : undefined);
  const nested: { line: string; zone: ZoneAtRandom }[] = [];
  for (const name of names) {
    const own = Array.from({ length: dice.chance(0.25) ? 2 : 1 }, () => add(name, optionsAtRandom(dice, version)));
    zoneLines.push(columns(name, type, zoneOptions()));
    zones.push({ name, interfaces: own.map((each) => each.name), nets: own.map((each) => each.net) });
    if (!dice.chance(0.25) || nested.length > 1) continue;
    const within = `${name.slice(0, 1)}sub`;
    const [parent] = own;
    if (!parent) continue;
    const net: Net = dice.chance(0.5)
      ? inner(version, 40 + zones.length)
      : version === 4
        ? { base: `${parent.net.base.slice(0, -2)}0.`, length: 25 }
        : { base: parent.net.base, length: 120 };
    nested.push({
      line: columns(`${within}:${name}`, type),
      zone: { name: within, interfaces: [parent.name], nets: [net] },
    });
    hostLines.push(
      columns(within, `${parent.name}:${hostsText(version, [netText(net)])}`, hostOptionsAtRandom(dice, version)),
    );
  }
  if (dice.chance(0.3)) {
    const { name: shared } = add(
      undefined,
      optionsAtRandom(dice, version).filter((each) => !/^(routeback|nets=|destonly)/.test(each)),
    );
    for (const [index, name] of ['ha', 'hb'].slice(0, dice.between(1, 2)).entries()) {
      const nets = [inner(version, 20 + index), ...(dice.chance(0.3) ? [inner(version, 30 + index)] : [])];
      const except = dice.chance(0.2) && nets.length === 1 && version === 4 ? `!${addressText(nets[0] as Net, 9)}` : '';
      zoneLines.push(columns(name, type, zoneOptions()));
      hostLines.push(
        columns(
          name,
          `${shared}:${hostsText(version, nets.map(netText))}${except}`,
          hostOptionsAtRandom(dice, version),
        ),
      );
      zones.push({ name, interfaces: [shared], nets });
    }
  }
  zoneLines.push(...nested.map(({ line }) => line));
  if (dice.chance(0.1)) interfaceLines.push(columns(undefined, 'lo', 'ignore'));
  zones.push(...nested.map(({ zone }) => zone));
  return {
    world: {
      version,
      zones,
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
      zones: zoneLines,
      interfaces: interfaceLines,
      ...(hostLines.length > 0 ? { hosts: hostLines } : {}),
      ...(macLines.length > 0 ? { maclist: macLines } : {}),
    },
  };
}

/** What comes from an interface that is a destination alone meets none of its options: it has no other. */
function optionsAtRandom(dice: Dice, version: Version): readonly string[] {
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
  ];
  const options = wanted
    .filter(([often]) => dice.chance(often))
    .map(([, option]) => option)
    .filter((option) => version === 4 || !['arp_filter', 'arp_ignore=1'].includes(option));
  const spoofs = dice.weighed<string | undefined>([
    [7, undefined],
    [1, version === 4 ? 'sfilter=(10.99.0.0/16,100.64.0.0/24)' : 'sfilter=(2001:db8:99::/64)'],
    [1, 'rpfilter'],
    [version === 4 ? 1 : 0, 'routefilter'],
  ]);
  const nets = dice.chance(0.06) ? [version === 4 ? 'nets=(100.64.0.0/14,10.0.0.0/8)' : 'nets=(2001:db8::/33)'] : [];
  return [...options, ...(spoofs ? [spoofs] : []), ...nets];
}

function hostOptionsAtRandom(dice: Dice, version: Version): string {
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
