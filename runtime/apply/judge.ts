/** Judges packets by all the tables of a firewall at once, and says which line decided. */
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { placeOf } from '../../compiler/source.ts';

/** `place`: the line of the configuration that decided, or what else did. */
export interface Judged {
  /** Where words of nft have a say, whether it is admitted if they have none. */
  readonly admitted: boolean;
  /** Words of nft in a line have a say, and nobody here understands them. */
  readonly unsure: boolean;
  readonly place: string;
  readonly mark: number;
}

export function judge(tables: readonly Ruleset[], packet: Packet, network: Network): Judged {
  let mark = 0;
  let unsure = false;
  for (const table of tables) {
    if (!sees(table, packet)) continue;
    const judgement = evaluate(table, packet, network);
    unsure ||= judgement.unknown.length > 0;
    if (judgement.verdict !== 'accept') return { admitted: false, unsure, place: placeIn(table, judgement), mark: 0 };
    mark |= judgement.connectionMark;
  }
  return { admitted: true, unsure, place: '', mark: mark >>> 0 };
}

/** Whether packets of this IP version come to a table. */
export function sees({ family }: Ruleset, { version }: Pick<Packet, 'version'>): boolean {
  return family === 'inet' || family === (version === 4 ? 'ip' : 'ip6');
}

/** The last rule on the packet's way that comes from a line; it may have sent the packet where it was refused. */
export function placeIn({ chains }: Ruleset, { decidedBy, trace }: Judgement): string {
  if ('noRoute' in decidedBy) return 'no route leads there';
  for (const step of [...trace].reverse()) {
    const rule = chains.find(({ name }) => name === step.chain)?.rules[step.rule];
    const line = rule?.origin?.at(-1);
    if (line !== undefined) return placeOf(line);
    if (rule?.comment !== undefined) return rule.comment;
  }
  return `the policy of ${decidedBy.chain}`;
}
