/** Configurations of many lines mean the same folded and unfolded, down to translations, helpers, marks and log lines. */

import { expect, test } from 'vitest';
import type { FoldLimits } from '../../compiler/6-optimize/fold/limits.ts';
import { foldRules } from '../../compiler/6-optimize/fold-rules.ts';
import { nameLists } from '../../compiler/6-optimize/name-lists.ts';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import fc from '../support/fast-check.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const network: Network = {
  route: (version, address) =>
    address === addressOf('192.0.2.1')
      ? 'local'
      : address >> (version === 4 ? 24n : 64n) === (version === 4 ? 10n : addressOf('2001:db8:0:1::') >> 64n)
        ? 'eth1'
        : 'eth0',
  addressType: (_version, address) => (address === addressOf('192.0.2.1') ? 'local' : 'unicast'),
  addressOf: () => undefined,
};

const small = (most: number) => fc.integer({ min: 0, max: most });

/** Sources outside, and servers inside; few of them, so that lines often speak of the same. */
const sources = {
  4: fc.oneof(
    small(15).map((host) => `192.0.2.${16 + host}`),
    small(15).map((host) => `192.0.2.${16 + host}`),
    small(3).map((part) => `192.0.2.${16 + part * 4}/30`),
    small(15).map((host) => `192.0.2.16/28!192.0.2.${16 + host}`),
  ),
  6: small(15).map((host) => `[2001:db8::${host.toString(16)}]`),
} as const;
const servers = {
  4: fc.oneof(
    small(7).map((host) => `10.0.1.${host}`),
    small(7).map((host) => `10.0.1.${host}`),
    fc.constant('10.0.1.0/30'),
  ),
  6: small(7).map((host) => `[2001:db8:0:1::${host}]`),
} as const;
const ports = fc.oneof(
  small(9).map((port) => String(20 + port)),
  small(9).map((port) => String(20 + port)),
  small(9).map((port) => `${20 + port}:${24 + port}`),
  small(5).map((port) => `${20 + port},${25 + port}`),
);
const targets = fc.constantFrom(
  ...['ACCEPT', 'ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP', 'REJECT', 'ACCEPT:info', 'DROP:info:tag', 'LOG:info', 'CONTINUE'],
);

const line = fc
  .constantFrom<Version[]>(4, 4, 4, 6)
  .chain((version) =>
    fc
      .tuple(targets, sources[version], servers[version], fc.constantFrom('tcp', 'tcp', 'udp'), ports)
      .map(([target, source, server, protocol, port]) => `${target} net:${source} loc:${server} ${protocol} ${port}`),
  );
const translated = fc
  .tuple(fc.constantFrom('DNAT', 'DNAT', 'FTP(DNAT)'), sources[4], small(7), small(9))
  .map(([target, source, server, port]) =>
    target === 'DNAT'
      ? `DNAT net:${source} loc:10.0.1.${server} tcp ${20 + port} - 192.0.2.1`
      : `FTP(DNAT) net:${source} loc:10.0.1.${server} - - - 192.0.2.1`,
  );
const lines = fc.array(fc.oneof({ weight: 6, arbitrary: line }, { weight: 1, arbitrary: translated }), {
  minLength: 30,
  maxLength: 70,
});

const packets: fc.Arbitrary<readonly Packet[]> = fc.array(
  fc
    .record({
      version: fc.constantFrom<Version[]>(4, 4, 4, 6),
      from: small(16),
      to: small(8),
      udp: small(3),
      port: small(11),
    })
    .map(
      ({ version, from, to, udp, port }): Packet => ({
        version,
        iif: 'eth0',
        saddr: addressOf(version === 4 ? `192.0.2.${16 + from}` : `2001:db8::${from.toString(16)}`),
        daddr: addressOf(version === 6 ? `2001:db8:0:1::${to}` : to === 8 ? '192.0.2.1' : `10.0.1.${to}`),
        protocol: udp === 0 ? 17 : 6,
        sport: 4000,
        dport: 19 + port,
        ...(udp === 0 ? {} : { tcpFlags: ['syn'] as const }),
        connection: { state: 'new' },
      }),
    ),
  { minLength: 60, maxLength: 60 },
);

function addressOf(text: string): bigint {
  const address = parseAddress(text);
  if (!address) throw new Error(`no address: ${text}`);
  return address.value;
}

function rulesetOf(rules: readonly string[]): Ruleset {
  const files = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
    rules: `?SECTION NEW\n${rules.join('\n')}\n`,
  };
  const { report, lowered } = compile(memoryEnvironment(files), { version: '0', lint: false });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (!lowered) throw new Error('it does not compile');
  return lowered;
}

/** Also what is not worth it: maps of two rules; with `dear` 0 each chain is cut that can be. */
const eager = (dear: number): FoldLimits => ({
  fewRules: 2,
  dear,
  mapIsDearer: () => false,
  joinIsDearer: () => false,
});

function outcome({ verdict, reject, leaves, helper, connectionMark, logged }: Judgement) {
  return { verdict, reject, leaves, helper, connectionMark, logged };
}

test('a folded configuration does to every packet what it does unfolded', () => {
  let lookups = 0;
  const seen = new Set<string>();
  const property = fc.property(lines, fc.constantFrom(1e9, 0), packets, (rules, dear, some) => {
    const plain = rulesetOf(rules);
    const folded = nameLists(foldRules(plain, eager(dear)));
    lookups += folded.sets.filter(({ to }) => to === 'verdict').length;
    for (const packet of some) {
      const [one, other] = [folded, plain].map((each) => outcome(evaluate(each, packet, network)));
      seen.add(`${other?.verdict} ${other?.helper} ${other?.logged.length}`);
      expect(one).toEqual(other);
    }
  });
  fc.assert(property, { numRuns: Number(process.env.FTPWALL_RUNS ?? 25) });
  expect(lookups).toBeGreaterThan(25);
  expect(seen.size).toBeGreaterThan(2);
});
