/** The kernel and `evaluate` judge alike: random rulesets, random packets, the same verdict and the same translation. */

import { afterAll } from 'vitest';
import { printRuleset } from '../../compiler/7-emit/nft.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { kernelTest } from '../kernel/available.ts';
import { type Observation, openPacketLab, type PacketLab } from '../kernel/packet-lab.ts';
import fc from '../support/fast-check.ts';
import { worldPackets } from './world-packets.ts';
import { worldRulesets } from './world-ruleset.ts';

let lab: PacketLab | undefined;
afterAll(() => lab?.close());

/** What differs, in words, or nothing. */
function difference(judged: Judgement, observed: Observation, ruleset: Ruleset, packet: Packet): string | undefined {
  const accepted = judged.verdict === 'accept';
  if (accepted !== (observed.verdict === 'accept')) return `${judged.verdict}, but the kernel: ${observed.verdict}`;
  if (accepted) return leavingDiffers(judged, observed);
  if (observed.verdict === 'reject' && judged.verdict !== 'reject') return 'dropped, but the kernel refused';
  if (judged.verdict === 'reject' && observed.verdict === 'drop' && isTold(ruleset, packet))
    return 'refused, but the kernel dropped';
  return undefined;
}

function leavingDiffers({ leaves }: Judgement, observed: Observation): string | undefined {
  const seen = observed.leaves;
  if (leaves.oif !== seen?.oif) return `leaves by ${leaves.oif}, but the kernel: ${seen?.oif}`;
  if (!seen) return undefined;
  for (const end of ['saddr', 'daddr', 'dport'] as const) {
    if (seen[end] !== undefined && seen[end] !== leaves[end])
      return `leaves with ${end} ${leaves[end]}, but the kernel: ${seen[end]}`;
  }
  return undefined;
}

/** Whether the answer is sure to come out: it passes our own chains, and errors are not answered. */
function isTold(ruleset: Ruleset, { iif, icmp, daddr, version }: Packet): boolean {
  const answerPasses = !ruleset.chains.some(({ base }) => base?.hook === 'output' || base?.hook === 'postrouting');
  const isBroadcast = version === 4 && (daddr & 255n) === 255n;
  return iif !== undefined && answerPasses && !isBroadcast && (!icmp || icmp.type === 8 || icmp.type === 128);
}

function describePacket(packet: Packet): string {
  return JSON.stringify(packet, (_name, value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
}

async function compare(ruleset: Ruleset, packets: readonly Packet[], routes: Network): Promise<void> {
  const text = printRuleset(ruleset);
  const observed = await lab?.observe(packets, () => lab?.nft(text));
  const differences = packets.flatMap((packet, index) => {
    const judged = evaluate(ruleset, packet, routes);
    const seen = observed?.[index];
    const found = seen && difference(judged, seen, ruleset, packet);
    return found ? [`${found}\n${describePacket(packet)}\n${describePacket(judged as unknown as Packet)}`] : [];
  });
  if (differences.length > 0)
    throw new Error(`${differences.length} packets differ:\n${differences.slice(0, 3).join('\n')}\n${text}`);
}

kernelTest(
  'random packets in random rulesets have the verdict that evaluate gives them',
  async () => {
    lab = openPacketLab();
    const { routes } = lab;
    const property = fc.asyncProperty(worldRulesets, worldPackets(120), (ruleset, packets) =>
      compare(ruleset, packets, routes),
    );
    await fc.assert(property, {
      endOnFailure: process.env.FTPWALL_QUICK === '1',
      numRuns: Number(process.env.FTPWALL_RUNS ?? 12),
    });
  },
  { timeout: 900_000 },
);
