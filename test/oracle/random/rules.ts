/** Rules at random: sections, targets, macros, actions, and the columns behind the ports. */
import { library } from '../../../runtime/generated/library.js';
import type { Dice } from './dice.ts';
import { columns } from './directory.ts';
import { addressAtRandom, addressesAtRandom, bracketed, sideAtRandom } from './hosts-of-rules.ts';
import { portsAtRandom, trafficAtRandom } from './traffic.ts';
import type { World } from './world.ts';

/** Those of the library that need no words in their columns, and one of the directory itself. */
const macros: readonly string[] = [
  ...Object.keys(library()).flatMap((name) => /^macro\.(\w+)$/.exec(name)?.[1] ?? []),
  ...Array.from({ length: 8 }, () => 'Mine'),
];

/** Those in which lines are about several protocols, sides and other macros. */
const usualMacros = ['SSH', 'DNS', 'HTTP', 'Web', 'Ping', 'Mail', 'SMB', 'Trcrt', 'IPsec', 'Auth', 'FTP', 'BitTorrent'];

const levels = ['', '', '', '', ':info', ':debug!', ':notice:mark'];

/** With `limited`, a policy has a limit, which holds where `rules` says in which section it is (README.md). */
export function rulesAtRandom(
  dice: Dice,
  world: World,
  actions: readonly string[],
  count: number,
  limited: boolean,
): readonly string[] {
  const lines: string[] = [];
  const sections = ['ALL', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'].filter(() => dice.chance(0.12));
  for (const section of sections) {
    lines.push(`?SECTION ${section}`);
    for (let left = dice.between(1, 3); left > 0; left -= 1) lines.push(plainRule(dice, world, actions));
  }
  if (limited || sections.length > 0 || dice.chance(0.5)) lines.push('?SECTION NEW');
  for (let left = count; left > 0; left -= 1)
    lines.push(
      dice.weighed<() => string>([
        [10, () => plainRule(dice, world, actions)],
        [2, () => macroRule(dice, world)],
        [2.5, () => translation(dice, world)],
        [0.6, () => helperRule(dice, world)],
        [0.8, () => rawRule(dice, world)],
      ])(),
    );
  return lines;
}

export function targetAtRandom(dice: Dice, world: World): string {
  const level = dice.one(levels);
  return dice.weighed<() => string>([
    [8, () => `ACCEPT${level}`],
    [4, () => `DROP${level}`],
    [3, () => `REJECT${level}`],
    [
      0.6,
      () =>
        `REJECT(${dice.one(world.version === 4 ? ['icmp-net-prohibited', 'icmp-host-unreachable', 'icmp-port-unreachable', 'icmp-admin-prohibited', 'icmp-proto-unreachable'] : ['icmp6-adm-prohibited', 'icmp6-port-unreachable', 'icmp6-addr-unreachable', 'icmp6-no-route'])})`,
    ],
    [1, () => `CONTINUE`],
    [0.7, () => `LOG:info`],
    [0.5, () => `COUNT`],
    [0.4, () => dice.one(['ACCEPT!', 'DROP!', 'REJECT!', 'CONTINUE!'])],
    [0.4, () => dice.one(['A_ACCEPT', 'A_DROP', ...(world.version === 4 ? ['A_REJECT'] : []), 'AUDIT(accept)'])],
    [0.3, () => dice.one(['NFLOG', 'NFLOG(3)'])],
    [
      1,
      () =>
        dice.one([
          'Invalid(DROP)',
          'NotSyn(DROP)',
          'Broadcast(DROP)',
          'Multicast(ACCEPT)',
          'dropInvalid',
          'dropNotSyn',
          'rejNotSyn',
          'dropBcast',
          'allowBcast',
          'allowMcast',
          'allowInvalid',
          'dropMcast',
          'Related(ACCEPT)',
          'Established(ACCEPT)',
          'Untracked(DROP)',
          'New(ACCEPT)',
          'TCPFlags',
          'DropSmurfs',
          'RST(ACCEPT)',
          'FIN(ACCEPT)',
          'DropDNSrep',
          'AllowICMPs',
          'GlusterFS',
        ]),
    ],
  ])();
}

function plainRule(dice: Dice, world: World, actions: readonly string[]): string {
  const own = actions.length > 0 && dice.chance(0.15);
  const target = own ? callAtRandom(dice, dice.one(actions)) : targetAtRandom(dice, world);
  const source = sideAtRandom(dice, world, 'source');
  const dest = sideAtRandom(dice, world, 'dest');
  const [proto, dport, sport] =
    /^[a-z]|^[A-Z][a-z]|^(RST|FIN|TCPFlags|AllowICMPs|DropDNSrep)/.test(target) && !own
      ? []
      : trafficAtRandom(dice, world);
  return columns(target, source, dest, proto, dport, sport, ...furtherAtRandom(dice, world, target, source));
}

function callAtRandom(dice: Dice, action: string): string {
  const parameters = dice.weighed([
    [3, '(ACCEPT)'],
    [2, '(DROP,22)'],
    [2, '(REJECT,80)'],
    [1, '(-,25)'],
    [2, ''],
  ] as const);
  return `${action}${parameters}${dice.chance(0.15) ? ':info' : ''}`;
}

/** ORIGDEST, RATE, USER, MARK and TIME: mostly nothing. How CONNLIMIT counts what was refused, the kernel decides by the clock. */
function furtherAtRandom(dice: Dice, world: World, target: string, source: string): readonly (string | undefined)[] {
  const origdest = dice.chance(0.06) ? `${dice.chance(0.3) ? '!' : ''}${addressAtRandom(dice, world)}` : undefined;
  const rate =
    dice.chance(0.05) && /^(ACCEPT|LOG|COUNT)/.test(target)
      ? dice.one(['3/min:5', 's:4/min:6', 's:mine:3/min:5', 'd:5/min:5', 's:5/min:7,d:6/min:9'])
      : undefined;
  const user =
    source === '$FW' && dice.chance(0.3) ? dice.one(['root', '!root', ':root', '0-10', 'nobody', '+']) : undefined;
  const mark = dice.chance(0.02) ? dice.one(['1', '!1', '0/0xff', '!0', '0:C']) : undefined;
  const time = dice.chance(0.03)
    ? dice.one([
        'utc&timestart=00:00&timestop=23:59:59',
        'weekdays=Mon,Tue,Wed,Thu,Fri,Sat,Sun',
        'utc&datestart=2001-01-01',
      ])
    : undefined;
  return [origdest, rate, user === '+' ? undefined : user, mark, undefined, time];
}

function macroRule(dice: Dice, world: World): string {
  const macro = dice.one(dice.chance(0.6) ? usualMacros : macros);
  const inside = dice.weighed([
    [4, 'ACCEPT'],
    [2, 'DROP'],
    [2, 'REJECT'],
    [0.5, 'ACCEPT:info'],
    [0.5, 'CONTINUE'],
  ] as const);
  const level = dice.chance(0.1) ? ':info' : '';
  const target = dice.chance(0.2) ? `${macro}/${inside}` : `${macro}(${inside})${level}`;
  return columns(target, sideAtRandom(dice, world, 'source'), sideAtRandom(dice, world, 'dest'));
}

/** DNAT, REDIRECT, NONAT and ACCEPT+. */
function translation(dice: Dice, world: World): string {
  const source = dice.chance(0.15) ? dice.one(['all', '$FW', 'all!$FW']) : sideAtRandom(dice, world, 'source');
  const proto = dice.weighed([
    [6, 'tcp'],
    [3, 'udp'],
    [1, 'tcp,udp'],
    [0.5, '-'],
  ] as const);
  const dport = proto === '-' ? '-' : portsAtRandom(dice, 'plain');
  const origdest = dice.chance(0.45)
    ? dice.weighed<() => string>([
        [3, () => addressAtRandom(dice, world)],
        [1, () => `${addressAtRandom(dice, world)},${addressAtRandom(dice, world)}`],
        [1, () => `!${addressAtRandom(dice, world)}`],
        [0.5, () => (world.version === 4 ? '203.0.113.0/24!203.0.113.10' : '2001:db8:aaaa::/64!2001:db8:aaaa::a')],
      ])()
    : undefined;
  const rate = dice.chance(0.06) ? dice.one(['3/min:5', 's:4/min:6']) : undefined;
  const sport = dice.chance(0.06) && proto !== '-' ? '1024:' : undefined;
  const zone = dice.one(world.zones);
  const level = dice.one(levels);
  const server = addressAtRandom(dice, world, zone);
  const last = addressesAtRandom(dice, world, zone);
  const wide = last.includes('-') && !/[,!]/.test(last) ? last : server;
  // Of several ports that become others Shorewall lets in who asks for those directly, and REDIRECT takes the first (README.md).
  const single = /^\w+$/.test(dport) ? dport : dice.one(['22', '80', '443', 'domain']);
  const port = proto === '-' || single !== dport ? '' : dice.one(['', '', ':8080', ':22', ':2000-2010']);
  const at = world.version === 4 ? wide : `[${wide}]`;
  return dice.weighed<() => string>([
    [5, () => columns(`DNAT${level}`, source, `${zone.name}:${at}${port}`, proto, dport, sport, origdest, rate)],
    [1, () => columns('DNAT-', source, `${zone.name}:${at}${port}`, proto, dport, sport, origdest)],
    [
      world.version === 4 ? 0.7 : 0,
      () =>
        columns(
          'DNAT',
          source,
          `${zone.name}::${dice.one(['8080', '22'])}`,
          proto === '-' ? 'tcp' : proto,
          proto === '-' ? '80' : single,
          sport,
          origdest ?? addressAtRandom(dice, world, zone),
        ),
    ],
    [
      3,
      () =>
        columns(
          `REDIRECT${level}`,
          source,
          proto === '-' && world.version === 4
            ? '-'
            : dice.one(['8080', '22', world.version === 4 ? '-' : '80', '3128', '2000-2010', '3128:random']),
          proto,
          proto === '-' ? '-' : single,
          sport,
          origdest,
          rate,
        ),
    ],
    [
      0.7,
      () =>
        columns(
          'REDIRECT-',
          source,
          '3128',
          proto === '-' ? 'tcp' : proto,
          proto === '-' ? '80' : single,
          sport,
          origdest,
        ),
    ],
    [1.5, () => columns('ACCEPT+', source, sideAtRandom(dice, world, 'dest'), proto, dport, sport, origdest)],
    [
      world.version === 4 ? 1 : 0,
      () =>
        columns(
          'NONAT',
          source,
          dice.one([zone.name, `${zone.name}:${bracketed(world, server)}`]),
          proto,
          dport,
          sport,
          origdest,
        ),
    ],
    [
      0.8,
      () =>
        columns(
          `${dice.one(['SSH', 'HTTP', 'DNS', 'Mine'])}(DNAT)`,
          source,
          `${zone.name}:${at}`,
          '-',
          '-',
          '-',
          origdest,
        ),
    ],
    [0.5, () => columns(`${dice.one(['HTTP', 'Web'])}(REDIRECT)`, source, '3128')],
  ])();
}

function helperRule(dice: Dice, world: World): string {
  const [helper, port] = dice.one(
    world.version === 4
      ? ([
          ['ftp', '2121'],
          ['irc', '6697'],
          ['sane', '6000'],
        ] as const)
      : ([
          ['ftp', '2121'],
          ['sane', '6000'],
        ] as const),
  );
  return columns(
    dice.one(['ACCEPT', 'HELPER']),
    sideAtRandom(dice, world, 'source'),
    sideAtRandom(dice, world, 'dest'),
    'tcp',
    port,
    ...Array.from({ length: 8 }, () => '-'),
    undefined,
    helper,
  );
}

function rawRule(dice: Dice, world: World): string {
  const source = sideAtRandom(dice, world, 'source');
  const dest = sideAtRandom(dice, world, 'dest');
  const tcp = dice.chance(0.5);
  const match = dice.one([
    '-m length --length 0:1500',
    '-m length --length 2000:3000',
    '-m conntrack --ctstate NEW',
    '-m conntrack ! --ctstate INVALID',
    '-m state --state NEW,RELATED',
    '-m mark --mark 0x1',
    '-m mark ! --mark 0x1/0xff',
    '-m conntrack --ctstate NEW,UNTRACKED',
    ...(world.version === 4 ? ['-m addrtype --dst-type LOCAL', '-m addrtype ! --src-type LOCAL'] : []),
    ...(tcp ? ['-m tcp --dport 80', '-m tcp --tcp-flags SYN,ACK SYN', '-m tcp --syn'] : []),
  ]);
  return `${dice.one(['ACCEPT', 'DROP', 'INLINE(ACCEPT)', 'INLINE(DROP)', 'REJECT', 'LOG:info'])} ${source} ${dest}${tcp ? ' tcp' : ''} ;; ${match}`;
}
