/** Lists of conditions of a rule, and what is left when packets that meet them are gone. */
import type { Match } from '../../ir/ruleset.ts';

/** All of them hold. */
export type Conditions = readonly Match[];

/** A condition whose opposite nobody can ask for: a rate, a set that fills, words that are not understood. */
export const unaskable = 'the opposite of ';

/** Whether two conditions are the same. */
export function sameMatch(a: Match, b: Match): boolean {
  return keyOf(a) === keyOf(b);
}

/** A text that is the same for the same value. */
export function keyOf(value: unknown): string {
  return JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? `${each}n` : each));
}

/** The lists with these conditions as well. */
export function meet(some: readonly Conditions[], asked: Conditions): readonly Conditions[] {
  return some.flatMap((conditions) => {
    const more = asked.filter((match) => !conditions.some((each) => sameMatch(each, match)));
    const isNever = more.some((match) => conditions.some((each) => sameMatch(each, opposite(match))));
    return isNever ? [] : [[...conditions, ...more]];
  });
}

/** Those for which not all of the conditions hold: each in turn is the first that does not. */
export function meetNot(some: readonly Conditions[], asked: Conditions): readonly Conditions[] {
  return asked.flatMap((match, index) => meet(some, [...asked.slice(0, index), opposite(match)]));
}

function opposite(match: Match): Match {
  if ('negated' in match) return { ...match, negated: !match.negated };
  return { kind: 'raw', text: `${unaskable}${match.kind === 'raw' ? match.text : match.kind}` };
}

/** What only packets of a protocol have asks for the protocol first, so that its opposite is that of all packets. */
export function withProtocols(matches: readonly Match[]): readonly Match[] {
  return matches.flatMap((match): readonly Match[] => {
    const protocols = protocolOf(match);
    if (protocols === undefined) return [match];
    const plain: Match = match.kind === 'port' ? { ...match, protocol: 'any' } : match;
    return [{ kind: 'protocol', negated: false, protocols: [protocols] }, plain];
  });
}

function protocolOf(match: Match): number | undefined {
  switch (match.kind) {
    case 'port':
      return match.protocol === 'any' ? undefined : match.protocol;
    case 'tcpFlags':
      return 6;
    case 'icmp':
      return match.version === 4 ? 1 : 58;
    default:
      return undefined;
  }
}
