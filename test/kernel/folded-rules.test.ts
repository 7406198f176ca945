/**
 * The kernel and `evaluate` judge the packets of long lists alike, folded into maps and cut: addresses and networks, ports
 * and ranges, limits that never hold back, verdicts that alternate.
 */
import { afterAll, expect } from 'vitest';
import { optimize } from '../../compiler/6-optimize/optimize.ts';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { compile } from '../../compiler/compile.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { random } from '../support/probes/probes.ts';
import { kernelTest } from './available.ts';
import { openPacketLab, type PacketLab } from './packet-lab.ts';

let lab: PacketLab | undefined;
afterAll(() => lab?.close());

/** Numbers below `most`, the same ones for a seed. */
function dice(seed: number): (most: number) => number {
  const next = random(seed);
  return (most) => Math.floor(next() * most);
}

type Roll = ReturnType<typeof dice>;

function lineOf(roll: Roll): string {
  const host = roll(250);
  const source = [`${host}`, `${host}`, `${host & 252}/30`, `${host}-198.51.100.${Math.min(host + 9, 255)}`][roll(4)];
  const port = 1 + roll(90);
  const ports = [`${port}`, `${port}`, `${port}:${port + roll(9)}`, `${port},${port + 3}`][roll(4)];
  const dest = ['loc', 'loc:10.0.1.10', 'dmz', 'dmz:10.0.2.10', 'loc:10.0.1.0/25'][roll(5)];
  const verdict = roll(5) === 0 ? 'DROP' : 'ACCEPT';
  const limit = verdict === 'ACCEPT' && roll(12) === 0 ? ' - - 1000000/sec:1000' : '';
  return `${verdict} net:198.51.100.${source} ${dest} ${['udp', 'tcp'][roll(2)]} ${ports}${limit}`;
}

function packetOf(roll: Roll, index: number): Packet {
  const isTcp = roll(2) === 1;
  return {
    version: 4,
    iif: 'eth0',
    saddr: parseAddress(`198.51.100.${roll(256)}`)?.value ?? 0n,
    daddr: parseAddress(roll(2) ? '10.0.1.10' : '10.0.2.10')?.value ?? 0n,
    protocol: isTcp ? 6 : 17,
    sport: 2000 + index,
    dport: 1 + roll(95),
    ...(isTcp && { tcpFlags: ['syn' as const] }),
    connection: { state: 'new' },
  };
}

kernelTest('long lists in maps', async () => {
  lab = openPacketLab();
  const seed = Number(process.env.FTPWALL_SEED ?? 14);
  for (const [run, count] of [60, 150, 400].entries()) {
    const roll = dice(seed * 100 + run);
    const files = {
      zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
      interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
      policy: 'all all DROP\n',
      rules: `?SECTION NEW\n${Array.from({ length: count }, () => lineOf(roll)).join('\n')}\n`,
    };
    const { lowered, report } = compile(memoryEnvironment(files), { version: '0', lint: false });
    if (!lowered) throw new Error(report.diagnostics.map(({ message }) => message).join('\n'));
    const folded = optimize(lowered);
    expect(folded.sets.some(({ to, interval }) => to === 'verdict' && interval)).toBe(true);
    const packets = Array.from({ length: 1000 }, (_each, index) => packetOf(roll, index));
    const observed = await lab.observe(packets, () => lab?.nft(printRuleset(folded)));
    const verdicts = packets.map((packet) => evaluate(lowered, packet, (lab as PacketLab).routes).verdict);
    expect(observed.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(new Set(verdicts)).toEqual(new Set(['accept', 'drop']));
  }
});
