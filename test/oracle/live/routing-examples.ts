/** Configurations with providers whose ways are compared. */
import type { Dice } from '../random/dice.ts';
import type { Example } from './alive.ts';

export interface RoutingExample extends Example {
  /** Packet marks to ask the kernel about. */
  readonly marks: readonly string[];
  /** Both providers behind eth0. */
  readonly layout?: 'shared';
  /** Shorewall disables no providers that share an interface: they cannot be optional. */
  readonly disabled?: 'none';
}

const high = ['0x10000', '0x20000'];
const ownTable = 'USE_DEFAULT_RT=Yes\nPROVIDER_OFFSET=16\n';
const mainTable = 'USE_DEFAULT_RT=No\n';
const two = 'ISP1 1 - - eth0 192.0.2.254 balance=2\nISP2 2 - - eth1 198.51.100.254 balance\n';

/** By what is special about each. */
export const examples: Readonly<Record<string, RoutingExample>> = {
  'two that are balanced, with rules': {
    settings: ownTable,
    marks: [...high, '0x20'],
    files: {
      providers: two,
      rtrules:
        '10.1.0.0/24 - ISP2 1000\neth2 - ISP1 11001!\neth2:10.0.0.0/16 203.0.114.0/24 ISP2 11000\n- 203.0.114.0/24 ISP2 1004 0x20/0x30\nlo 172.20.0.0/16 ISP2 1005\n',
    },
  },
  'one that takes the place of another': {
    settings: `${ownTable}RESTORE_DEFAULT_ROUTE=No\n`,
    marks: high,
    files: {
      providers: 'ISP1 1 - - eth0 192.0.2.254 primary\nISP2 2 - - eth1 198.51.100.254 fallback,persistent\n',
      routes: 'ISP2 172.20.0.0/16 198.51.100.7 eth1\nmain 10.98.0.0/16 blackhole\n',
    },
  },
  'copies of the main table': {
    settings: mainTable,
    marks: ['1', '2'],
    files: {
      providers:
        'ISP1 1 1 main eth0 192.0.2.254 track,balance eth2\nISP2 2 2 main eth1 198.51.100.254 track,loose eth2\n',
    },
  },
  'two that are balanced': { settings: ownTable, marks: high, files: { providers: two } },
  'copies of nothing but their own': {
    settings: mainTable,
    marks: ['1', '2'],
    files: {
      providers: 'ISP1 1 1 main eth0 192.0.2.254 track,balance none\nISP2 2 2 main eth1 198.51.100.254 track,loose -\n',
    },
  },
  'weights among those that take the place': {
    settings: ownTable,
    marks: high,
    files: {
      providers: 'ISP1 1 - - eth0 192.0.2.254 fallback=1\nISP2 2 - - eth1 198.51.100.254 fallback=2\n',
    },
  },
  'lines of mangle that choose a provider': {
    settings: ownTable,
    marks: high,
    files: {
      providers: two,
      mangle:
        'MARK(0x20000):P 10.0.0.5 - tcp 80\nMARK(0x10000):P 10.1.0.0/24\nMARK(0x20000) $FW - udp 19\nMARK(3):F 10.0.0.5 - udp 19\nMARK(|4):T - eth1\n',
    },
  },
  'lines of mangle where providers have the low bits': {
    settings: mainTable,
    marks: ['1', '2'],
    files: {
      providers: 'ISP1 1 1 main eth0 192.0.2.254 track,balance\nISP2 2 2 main eth1 198.51.100.254 track,loose\n',
      mangle:
        'MARK(2):P 10.0.0.5 - tcp 80\nMARK(7):F eth2 - udp 19\nCONTINUE:T - - udp 19\nMARK(&0xf):T - eth0\nMARK(9):T - eth1\n',
    },
  },
  'marks of connections': {
    settings: mainTable,
    marks: ['5'],
    files: {
      providers: 'ISP1 1 - main eth0 192.0.2.254 notrack,balance\nISP2 2 - main eth1 198.51.100.254 notrack,loose\n',
      mangle:
        'MARK(5) eth2 - tcp 80\nMARK(0x10/0x30) 10.0.0.5\nMARK(|4) eth2\nCONNMARK(0x40/0xf0) eth2 - udp 19\nSAVE(0xf):F - - tcp 80\nRESTORE(0xf0):F - - udp - 19\nMARK(2) $FW - udp 19\nMARK(0x80/0x80):T - - - - - - 5/0xff\n',
    },
  },
  'what has a mark meets mangle, too': {
    settings: `${ownTable}TC_EXPERT=Yes\nTRACK_PROVIDERS=No\nMARK_IN_FORWARD_CHAIN=Yes\nRESTORE_ROUTEMARKS=No\nZERO_MARKS=Yes\nFORWARD_CLEAR_MARK=No\n`,
    marks: high,
    files: {
      providers: 'ISP1 1 - - eth0 192.0.2.254 track,balance\nISP2 2 - - eth1 198.51.100.254 balance\n',
      mangle: 'MARK(3) 10.0.0.5\nMARK(0x20000):P 10.1.0.5 - tcp 80\nSAVE(0xff0000):F 10.1.0.5 - tcp 80\n',
    },
  },
  'one without a mark, and one behind the local network': {
    settings: mainTable,
    marks: ['1', '7'],
    files: {
      providers:
        'ISP1 1 1 main eth0 192.0.2.254 track,balance\nISP2 2 - - eth1 198.51.100.254 notrack,loose,noautosrc\nV 3 7 - eth2 10.0.0.7 loose,nohostroute\n',
      rtrules: '10.1.0.0/24 - ISP2 1000\n',
      mangle: 'MARK(7):P 10.0.0.5 203.0.114.0/24\n',
    },
  },
  'one without a way out': {
    settings: `${ownTable}RESTORE_DEFAULT_ROUTE=No\n`,
    marks: high,
    files: { providers: 'ISP1 1 - - eth0 none track\nISP2 2 - - eth1 198.51.100.254 track,balance\n' },
  },
  'networks that lead nowhere': {
    settings: `${ownTable}NULL_ROUTE_RFC1918=Yes\n`,
    marks: high,
    files: { providers: two },
  },
  'two on one interface': {
    settings: mainTable,
    marks: ['1', '2'],
    layout: 'shared',
    disabled: 'none',
    files: {
      interfaces: '?FORMAT 2\nnet eth0\nloc eth2\n',
      snat: 'SNAT(192.0.2.1) 10.0.0.0/8 eth0(ISP1)\nSNAT(198.51.100.1) 10.0.0.0/8 eth0(ISP2)\n',
      providers:
        'ISP1 1 1 main eth0:192.0.2.1 192.0.2.254 track,balance eth2\nISP2 2 2 main eth0:198.51.100.1 198.51.100.254 track,loose eth2\n',
      mangle: 'MARK(2):P 10.1.0.0/24\n',
    },
  },
  'the same provider for the same client': {
    settings: ownTable,
    marks: high,
    files: {
      providers: two,
      mangle: 'MARK(0x20000):P 10.0.0.5 203.0.113.9 tcp 80\nSAME:P 10.0.0.0/24 - tcp 80,443\nSAME(600) $FW - tcp 80\n',
    },
  },
  'marks one after the other, by the way in, and where marks end': {
    settings: mainTable,
    marks: ['5'],
    files: {
      providers: 'ISP1 1 - main eth0 192.0.2.254 notrack,balance\nISP2 2 - main eth1 198.51.100.254 notrack,loose\n',
      mangle:
        'MARK(&0xf0) eth2 - tcp\nMARK(4) - $FW udp 53\nMARK(1-3):F 10.0.0.0/24\nCONTINUE:T - - - - - - !0\nMARK(9):T - - udp 19\n',
    },
  },
};

/** The same with IPv6, which is translated nowhere here. */
export const examplesOfSix: Readonly<Record<string, RoutingExample>> = {
  'one that takes the place of another, with rules': {
    settings: ownTable,
    marks: high,
    files: {
      providers: 'ISP1 1 - - eth0 2001:db8:1::fe track,primary\nISP2 2 - - eth1 2001:db8:2::fe track,fallback\n',
      rtrules:
        '2001:db8:31::/64 - ISP2 1000\neth2 2001:db8:b::/64 ISP2 11000\n- 2001:db8:a::/64 ISP1 1004\nlo 2001:db8:c::/64 ISP2 1005\n',
    },
  },
  'copies of the main table, with marks': {
    settings: mainTable,
    marks: ['1', '2'],
    files: {
      providers:
        'ISP1 1 1 main eth0 2001:db8:1::fe track,balance eth2\nISP2 2 2 main eth1 2001:db8:2::fe track,loose eth2\n',
      rtrules: '2001:db8:31::/64 2001:db8:c::/64 ISP2 1000\n',
      mangle: 'MARK(2):P 2001:db8:3::5 - tcp 80\nMARK(2) $FW - udp 19\nMARK(3):F 2001:db8:31::5 - udp 19\n',
    },
  },
};

/** A configuration of two providers that nobody wrote. Without a balanced one Shorewall asks main's default first. */
export function atRandom(dice: Dice): RoutingExample {
  const own = dice.chance(0.6);
  const share = (usual: string) => dice.one([usual, `${usual}=2`, usual]);
  // The table of a provider that is disabled and `persistent` loses its copies in Shorewall, and with them the own networks.
  const kept = own ? [',persistent'] : [];
  const more = () => dice.one(['', ',loose', ',noautosrc', ...kept, ',mtu=1400', ',nohostroute']);
  const second = own ? dice.one([share('balance'), 'fallback', 'loose']) : dice.one(['balance', 'loose']);
  const copy = own
    ? ['-', '']
    : dice.one([
        ['main', 'eth2'],
        ['main', '-'],
        ['main', 'none'],
      ] as const);
  const target = () => dice.one(['203.0.113.0/24', '203.0.114.7', '172.20.0.0/16']);
  const rules = Array.from({ length: dice.between(0, 3) }, (_, index) => {
    const source = dice.one(['-', '10.1.0.0/24', '10.0.0.5', 'eth2', 'eth2:10.1.0.0/16', 'lo']);
    const priority = dice.one([1000, 11000, 26000]) + index;
    return `${source} ${source === '-' ? target() : dice.one(['-', target()])} ${dice.one(['ISP1', 'ISP2', 'main'])} ${priority}${dice.one(['', '!'])}\n`;
  });
  const routes = dice.chance(0.4)
    ? `ISP${dice.between(1, 2)} 172.20.0.0/16 ${dice.one(['blackhole', '10.0.0.7 eth2'])}\n`
    : '';
  const marks = own ? high : ['1', '2'];
  const lines = Array.from({ length: dice.between(0, 3) }, () => {
    const packets = `${dice.one(['eth2', '10.0.0.5', '10.1.0.0/24', '$FW'])} - ${dice.one(['tcp 80', 'udp 19', 'udp', '-'])}`;
    return `MARK(${dice.one(marks)})${packets.startsWith('$FW') ? '' : dice.one([':P', ':P', ':F'])} ${packets}\n`;
  });
  return {
    settings: `${own ? ownTable : mainTable}RESTORE_DEFAULT_ROUTE=${dice.one(['Yes', 'No'])}\n`,
    marks,
    files: {
      ...(lines.length > 0 ? { mangle: lines.join('') } : {}),
      providers: `ISP1 1 ${own ? '-' : 1} ${copy[0]} eth0 192.0.2.254 track,${share('balance')}${more()} ${copy[1]}\nISP2 2 ${own ? '-' : 2} ${copy[0]} eth1 198.51.100.254 track,${second}${second === 'loose' ? '' : more()} ${copy[1]}\n`,
      ...(rules.length > 0 ? { rtrules: rules.join('') } : {}),
      ...(routes === '' ? {} : { routes }),
    },
  };
}

/** Those whose packets have a script of their own, by its name. `never`: what only Shorewall says, by its defect. */
export const special: Readonly<Record<string, RoutingExample & { readonly sender: string; readonly never?: RegExp }>> =
  {
    'shares of own connections': {
      sender: 'shares.py',
      settings: `${mainTable}PROVIDER_OFFSET=16\n`,
      marks: [],
      files: {
        providers: 'ISP1 1 - main eth0 192.0.2.254 load=0.6 eth2\nISP2 2 - main eth1 198.51.100.254 load=.4 eth2\n',
      },
    },
    // Shorewall takes all default routes away, and without one the kernel makes no connection that a rule could mark.
    'shares of own connections without the default of the main table': {
      sender: 'shares.py',
      never: /own connections that fail: Network is unreachable, 100 %/,
      settings: `${ownTable}RESTORE_DEFAULT_ROUTE=No\n`,
      marks: [],
      files: { providers: 'ISP1 1 - - eth0 192.0.2.254 load=0.6\nISP2 2 - - eth1 198.51.100.254 load=.4\n' },
    },
    'a transparent proxy': {
      sender: 'proxied.py',
      settings: '',
      marks: ['0x200'],
      files: {
        snat: 'MASQUERADE 192.0.2.99 eth0\n',
        providers: 'tp 3 - - lo - tproxy\n',
        mangle: 'DIVERT eth0 - tcp - 80\nTPROXY(3129,127.0.0.1) eth2 - tcp 80\n',
      },
    },
    'a transparent proxy at the port that is asked for': {
      sender: 'proxied.py',
      settings: '',
      marks: ['0x200'],
      files: {
        snat: 'MASQUERADE 192.0.2.99 eth0\n',
        providers: 'tp 3 - - lo - tproxy\n',
        mangle: 'DIVERT eth0 - tcp - 80\nTPROXY eth2 - tcp 80\n',
      },
    },
  };
