/** By what rules in a row are told apart: each packet has one protocol and one IP version. */
import { versionOf } from '../../ir/context.ts';
import { setsByName, targetsOf } from '../../ir/flow.ts';
import type { Match, NftRule, Ruleset } from '../../ir/ruleset.ts';
import type { Version } from '../../net/version.ts';

/** A question that has one answer for each packet. Answers are numbers: a protocol (IANA), an IP version. */
export interface Criterion {
  /** The only answer of packets that the rule can hold for; undefined where it does not say. */
  answerOf(rule: NftRule): number | undefined;
  /** Holds for packets of that answer. */
  guard(answer: number): Match;
  /** Holds for all other packets. */
  others(answer: number): Match;
  /** The end of the name of a chain with such rules. */
  suffix(answer: number): string;
}

const words: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };

export const byProtocol: Criterion = {
  answerOf: ({ matches }) => matches.map(protocolOf).find((protocol) => protocol !== undefined),
  guard: (protocol) => ({ kind: 'protocol', negated: false, protocols: [protocol] }),
  others: (protocol) => ({ kind: 'protocol', negated: true, protocols: [protocol] }),
  suffix: (protocol) => words[protocol] ?? `protocol-${protocol}`,
};

export const byVersion: Criterion = {
  answerOf: ({ matches }) => versionOf(matches),
  guard: (version) => ({ kind: 'version', version: version as Version }),
  others: (version) => ({ kind: 'version', version: version === 4 ? 6 : 4 }),
  suffix: (version) => `ipv${version}`,
};

/** The protocol that packets must have which the match holds for. */
function protocolOf(match: Match): number | undefined {
  switch (match.kind) {
    case 'protocol':
      return match.negated || match.protocols.length > 1 ? undefined : match.protocols[0];
    case 'port':
      return match.protocol === 'any' ? undefined : match.protocol;
    case 'icmp':
      return match.version === 4 ? 1 : 58;
    case 'tcpFlags':
      return 6;
    default:
      return undefined;
  }
}

/** For each chain the answer that all rules ask for which lead to it; undefined where there are several, or none. */
export function answersOfCallers(
  { chains, sets }: Ruleset,
  criterion: Criterion,
): ReadonlyMap<string, number | undefined> {
  const known = new Map<string, number | undefined>();
  const maps = setsByName({ sets });
  for (const rule of chains.flatMap(({ rules }) => rules)) {
    const answer = criterion.answerOf(rule);
    for (const target of targetsOf(rule, maps)) {
      known.set(target, known.has(target) && known.get(target) !== answer ? undefined : answer);
    }
  }
  return known;
}
