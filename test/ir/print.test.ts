/** Texts of rules that no listing could tell apart, and the limits of nft that printing keeps. */
import { describe, expect, test } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { placesOf } from '../../compiler/7-emit/places.ts';
import { printPriority } from '../../compiler/7-emit/priority.ts';
import { printRule } from '../../compiler/7-emit/rule.ts';
import { byteLength, canBeLogPrefix, canBeName, cutToBytes } from '../../compiler/ir/names.ts';
import type { DispatchEntry, Hook, Match, NftRule, Ruleset, Statement } from '../../compiler/ir/ruleset.ts';
import { disjointGroups } from '../../compiler/ir/statements/verdict.ts';
import type { Span } from '../../compiler/source.ts';

const accept: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };
const port = (field: 'sport' | 'dport', number: number, negated: boolean): Match => ({
  kind: 'port',
  field,
  protocol: 6,
  negated,
  ranges: [{ first: number, last: number }],
});
const print = (matches: readonly Match[], ...statements: readonly Statement[]) =>
  printRule({ matches, statements }, 'inet');

describe('a rule', () => {
  test('two ports that must differ are kept apart: nft 1.0.6 would join them to one comparison', () => {
    const both = [port('dport', 5, true), port('sport', 6, true)];
    expect(print(both, accept)).toBe('tcp dport != 5-5 tcp sport != 6-6 accept');
    expect(print([port('dport', 5, true), port('sport', 6, false)], accept)).toBe('tcp dport != 5 tcp sport 6 accept');
  });

  test('names of interfaces: patterns, every interface, and what a pattern already covers', () => {
    const on = (...names: readonly (readonly [string, boolean])[]): Match => ({
      kind: 'interface',
      field: 'iifname',
      negated: false,
      interfaces: names.map(([name, wildcard]) => ({ name, wildcard })),
    });
    expect(print([on(['ppp', true], ['ppp0', false], ['eth0', false])], accept)).toBe(
      'iifname { "ppp*", "eth0" } accept',
    );
    expect(print([on(['', true])], accept)).toBe('accept');
    expect(() => print([on(['eth*', false])], accept)).toThrow('no name of an interface');
    expect(() => print([on(['abcdefghijklmnop', false])], accept)).toThrow('longer than 15 bytes');
  });

  test('a version that the table does not hold, a list of nothing, a statement after the verdict: never printed', () => {
    const six: NftRule = { matches: [{ kind: 'version', version: 6 }], statements: [accept] };
    expect(() => printRule(six, 'ip')).toThrow('a match on IPv6 in a table of family ip');
    expect(() => print([{ kind: 'protocol', negated: false, protocols: [] }], accept)).toThrow('an empty list');
    expect(() => print([], accept, { kind: 'counter', packets: 0, bytes: 0 })).toThrow('after the verdict');
    expect(() => print([], { kind: 'redirect', random: false, ports: { first: 80, last: 80 } })).toThrow(
      'names no protocol',
    );
  });

  test('over midnight the hours that are not meant are named', () => {
    expect(print([{ kind: 'hour', from: 22 * 3600, to: 6 * 3600 }], accept)).toBe(
      'meta hour != "06:00:01"-"21:59:59" accept',
    );
  });

  test('bits of a mark: set, cleared, both, all', () => {
    const set = (mask: number, value: number) => print([], { kind: 'setMark', target: 'connection', mask, value });
    expect(set(0x80000000, 0x80000000)).toBe('ct mark set ct mark | 0x80000000');
    expect(set(0x80000000, 0)).toBe('ct mark set ct mark & 0x7fffffff');
    expect(set(0xff, 0x0f)).toBe('ct mark set ct mark & 0xffffff00 | 0x0000000f');
    expect(set(0xffffffff, 0xffffffff)).toBe('ct mark set 0xffffffff');
    expect(() => set(0x1, 0x2)).toThrow('a mark outside its mask');
  });

  test('a refusal in a table of one version names the ICMP of that version', () => {
    const refusal: NftRule = {
      matches: [],
      statements: [{ kind: 'reject', with: { kind: 'icmpx', type: 'host-unreachable' } }],
    };
    expect(printRule(refusal, 'inet')).toBe('reject with icmpx host-unreachable');
    expect(printRule(refusal, 'ip')).toBe('reject with icmp host-unreachable');
    expect(printRule(refusal, 'ip6')).toBe('reject with icmpv6 addr-unreachable');
  });

  test('a queue', () => {
    const queue: Statement = { kind: 'queue', first: 0, last: 3, bypass: true };
    expect(print([], queue)).toBe('queue flags bypass to 0-3');
    expect(print([], { ...queue, last: 0, bypass: false })).toBe('queue to 0');
  });
});

describe('a dispatch', () => {
  const entry = (name: string, wildcard = false): DispatchEntry => ({
    keys: [{ name, wildcard }],
    verdict: { kind: 'accept' },
  });
  const dispatch = (...entries: readonly DispatchEntry[]) =>
    print([], { kind: 'dispatch', fields: ['iifname'], entries });

  test('a key a line, and every interface last', () => {
    expect(dispatch(entry('eth0'), entry('ppp', true), entry('', true))).toBe(
      'iifname vmap {\n\t"eth0" : accept,\n\t"ppp*" : accept,\n\t*      : accept\n}',
    );
  });

  test('keys that overlap are a bug, and fall into groups that do not', () => {
    expect(() => dispatch(entry('ppp', true), entry('ppp0'))).toThrow('overlap');
    expect(() => dispatch(entry('eth0'), entry('eth0'))).toThrow('twice');
    expect(disjointGroups([entry('ppp0'), entry('ppp', true), entry('eth0'), entry('', true)])).toEqual([
      [entry('ppp0'), entry('eth0')],
      [entry('ppp', true)],
      [entry('', true)],
    ]);
  });
});

describe('text of the user', () => {
  test('what nft cannot quote, name or log is known before it is printed', () => {
    expect([canBeName('net-dmz'), canBeName('drop'), canBeName('helpers'), canBeName('1st'), canBeName('a b')]).toEqual(
      [true, false, false, false, false],
    );
    expect([
      canBeLogPrefix('net DROP '),
      canBeLogPrefix('5$'),
      canBeLogPrefix('say "x"'),
      canBeLogPrefix('a\nb'),
      canBeLogPrefix('é'.repeat(64)),
    ]).toEqual([true, false, false, false, false]);
    const log = (prefix: string) =>
      print([], { kind: 'log', prefix, target: { kind: 'syslog', level: 'info', flags: [] } });
    expect(() => log('say "x"')).toThrow('no prefix');
    expect(log('')).toBe('log level info');
  });

  test('cut to bytes without splitting a character', () => {
    expect(cutToBytes('aé→𝄞', 6)).toBe('aé→');
    expect(byteLength('aé→𝄞')).toBe(10);
  });
});

describe('places', () => {
  const span = (path: string, line: number): Span => ({
    source: { path, text: '\n'.repeat(line) },
    start: line - 1,
    end: line - 1,
  });

  test("the user's line first, then the lines that it led to", () => {
    expect(placesOf([span('macro.FTP', 9), span('rules', 14)])).toBe('rules:14 macro.FTP:9');
  });

  test('of many places those that fit, of a long one its end, of a strange one what can be quoted', () => {
    const long = `${'folder/'.repeat(30)}rules`;
    expect(placesOf([span(long, 2), span('rules', 1)])).toBe('rules:1');
    const cut = placesOf([span(long, 2)]);
    expect(cut.endsWith('folder/rules:2')).toBe(true);
    expect(byteLength(cut)).toBe(128);
    expect(placesOf([span('a"b', 1)])).toBe('a?b:1');
  });
});

test('priorities have names where nft knows one near', () => {
  const at = (hook: Hook['hook'], priority: number) =>
    printPriority({ type: 'filter', hook, priority, policy: 'accept' });
  expect([
    at('prerouting', -110),
    at('output', -110),
    at('postrouting', 90),
    at('forward', 0),
    at('prerouting', -199),
    at('input', 5),
    at('prerouting', -300),
  ]).toEqual(['dstnat - 10', '-110', 'srcnat - 10', 'filter', '-199', 'filter + 5', 'raw']);
});

test('a whole ruleset, as it is read at night', () => {
  const keys = (...names: readonly string[]) => names.map((name) => ({ name, wildcard: false }));
  const counter: Statement = { kind: 'counter', packets: 0, bytes: 0 };
  const ruleset: Ruleset = {
    family: 'inet',
    table: 'ftpwall',
    helpers: [{ name: 'helper-ftp', type: 'ftp', protocol: 'tcp' }],
    sets: [
      {
        name: 'seen',
        type: ['ipv4_addr'],
        interval: false,
        dynamic: true,
        timeout: 60,
        size: 100,
        elements: [],
        comment: 'who was here',
      },
    ],
    chains: [
      {
        name: 'forward',
        base: { type: 'filter', hook: 'forward', priority: 0, policy: 'drop' },
        rules: [
          {
            matches: [{ kind: 'state', negated: false, states: ['related', 'established'] }],
            statements: [counter, accept],
          },
          {
            matches: [],
            statements: [
              {
                kind: 'dispatch',
                fields: ['iifname', 'oifname'],
                entries: [
                  { keys: keys('eth0', 'eth2'), verdict: { kind: 'goto', chain: 'net-dmz' } },
                  { keys: keys('eth10', 'eth0'), verdict: { kind: 'drop' } },
                ],
              },
            ],
          },
        ],
      },
      {
        name: 'net-dmz',
        comment: 'from net to dmz; otherwise DROP',
        rules: [
          {
            matches: [port('dport', 21, false)],
            statements: [{ kind: 'attachHelper', object: 'helper-ftp' }, counter, accept],
            comment: 'rules:14',
          },
        ],
      },
    ],
  };
  expect(printRuleset(ruleset)).toBe(`table inet ftpwall
delete table inet ftpwall
table inet ftpwall {
	ct helper helper-ftp {
		type "ftp" protocol tcp;
	}

	set seen {
		comment "who was here"
		type ipv4_addr
		size 100
		flags dynamic,timeout
		timeout 60s
	}

	# Through the firewall
	chain forward {
		type filter hook forward priority filter; policy drop;

		ct state established,related counter accept
		iifname . oifname vmap {
			"eth0" . "eth2"  : goto net-dmz,
			"eth10" . "eth0" : drop
		}
	}

	chain net-dmz {
		comment "from net to dmz; otherwise DROP"
		tcp dport 21 ct helper set "helper-ftp" counter accept comment "rules:14"
	}
}
`);
});
