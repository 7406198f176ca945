import { describe, expect, test } from 'vitest';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Connection, Network, Packet } from '../../compiler/ir/packet.ts';
import type { Chain, Hook, Match, NftRule, Ruleset, Statement, Verdict } from '../../compiler/ir/ruleset.ts';
import { holds, parseAddress, prefixRange } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';

function address(text: string): bigint {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(text);
  return parsed.value;
}

function network(text: string, length: number): AddressRange {
  return prefixRange(text.includes(':') ? 6 : 4, address(text), length);
}

/** net 192.0.2.0/24 and everything else, dmz 10.0.2.0/24, loc 10.0.1.0/24; the firewall is .1 of each. */
const ways: readonly (readonly [string, AddressRange, bigint])[] = [
  ['dmz0', network('10.0.2.0', 24), address('10.0.2.1')],
  ['loc0', network('10.0.1.0', 24), address('10.0.1.1')],
  ['net0', network('0.0.0.0', 0), address('192.0.2.1')],
];

const lab: Network = {
  route(version, to) {
    if (version === 6) return undefined;
    if (ways.some(([, , own]) => own === to)) return 'local';
    return ways.find(([, range]) => holds([range], 4, to))?.[0];
  },
  addressType: (version, of) => (version === 4 && ways.some(([, , own]) => own === of) ? 'local' : 'unicast'),
  addressOf: (name, version) => (version === 4 ? ways.find(([way]) => way === name)?.[2] : undefined),
};

function packet(iif: string | undefined, from: string, to: string, more: Partial<Packet> = {}): Packet {
  return {
    version: from.includes(':') ? 6 : 4,
    ...(iif !== undefined && { iif }),
    saddr: address(from),
    daddr: address(to),
    protocol: 6,
    sport: 40000,
    dport: 21,
    connection: { state: 'new' },
    ...more,
  };
}

const accept: Statement = { kind: 'verdict', verdict: { kind: 'accept' } };
const drop: Statement = { kind: 'verdict', verdict: { kind: 'drop' } };
const go = (kind: 'jump' | 'goto', chain: string): Statement => ({ kind: 'verdict', verdict: { kind, chain } });
const rule = (matches: readonly Match[], ...statements: readonly Statement[]): NftRule => ({ matches, statements });
const dport = (...ports: readonly number[]): Match => ({
  kind: 'port',
  field: 'dport',
  protocol: 6,
  negated: false,
  ranges: ports.map((port) => ({ first: port, last: port })),
});
const inInterface = (name: string): Match => ({
  kind: 'interface',
  field: 'iifname',
  negated: false,
  interfaces: [{ name, wildcard: false }],
});

function base(name: string, hook: Hook, ...rules: readonly NftRule[]): Chain {
  return { name, base: hook, rules };
}
const filter = (hook: Hook['hook'], policy: Hook['policy'] = 'drop', priority = 0): Hook => ({
  type: 'filter',
  hook,
  priority,
  policy,
});
const nat = (hook: Hook['hook'], priority: number): Hook => ({ type: 'nat', hook, priority, policy: 'accept' });

function ruleset(...chains: readonly Chain[]): Ruleset {
  const ftp = { name: 'ftp', type: 'ftp', protocol: 'tcp' } as const;
  return { family: 'inet', table: 'ftpwall', sets: [], helpers: [ftp], chains };
}

const states = (entries: Partial<Record<Connection['state'], Verdict>>): Statement => ({
  kind: 'dispatch',
  fields: ['state'],
  entries: Object.entries(entries).map(([state, verdict]) => ({ keys: [state as Connection['state']], verdict })),
});

const toDmz: Statement = {
  kind: 'dnat',
  to: {
    version: 4,
    addresses: network('10.0.2.10', 32),
    ports: { first: 21, last: 21 },
    random: false,
    persistent: false,
  },
};

/** The shape that we build: states early, pairs of interfaces dispatched, FTP by DNAT from 8021. */
const router = ruleset(
  base(
    'attach',
    filter('prerouting', 'accept', -150),
    rule([inInterface('net0'), dport(8021)], { kind: 'attachHelper', object: 'ftp' }),
  ),
  base('destinations', nat('prerouting', -110), rule([inInterface('net0'), dport(8021)], toDmz)),
  base('sources', nat('postrouting', 90), rule([inInterface('loc0')], { kind: 'masquerade', random: false })),
  base(
    'forward',
    filter('forward'),
    rule([], states({ established: { kind: 'accept' }, invalid: { kind: 'drop' } })),
    rule([], {
      kind: 'dispatch',
      fields: ['iifname', 'oifname'],
      entries: [
        { keys: [key('net0'), key('dmz0')], verdict: { kind: 'goto', chain: 'net-dmz' } },
        { keys: [{ name: 'loc', wildcard: true }, key('net0')], verdict: { kind: 'goto', chain: 'loc-net' } },
      ],
    }),
  ),
  base('input', filter('input'), rule([dport(22)], accept)),
  base('output', filter('output', 'accept')),
  {
    name: 'net-dmz',
    rules: [
      rule([dport(21)], { kind: 'setMark', target: 'connection', mask: 0x80000000, value: 0x80000000 }, accept),
      rule(
        [{ kind: 'protocol', negated: false, protocols: [6] }],
        { kind: 'log', prefix: 'net-dmz ', target: { kind: 'syslog', level: 'info', flags: [] } },
        { kind: 'reject', with: { kind: 'tcp-reset' } },
      ),
    ],
  },
  { name: 'loc-net', rules: [rule([], go('jump', 'blocked')), rule([], accept)] },
  {
    name: 'blocked',
    rules: [rule([dport(25)], drop), rule([dport(80)], { kind: 'verdict', verdict: { kind: 'return' } })],
  },
);

function key(name: string) {
  return { name, wildcard: false };
}

describe('the way of a packet', () => {
  test('DNAT: the helper sees the original port, the rules the translated one', () => {
    const judged = evaluate(router, packet('net0', '192.0.2.10', '192.0.2.1', { dport: 8021 }), lab);
    expect(judged).toMatchObject({
      verdict: 'accept',
      decidedBy: { chain: 'net-dmz', rule: 0 },
      helper: 'ftp',
      connectionMark: 0x80000000,
      leaves: { daddr: address('10.0.2.10'), dport: 21, oif: 'dmz0', saddr: address('192.0.2.10') },
    });
    expect(judged.trace.map(({ chain }) => chain)).toEqual(['attach', 'destinations', 'forward', 'forward', 'net-dmz']);
  });

  test('without translation the port that only DNAT reaches is for the firewall itself', () => {
    const judged = evaluate(router, packet('net0', '192.0.2.10', '192.0.2.1', { dport: 21 }), lab);
    expect(judged).toMatchObject({ verdict: 'drop', decidedBy: { chain: 'input', policy: true } });
  });

  test('a refusal is told, and logged before', () => {
    const judged = evaluate(router, packet('net0', '192.0.2.10', '10.0.2.10', { dport: 23 }), lab);
    expect(judged).toMatchObject({ verdict: 'reject', reject: { kind: 'tcp-reset' }, logged: ['net-dmz '] });
  });

  test('a reset cannot be told to UDP, so the rule does not hold and the policy decides', () => {
    const judged = evaluate(router, packet('net0', '192.0.2.10', '10.0.2.10', { protocol: 17, dport: 23 }), lab);
    expect(judged).toMatchObject({ verdict: 'drop', decidedBy: { chain: 'forward', policy: true }, logged: [] });
  });

  test('masquerading changes the source after the rules', () => {
    const judged = evaluate(router, packet('loc0', '10.0.1.10', '198.51.100.7', { dport: 80 }), lab);
    expect(judged).toMatchObject({
      verdict: 'accept',
      decidedBy: { chain: 'loc-net', rule: 1 },
      leaves: { saddr: address('192.0.2.1'), oif: 'net0' },
    });
  });

  test('jump comes back, drop does not', () => {
    const judged = evaluate(router, packet('loc0', '10.0.1.10', '198.51.100.7', { dport: 25 }), lab);
    expect(judged).toMatchObject({ verdict: 'drop', decidedBy: { chain: 'blocked', rule: 0 } });
  });

  test('nat is asked for first packets only', () => {
    const judged = evaluate(
      router,
      packet('net0', '192.0.2.10', '192.0.2.1', { dport: 8021, connection: { state: 'established' } }),
      lab,
    );
    expect(judged).toMatchObject({ verdict: 'drop', leaves: { dport: 8021 } });
    expect(judged.helper).toBeUndefined();
  });

  test('without a route there is no decision of a rule', () => {
    const sent = packet(undefined, '2001:db8::1', '2001:db8::2');
    expect(evaluate(router, sent, lab)).toMatchObject({ verdict: 'drop', decidedBy: { noRoute: true } });
  });
});

describe('base chains of one hook', () => {
  const arrives = packet('net0', '192.0.2.10', '192.0.2.1', { dport: 22 });

  test('accept goes on with the next chain, drop is final', () => {
    const both = ruleset(
      base('early', filter('input', 'drop', -10), rule([], accept)),
      base('late', filter('input', 'accept', 10), rule([dport(22)], drop)),
    );
    expect(evaluate(both, arrives, lab)).toMatchObject({ verdict: 'drop', decidedBy: { chain: 'late', rule: 0 } });
    expect(evaluate(both, { ...arrives, dport: 23 }, lab)).toMatchObject({ decidedBy: { chain: 'early', rule: 0 } });
  });

  test('before tracking every packet is invalid and has no mark', () => {
    const raw = ruleset(
      base(
        'raw',
        filter('prerouting', 'accept', -300),
        rule([{ kind: 'state', negated: false, states: ['new'] }], drop),
        rule([{ kind: 'connectionMark', negated: true, mask: 1, value: 1 }], drop),
      ),
    );
    expect(evaluate(raw, arrives, lab).verdict).toBe('accept');
  });

  test('notrack makes it untracked, and then nothing translates it', () => {
    const untracked = ruleset(
      base('raw', filter('prerouting', 'accept', -300), rule([], { kind: 'notrack' })),
      base('destinations', nat('prerouting', -110), rule([dport(22)], toDmz)),
      base('input', filter('input'), rule([{ kind: 'state', negated: false, states: ['untracked'] }], accept)),
    );
    expect(evaluate(untracked, arrives, lab)).toMatchObject({ verdict: 'accept', leaves: { dport: 22 } });
  });

  test('what the firewall sends to itself passes both ways', () => {
    const both = ruleset(
      base('output', filter('output', 'accept')),
      base('input', filter('input'), rule([inInterface('lo'), dport(22)], accept)),
    );
    const toSelf = packet(undefined, '192.0.2.1', '192.0.2.1', { dport: 22 });
    expect(evaluate(both, toSelf, lab).verdict).toBe('accept');
    expect(evaluate(both, { ...toSelf, dport: 23 }, lab)).toMatchObject({
      decidedBy: { chain: 'input', policy: true },
    });
  });
});
