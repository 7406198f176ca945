/** Countries: the files of xt_geoip_build in both orders of bytes, and what rules make of them. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { printElement } from '../../compiler/ir/elements.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress, printAddress } from '../../compiler/net/address.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { networkOf } from '../support/packets.ts';

const bytesOf = (text: string): readonly number[] => {
  const { version, value } = parseAddress(text) ?? { version: 4, value: 0n };
  const size = version === 4 ? 4 : 16;
  return Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * (size - 1 - at))) & 255n));
};
const high = (...texts: readonly string[]): Uint8Array => Uint8Array.from(texts.flatMap(bytesOf));
const low = (...texts: readonly string[]): Uint8Array =>
  Uint8Array.from(texts.flatMap((text) => [...bytesOf(text)].reverse()));

const us = ['192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.2.255', '198.51.100.7', '198.51.100.7'];
const ca = ['203.0.113.0', '203.0.113.99'];
const us6 = ['2001:db8:5::', '2001:db8:5:ffff:ffff:ffff:ffff:ffff'];

function compiled(folder: string, order: typeof high, rules: string, settings = '') {
  return compile(
    memoryEnvironment(
      {
        'ftpwall.conf': `${settings}\n`,
        zones: 'fw firewall\nnet ip\n',
        interfaces: '?FORMAT 2\nnet eth0\n',
        policy: 'net all DROP\nfw all ACCEPT\n',
        rules,
      },
      {
        bytes: {
          [`${folder}/US.iv4`]: order(...us),
          [`${folder}/US.iv6`]: high(...us6),
          [`${folder}/CA.iv4`]: order(...ca),
          [`${folder}/CA.iv6`]: new Uint8Array(),
        },
      },
    ),
    { version: '0' },
  );
}

function verdict(running: Parameters<typeof evaluate>[0], from: string): string {
  const { version, value } = parseAddress(from) ?? { version: 4 as const, value: 0n };
  const to = parseAddress(version === 4 ? '192.0.2.1' : '2001:db8::1')?.value ?? 0n;
  const packet: Packet = {
    version,
    iif: 'eth0',
    saddr: value,
    daddr: to,
    protocol: 6,
    sport: 40_000,
    dport: 22,
    tcpFlags: ['syn'],
    connection: { state: 'new' },
  };
  const network = { ...networkOf([], () => 'eth0'), route: () => 'local' as const };
  return evaluate(running, packet, network).verdict;
}

test.each([
  ['/usr/share/xt_geoip/LE', low, ''],
  ['/usr/share/xt_geoip/BE', high, 'GEOIPDIR=/usr/share/xt_geoip/BE'],
  ['/var/lib/geo', high, 'GEOIPDIR=/var/lib/geo/'],
] as const)('the addresses of countries are read in %s', (folder, order, settings) => {
  const { report, rulesets } = compiled(folder, order, 'ACCEPT net:^[US,CA] fw tcp 22\n', settings);
  expect(report.diagnostics).toEqual([]);
  const running = rulesets?.running;
  if (!running) throw new Error('it does not compile');
  const said = (...from: readonly string[]) => from.map((each) => verdict(running, each));
  expect(said('192.0.2.0', '192.0.2.255', '198.51.100.7', '203.0.113.99', '2001:db8:5::9')).toEqual(
    Array(5).fill('accept'),
  );
  expect(said('192.0.3.0', '198.51.100.8', '203.0.113.100', '2001:db8:6::1', '100.51.198.7')).toEqual(
    Array(5).fill('drop'),
  );
  const [set] = running.sets.filter(({ name }) => name === 'country-US-CA-4');
  expect(set?.elements.map((element) => set && printElement(element, set))).toEqual([
    '192.0.2.0/25',
    '192.0.2.128/25',
    printAddress(4, 0xc6336407n),
    '203.0.113.0-203.0.113.99',
  ]);
});

test('an exception is an exception', () => {
  const { rulesets } = compiled('/usr/share/xt_geoip/LE', low, 'ACCEPT net:!^CA fw tcp 22\n');
  const running = rulesets?.running;
  if (!running) throw new Error('it does not compile');
  expect(verdict(running, '203.0.113.5')).toBe('drop');
  expect(verdict(running, '192.0.2.5')).toBe('accept');
  expect(verdict(running, '2001:db8:6::1')).toBe('accept');
});

test('a file that is missing or broken is named, at the line', () => {
  for (const rules of ['ACCEPT net:^[US,FR] fw tcp 22\n', 'ACCEPT net:^FR fw tcp 22\n']) {
    const { report } = compiled('/usr/share/xt_geoip/LE', low, rules);
    expect(report.diagnostics.map(({ code, label }) => [code, label.text])).toEqual([
      ['unknown-country', 'there is no `/usr/share/xt_geoip/LE/FR.iv4`'],
    ]);
  }
});
