/** An interface that no line of `interfaces` matches: whatever the lines say of the others, nothing is opened to it. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import { fits } from '../../compiler/ir/interfaces.ts';
import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import type { Policy } from '../../compiler/model/policy.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { TcpFlag } from '../../compiler/net/packet-kinds.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';
import { cases, compileCase } from '../support/case.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const places: Readonly<Record<string, Readonly<Record<Version, string>>>> = {
  local: { 4: '192.0.2.1', 6: '2001:db8:1::1' },
  eth0: { 4: '192.0.2.10', 6: '2001:db8:1::10' },
  eth1: { 4: '10.0.1.10', 6: '2001:db8:3::10' },
  unlisted0: { 4: '198.18.0.10', 6: '2001:db8:9::10' },
};

const addressAt = (place: string, version: Version): bigint =>
  parseAddress(places[place]?.[version] ?? '')?.value ?? 0n;

const network: Network = {
  route: (version, address) => Object.keys(places).find((place) => addressAt(place, version) === address) ?? 'eth0',
  addressType: (version, address) => {
    if (address === addressAt('local', version)) return 'local';
    const multicast = version === 4 ? address >> 28n === 14n : address >> 120n === 0xffn;
    return multicast ? 'multicast' : version === 4 && (address & 255n) === 255n ? 'broadcast' : 'unicast';
  },
  addressOf: (_name, version) => addressAt('local', version),
};

type Shape = Partial<Packet> & Pick<Packet, 'protocol'>;

const udp = (dport: number): Shape => ({ protocol: 17, dport, sport: dport });
const tcp = (...tcpFlags: readonly TcpFlag[]): Shape => ({ protocol: 6, dport: 22, sport: 40000, tcpFlags });

/** What options look at: DHCP, UDP of a gateway, impossible flags, and something that none of them does. */
function shapesOf(version: Version): readonly Shape[] {
  const echo: Shape =
    version === 4 ? { protocol: 1, icmp: { type: 8, code: 0 } } : { protocol: 58, icmp: { type: 128, code: 0 } };
  const dhcp = (version === 4 ? [67, 68] : [546, 547]).map(udp);
  return [...dhcp, udp(1900), tcp('syn'), tcp('fin', 'syn'), echo, { protocol: 2 }];
}

const impossible: Readonly<Record<Version, readonly string[]>> = {
  4: ['0.0.0.0', '198.18.0.255', '224.0.0.1'],
  6: ['ff02::1', 'fe80::5'],
};

/** Packets from one place to another: with every shape and state, and new ones whose sender is impossible. */
function packetsFrom(from: string, to: string, states: readonly ConnectionState[]): readonly Packet[] {
  return ([4, 6] as const).flatMap((version) => {
    const make = (saddr: bigint, shape: Shape, state: ConnectionState): Packet => ({
      version,
      ...(from === 'local' ? { user: 0, group: 0 } : { iif: from, sourceMac: '02:00:00:00:09:02' }),
      saddr,
      daddr: addressAt(to, version),
      length: 60,
      connection: { state },
      ...shape,
    });
    const usual = shapesOf(version).flatMap((shape) =>
      states.map((state) => make(addressAt(from, version), shape, state)),
    );
    if (from === 'local') return usual;
    const odd = impossible[version].flatMap((text) =>
      [udp(68), tcp('syn')].map((shape) => make(parseAddress(text)?.value ?? 0n, shape, 'new')),
    );
    return [...usual, ...odd];
  });
}

const everywhere = ['local', 'eth0', 'eth1', 'unlisted0'];
const usualStates = ['new', 'established'] as const;
const arriving = everywhere.flatMap((to) => packetsFrom('unlisted0', to, usualStates));
const sent = packetsFrom('local', 'unlisted0', usualStates);
const forwarded = packetsFrom('eth0', 'unlisted0', usualStates);

const fate = (ruleset: Ruleset, packet: Packet) => evaluate(ruleset, packet, network).verdict;

const maclist = 'ACCEPT eth0 02:00:00:00:09:02\nACCEPT eth1 02:00:00:00:09:02\n';

/** Each option alone, and with each value that its row samples; nothing is tested that does not compile. */
const options: readonly string[] = [
  ...Object.entries(interfaceOptions).flatMap(([name, { value }]) => [
    ...(value.kind === 'flag' ? [name] : []),
    ...value.samples.map((sample) => `${name}=${sample}`),
  ]),
  'bridge,dhcp',
  'rpfilter,dhcp',
];

const manners: readonly (readonly [name: string, files: Readonly<Record<string, string>>])[] = [
  ['what no zone holds is dropped', { policy: 'all all DROP\n' }],
  ['policy for all ACCEPT', { policy: 'all all ACCEPT\n', 'ftpwall.conf': 'OUTSIDE_ZONES=policy\n' }],
  [
    'blacklists, FASTACCEPT and zones within zones',
    {
      policy: 'all all REJECT\n',
      'ftpwall.conf': 'OUTSIDE_ZONES=policy\nFASTACCEPT=Yes\nDYNAMIC_BLACKLIST=ipset\n',
      zones: 'fw firewall\nnet ip\nloc ip\nsub:loc ip\n',
      hosts: 'sub eth1:10.0.1.0/25\n',
      blrules: 'DROP net:203.0.113.0/24 all\n',
    },
  ],
];

function firewall(lines: (name: 'net' | 'loc', interface_: string) => string, files: Readonly<Record<string, string>>) {
  return compile(
    memoryEnvironment({
      'ftpwall.conf': '',
      zones: 'fw firewall\nnet ip\nloc ip\n',
      interfaces: `?FORMAT 2\n${lines('net', 'eth0')}\n${lines('loc', 'eth1')}\n`,
      rules: '?SECTION NEW\nACCEPT net fw tcp 22\n',
      stoppedrules: 'ACCEPT eth0 - tcp 22\n',
      ...files,
    }),
    { version: '0' },
  );
}

describe.each(manners)('%s', (_manner, files) => {
  const plain = firewall((zone, name) => `${zone} ${name} tcpflags=0`, files).rulesets;
  const usual = new Map(
    plain &&
      (['running', 'stopped'] as const).map((state) => [
        state,
        new Map([...arriving, ...sent, ...forwarded].map((each) => [each, fate(plain[state], each)])),
      ]),
  );
  const untested: string[] = [];

  test.each(options)('an option that all interfaces have is none of an unlisted one: %s', (option) => {
    const line = (zone: string, name: string) => {
      const zoneOrNone = option === 'unmanaged' || option === 'ignore' ? '-' : zone;
      const written = option.startsWith('physical=') ? `physical=${name}` : option;
      return `${zoneOrNone} ${name} ${written}${option.startsWith('tcpflags') ? '' : ',tcpflags=0'}`;
    };
    const { rulesets, report } = firewall(line, option === 'maclist' ? { ...files, maclist } : files);
    if (!rulesets) {
      untested.push(option);
      expect(report.diagnostics.length).toBeGreaterThan(0);
      return;
    }
    const wrong = (['running', 'stopped'] as const).flatMap((state) => {
      const usually = (packet: Packet) => usual.get(state)?.get(packet);
      return [
        ...[...arriving, ...sent].filter((each) => fate(rulesets[state], each) !== usually(each)),
        // What comes by a listed interface meets its options, which may only refuse.
        ...forwarded.filter((each) => fate(rulesets[state], each) === 'accept' && usually(each) !== 'accept'),
      ];
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  test('nearly all of them were asked about', () => {
    expect(untested.filter((option) => !['unmanaged', 'ignore', 'loopback'].includes(option))).toEqual([]);
  });
});

test.each(options)('an option of `+`, which is every interface, is an option of every interface: %s', (option) => {
  const files = {
    interfaces: `?FORMAT 2\n${option === 'unmanaged' || option === 'ignore' ? '-' : 'net'} + ${option}\nloc eth1\n`,
    'ftpwall.conf': 'DYNAMIC_BLACKLIST=ipset\n',
    policy: 'all all DROP\n',
    ...(option === 'maclist' ? { maclist: 'ACCEPT + 02:00:00:00:09:02\n' } : {}),
  };
  const { rulesets, report } = firewall(() => '', files);
  const failed = report.diagnostics.some(({ severity }) => severity === 'error');
  expect(rulesets === undefined).toBe(failed);
  if (!rulesets || !option.endsWith('dhcp')) return;
  const dhcp = arriving.filter(({ daddr, version }) => daddr === addressAt('local', version)).filter(isDhcp);
  for (const state of ['running', 'stopped'] as const)
    expect(dhcp.map((each) => fate(rulesets[state], each))).toEqual(dhcp.map(() => 'accept'));
});

function isDhcp({ version, protocol, dport = 0, saddr }: Packet): boolean {
  const ports = version === 4 ? [67, 68] : [546, 547];
  return protocol === 17 && ports.includes(dport) && saddr === addressAt('unlisted0', version);
}

/** Cases in which some interface is one that no line matches. */
const judged = cases().flatMap((each) => {
  const { model, rulesets } = compileCase(each);
  if (!model || !rulesets || model.interfaces.some(({ pattern }) => fits(pattern, 'unlisted0'))) return [];
  return [{ name: each.name, model, ...rulesets }];
});

/** States in which packets belong to no connection that was admitted. */
const opening = ['new', 'invalid', 'untracked'] as const;
const inward = packetsFrom('unlisted0', 'local', opening);
const out = packetsFrom('local', 'unlisted0', ['new']);
const through = [
  ...['eth0', 'eth1', 'unlisted0'].flatMap((to) => packetsFrom('unlisted0', to, opening)),
  ...packetsFrom('eth0', 'unlisted0', opening),
];

test.each(judged.map((each) => [each.name, each] as const))(
  'nothing begins by way of an unlisted interface, running or stopped: %s',
  (_name, { model: { fallbacks }, running, stopped }) => {
    const accepting = (policies: readonly Policy[]) => policies.some(({ verdict }) => verdict.kind === 'accept');
    const accepted = (packets: readonly Packet[], of: Ruleset) => packets.filter((each) => fate(of, each) === 'accept');
    const wrong = [
      ...(accepting(fallbacks.input) ? [] : accepted(inward, running)),
      ...(accepting(fallbacks.forward) ? [] : accepted(through, running)),
      ...(accepting(fallbacks.output) ? [] : accepted(out, running)),
      // Lines of `stoppedrules` need name no interface.
      ...accepted([...inward, ...through], stopped).filter((each) => !isByALine(stopped, each)),
    ];
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);

function isByALine(ruleset: Ruleset, packet: Packet): boolean {
  const { decidedBy } = evaluate(ruleset, packet, network);
  if (!('rule' in decidedBy)) return false;
  const rules = ruleset.chains.find(({ name }) => name === decidedBy.chain)?.rules;
  return rules?.[decidedBy.rule]?.origin !== undefined;
}

test('enough cases have such an interface', () => {
  expect(judged.length).toBeGreaterThan(25);
});

test.each([
  ['one zone', 'net eth0\n'],
  ['two zones', 'net eth0\nloc eth1\n'],
  ['routeback and a zone that is only reached', 'net eth0 routeback\nloc eth1 destonly,tcpflags=0\n'],
])('IPv6 that FAMILY refuses passes nowhere, though the policy for all accepts: %s', (_name, lines) => {
  const { rulesets } = firewall(() => '', {
    'ftpwall.conf': 'FAMILY=ipv4\nOUTSIDE_ZONES=policy\n',
    zones: `fw firewall\nnet ip\n${lines.includes('loc') ? 'loc ip\n' : ''}`,
    interfaces: `?FORMAT 2\n${lines}`,
    policy: 'all all ACCEPT\n',
  });
  if (!rulesets) throw new Error('does not compile');
  const packets = ['eth0', 'eth1', 'unlisted0', 'local'].flatMap((from) =>
    everywhere.filter((to) => from !== 'local' || to !== from).flatMap((to) => packetsFrom(from, to, opening)),
  );
  const passing = packets.filter((each) => each.version === 6 && fate(rulesets.running, each) === 'accept');
  expect(passing).toEqual([]);
});
