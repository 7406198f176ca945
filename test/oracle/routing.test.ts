/**
 * Providers under Shorewall and under ours: after each of start, disable, enable, reload and stop, both alive in networks
 * of their own, the kernel is asked for the way of the same packets, by mark and source, local and forwarded. How the
 * rules and tables are laid out is nobody's matter. `ORACLE=all` takes every example, `ORACLE_ROUTING=n` n random ones.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { isRoot } from '../kernel/possible.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { type Dice, diceOf } from './random/dice.ts';
import { shorewallIsHere } from './shorewall.ts';
import { settingsFiles } from './theirs.ts';

interface Example {
  readonly settings: string;
  readonly marks: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const base = {
  zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\nloc eth2\n',
  policy: '$FW all ACCEPT\nall all ACCEPT\n',
  rules: '?SECTION NEW\nDNAT net loc:10.0.0.5 tcp,udp 53\n',
  snat: 'MASQUERADE 10.0.0.0/8 eth0,eth1\n',
};

const high = ['0x10000', '0x20000'];
const ownTable = 'USE_DEFAULT_RT=Yes\nPROVIDER_OFFSET=16\n';
const mainTable = 'USE_DEFAULT_RT=No\n';
const two = 'ISP1 1 - - eth0 192.0.2.254 balance=2\nISP2 2 - - eth1 198.51.100.254 balance\n';

const examples: Readonly<Record<string, Example>> = {
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
};

/** A configuration of two providers that nobody wrote. Without a balanced one Shorewall asks main's default first. */
function atRandom(dice: Dice): Example {
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

/** What both say of the ways. */
function waysOf(
  { settings, marks, files }: Example,
  sending: boolean,
): {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
} {
  const root = mkdtempSync(join(tmpdir(), 'ftpwall-routing-'));
  try {
    const { name, stock } = settingsFiles[4];
    const all = {
      ...base,
      ...files,
      [name]: `${readFileSync(stock, 'utf8')}\nROUTE_FILTER=No\nIP_FORWARDING=On\nSTARTUP_ENABLED=Yes\n${settings}`,
    };
    const folder = join(root, 'theirs');
    mkdirSync(folder);
    for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text);
    const { artifact, report } = compile(memoryEnvironment(all), { version: '0', scriptTemplate });
    expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const script = join(root, 'ours');
    writeFileSync(script, artifact?.script ?? '');
    const asked = (...words: readonly string[]) =>
      spawnSync('unshare', ['-n', '-m', 'sh', join(import.meta.dirname, 'routes.sh'), ...words, ...marks], {
        encoding: 'utf8',
        // With the variable TEST, which vitest sets, Shorewall orders what it writes in another way, and wrongly.
        env: { PATH: process.env.PATH, PATHS: sending ? join(import.meta.dirname, 'paths.py') : '' },
      }).stdout.split('\n');
    return { theirs: asked('shorewall', folder), ours: asked('ftpwall', script) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

function judge(example: Example, sending: boolean): void {
  const { theirs, ours } = waysOf(example, sending);
  expect(theirs.length).toBeGreaterThan(200);
  expect(ours).toEqual(theirs);
}

const many = process.env.ORACLE === 'all';
const seed = Number(process.env.ORACLE_SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.ORACLE_ROUTING ?? 0) }, (_, index) => seed + index);

describe.skipIf(!isRoot || !shorewallIsHere())('the way of packets is that of Shorewall', () => {
  test.each(Object.keys(examples).slice(0, many ? undefined : 3))('%s', { timeout: 300_000 }, (name) => {
    const example = examples[name];
    if (example) judge(example, many || name === Object.keys(examples)[0]);
  });

  test.each(seeds)('by chance, from %d', { timeout: 300_000 }, (each) => {
    const example = atRandom(diceOf(each));
    try {
      judge(example, many);
    } catch (error) {
      console.error(
        `${example.settings}${Object.entries(example.files)
          .map(([file, text]) => `# ${file}\n${text}`)
          .join('')}`,
      );
      throw error;
    }
  });
});
