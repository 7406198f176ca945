/**
 * Whether split rules decide every packet as before: for each protocol and version that rules name, the rules that such a
 * packet can meet are the same ones in the same order. Shown by the rules alone.
 */
import type { Match, NftRule } from '../../ir/ruleset.ts';
import { byProtocol, byVersion } from './criteria.ts';

/** What splitting has added: chains by name, and the rules that lead into them, or out of the chain that was split. */
export interface Added {
  readonly parts: ReadonlyMap<string, readonly NftRule[]>;
  readonly guards: ReadonlySet<NftRule>;
}

/** A packet, as far as chains are split by it. */
interface Kind {
  readonly version: number;
  readonly protocol: number;
}

/** A number that no protocol has. */
const another = -1;

/** `before`: the rules of a chain; `after`: those that it has now. */
export function meetTheSame(before: readonly NftRule[], after: readonly NftRule[], added: Added): boolean {
  const nothing: Added = { parts: new Map(), guards: new Set() };
  return kindsIn(before).every((kind) => {
    const [first, second] = [metBy(kind, before, nothing), metBy(kind, after, added)];
    return first.length === second.length && first.every((rule, index) => rule === second[index]);
  });
}

function kindsIn(rules: readonly NftRule[]): readonly Kind[] {
  const protocols = new Set([another, ...rules.map((rule) => byProtocol.answerOf(rule) ?? another)]);
  return [...protocols].flatMap((protocol) => [4, 6].map((version) => ({ version, protocol })));
}

/** The rules that may hold for such a packet, in the order in which it comes to them. */
function metBy(kind: Kind, rules: readonly NftRule[], added: Added): readonly NftRule[] {
  const met: NftRule[] = [];
  for (const rule of rules) {
    if (!added.guards.has(rule)) {
      if (mayHold(rule, kind)) met.push(rule);
      continue;
    }
    const [statement] = rule.statements;
    if (!rule.matches.every((match) => holds(match, kind)) || statement?.kind !== 'verdict') continue;
    const { verdict } = statement;
    if (verdict.kind === 'return') return met;
    if (verdict.kind === 'jump') met.push(...metBy(kind, added.parts.get(verdict.chain) ?? [], added));
  }
  return met;
}

function mayHold(rule: NftRule, { version, protocol }: Kind): boolean {
  const [asked, wanted] = [byVersion.answerOf(rule), byProtocol.answerOf(rule)];
  return (asked === undefined || asked === version) && (wanted === undefined || wanted === protocol);
}

/** Whether the condition of a guard holds. */
function holds(match: Match, { version, protocol }: Kind): boolean {
  if (match.kind === 'version') return match.version === version;
  return match.kind === 'protocol' && match.protocols.includes(protocol) !== match.negated;
}
