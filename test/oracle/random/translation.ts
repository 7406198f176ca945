/** `snat`, `nat`, `netmap`, `conntrack`, `blrules` and `tunnels` at random. */
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { addressAtRandom, addressesAtRandom, bracketed, sideAtRandom } from './hosts-of-rules.ts';
import { portsAtRandom, trafficAtRandom } from './traffic.ts';
import { addressText, type Net, netText, type World } from './world.ts';

type Files = Readonly<Record<string, readonly string[]>>;

export function otherFilesAtRandom(dice: Dice, world: World, blacklist: boolean): Files {
  const times = (often: number, most: number, make: () => string): readonly string[] =>
    dice.chance(often) ? Array.from({ length: dice.between(1, most) }, make) : [];
  const tracking = times(0.25, 2, () => trackingLine(dice, world));
  const files = {
    snat: times(0.55, 3, () => snatLine(dice, world)),
    nat: times(0.15, 2, () => natLine(dice, world)),
    netmap: times(0.1, 2, () => netmapLine(dice, world)),
    conntrack: tracking.length > 0 ? ['?FORMAT 3', ...tracking] : [],
    blrules: times(blacklist ? 1 : 0, 3, () => blacklistLine(dice, world)),
    tunnels: times(0.15, 2, () => tunnelLine(dice, world)),
  };
  return Object.fromEntries(Object.entries(files).filter(([, lines]) => lines.length > 0));
}

/** A masqueraded network, as a source of `snat`. */
function sourceAtRandom(dice: Dice, world: World): string {
  const zone = dice.one(world.zones);
  const net = dice.one(zone.nets);
  return dice.weighed<() => string>([
    [4, () => netText(net)],
    [2, () => addressesAtRandom(dice, world, zone)],
    [1.5, () => '-'],
    [1, () => (world.version === 4 ? '10.0.0.0/8,100.64.0.0/10' : '2001:db8::/32')],
    [1, () => `${netText(net)}!${addressText(net, 10)}`],
    [0.5, () => dice.one(world.interfaces)],
  ])();
}

function snatLine(dice: Dice, world: World): string {
  const six = world.version === 6;
  const name = dice.one(world.interfaces);
  const out = { base: six ? '2001:db8:5::' : '192.0.2.', length: six ? 64 : 24 };
  const first = addressText(out, 5);
  const single = six ? `[${first}]` : first;
  const ranged = six ? `[${first}-${addressText(out, 9)}]` : `${first}-${addressText(out, 9)}`;
  const plus = dice.chance(0.15) ? '+' : '';
  const [action, proto] = dice.weighed<readonly [string, string?]>([
    [4, [`MASQUERADE${plus}`]],
    [0.5, ['MASQUERADE(1024-65000)', 'tcp']],
    [0.4, ['MASQUERADE(random)']],
    [3, [`SNAT${plus}(${first})`]],
    [1, [`SNAT(${six ? `${first}-${addressText(out, 9)}` : ranged})`]],
    [0.6, [`SNAT(${single}:2000-3000)`, 'udp']],
    [0.5, [`SNAT(${single}:random)`]],
    [0.5, [`SNAT(${six ? single : first}:persistent)`]],
    [1, [`CONTINUE${plus}`]],
    [world.version === 4 ? 0.6 : 0, ['SNAT(detect)']],
    [six ? 0 : 0.5, [`SNAT(&${name})`]],
    [0.5, ['LOG:info']],
  ]);
  const dest = dice.weighed<() => string>([
    [6, () => name],
    [1.5, () => `${name}:${bracketed(world, addressesAtRandom(dice, world))}`],
    [0.7, () => dice.some(world.interfaces, 2).join(',')],
    [0.5, () => `${name}:${bracketed(world, `!${addressAtRandom(dice, world)}`)}`],
    [/^SNAT\(/.test(action) ? 0.4 : 0, () => '$FW'],
  ])();
  const wanted = proto ?? (dice.chance(0.2) ? dice.one(['tcp', 'udp', six ? 'ipv6-icmp' : 'icmp']) : undefined);
  const port = (wanted === 'tcp' || wanted === 'udp') && dice.chance(0.6) ? portsAtRandom(dice) : undefined;
  const mark = dice.chance(0.06) ? dice.one(['!1', '1/0xff', '!0/0xff', '0:C']) : undefined;
  const user = dice.chance(0.04) ? dice.one(['root', '!root', '0-10', 'nobody']) : undefined;
  const origdest = dice.chance(0.05) ? addressAtRandom(dice, world) : undefined;
  return columns(action, sourceAtRandom(dice, world), dest, wanted, port, undefined, mark, user, undefined, origdest);
}

function natLine(dice: Dice, world: World): string {
  const zone = dice.one(world.zones);
  const outer = dice.one(world.elsewhere);
  return columns(
    addressText(outer, dice.between(30, 60)),
    dice.one(world.interfaces),
    addressText(dice.one(zone.nets), dice.one([10, 11, 20])),
    dice.one(['-', 'Yes', 'No']),
    dice.one(['-', 'Yes', 'No']),
  );
}

function netmapLine(dice: Dice, world: World): string {
  const zone = dice.one(world.zones);
  const inner = netText({ base: (dice.one(zone.nets) as Net).base, length: world.version === 4 ? 24 : 64 });
  const outer = world.version === 4 ? '203.0.113.0/24' : '2001:db8:aaaa::/64';
  const name = dice.one(world.interfaces);
  return dice.chance(0.5) ? columns('DNAT', outer, name, inner) : columns('SNAT', inner, name, outer);
}

function trackingLine(dice: Dice, world: World): string {
  const action = dice.weighed([
    [4, 'NOTRACK'],
    [1, 'NOTRACK:P'],
    [1, 'NOTRACK:PO'],
    [0.7, 'NOTRACK:O'],
    [1, 'DROP'],
    [0.5, 'DROP:info'],
    [1, 'CT:helper:ftp:P'],
    [0.5, 'CT:helper:ftp:PO'],
    [0.4, 'LOG:info'],
    [0.5, 'CT:notrack'],
  ] as const);
  const name = dice.one(world.interfaces);
  const side = () =>
    dice.weighed<() => string>([
      [2, () => '-'],
      [2, () => addressesAtRandom(dice, world, dice.one(world.zones))],
    ])();
  const source =
    dice.chance(0.35) && !/O$/.test(action)
      ? dice.chance(0.5)
        ? name
        : `${name}:${bracketed(world, side().replace(/^-$/, '') || addressAtRandom(dice, world))}`
      : side();
  const traffic = action.startsWith('CT:helper')
    ? ['tcp', '2121']
    : dice.chance(0.7)
      ? [dice.one(['tcp', 'udp']), portsAtRandom(dice, 'plain')]
      : [];
  return columns(action, source, side(), ...traffic);
}

function blacklistLine(dice: Dice, world: World): string {
  const target = dice.weighed([
    [4, 'DROP'],
    [2, 'REJECT'],
    [1.5, 'WHITELIST'],
    [1, 'ACCEPT'],
    [0.7, 'DROP:info'],
    [0.5, 'SSH(DROP)'],
    [0.4, 'A_DROP'],
    [0.3, 'LOG:info'],
    [0.3, 'CONTINUE'],
    [0.3, 'Web(WHITELIST)'],
    [0.3, 'dropInvalid'],
  ] as const);
  const source = sideAtRandom(dice, world, 'source');
  const dest = sideAtRandom(dice, world, 'dest');
  return columns(
    target,
    source,
    dest,
    ...(/^(SSH|Web)\(|^dropInvalid/.test(target) ? [] : trafficAtRandom(dice, world)),
  );
}

function tunnelLine(dice: Dice, world: World): string {
  const zone = dice.one(world.zones);
  const kind = dice.one([
    'ipsec',
    'ipsec:noah',
    'ipsecnat',
    'gre',
    ...(world.version === 4 ? ['ipip', '6to4', 'pptpclient', 'pptpserver'] : []),
    'openvpn',
    'openvpn:1195',
    'openvpn:tcp:1196',
    'openvpnclient',
    'openvpnserver:1197',
    'tinc',
    'l2tp',
    'generic:udp:4444',
    'generic:tcp:4445',
  ]);
  const gateway = dice.weighed<() => string>([
    [2, () => (world.version === 4 ? '0.0.0.0/0' : '::/0')],
    [3, () => addressAtRandom(dice, world, zone)],
    [1, () => `${addressAtRandom(dice, world, zone)},${addressAtRandom(dice, world, zone)}`],
    [0.5, () => netText(dice.one(zone.nets))],
  ])();
  return columns(kind, zone.name, gateway);
}
