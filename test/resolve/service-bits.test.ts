/** TOS(value/mask) of `mangle` writes the bits of the mask and no others, as iptables(8) does, whatever the packet has. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Network } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { describeKernel } from '../kernel/possible.ts';
import { refusedByNft } from '../kernel/refused-by-nft.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const connection = { state: 'new' } as const;
const network: Network = { route: () => 'eth0', addressType: () => 'unicast', addressOf: () => 1n };

/** A bit that is set afterwards drops the packet. */
function compiled(action: string, bit: number) {
  const files = {
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: 'net eth0\nloc eth2\n',
    policy: 'all all ACCEPT\n',
    mangle: `${action}:F eth2\nDROP:F eth2 { tos=${bit}/${bit} }\n`,
  };
  const { lowered, artifact } = compile(memoryEnvironment(files), { version: '0', lint: false });
  if (!lowered || !artifact) throw new Error(`${action} does not compile`);
  return { running: lowered, ruleset: artifact.ruleset };
}

const cases = [
  ['TOS(0x10/0x1e)', 0x10, 0x1e],
  ['TOS(0x10/0x3f)', 0x10, 0x3f],
  ['TOS(0x00/0xfc)', 0x00, 0xfc],
  ['TOS(0x01/0x01)', 0x01, 0x01],
  ['TOS(0x80/0x80)', 0x80, 0x80],
  ['TOS(0x42/0xc3)', 0x42, 0xc3],
  ['TOS(0xb8)', 0xb8, 0xff],
  ['TOS(Minimize-Delay)', 0x10, 0xff],
  ['IPTABLES(TOS --set-tos Minimize-Delay)', 0x10, 0x3f],
] as const;

const bytes = Array.from({ length: 256 }, (_each, byte) => byte);
const bits = Array.from({ length: 8 }, (_each, index) => 2 ** index);

describe.each(cases)('%s', (action, value, mask) => {
  const questions = bits.map((bit) => ({ bit, ...compiled(action, bit) }));

  test.each([
    [4, '10.0.0.5', '203.0.113.9'],
    [6, '2001:db8:3::5', '2001:db8:9::9'],
  ] as const)('every byte of IPv%d', (version, from, to) => {
    const [saddr = 0n, daddr = 0n] = [from, to].map((text) => parseAddress(text)?.value);
    const packet = { version, iif: 'eth2', saddr, daddr, protocol: 17, sport: 9, dport: 9, connection };
    const left = bytes.map((trafficClass) =>
      questions
        .filter(({ running }) => evaluate(running, { ...packet, trafficClass }, network).verdict === 'drop')
        .reduce((sum, { bit }) => sum + bit, 0),
    );
    expect(left).toEqual(bytes.map((byte) => (byte & ~mask) | value));
  });

  describeKernel('and nft', () => {
    const rulesets = new Map(questions.map(({ bit, ruleset }) => [`${bit}`, ruleset]));
    test('takes it', () => expect(refusedByNft(rulesets)).toEqual([]));
  });
});
