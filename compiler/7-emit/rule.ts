/** One rule as text. */
import { invariant } from '../invariant.ts';
import { contextOf, namesProtocol } from '../ir/context.ts';
import { printMatch } from '../ir/matches/index.ts';
import { longest, quoted } from '../ir/names.ts';
import type { Match, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';

/** The rule without the indent of its first line; a dispatch of several keys takes a line for each. */
export function printRule(rule: NftRule, family: Ruleset['family'], comment?: string): string {
  const context = contextOf(rule, family);
  const readsPorts = rule.matches.some((match) => match.kind === 'originalPort') || rule.statements.some(setsPorts);
  invariant(!readsPorts || namesProtocol(rule), 'a rule that reads or translates ports and names no protocol');
  invariant(rule.statements.slice(0, -1).every(comesBack), 'a statement after the verdict of a rule');
  const parts = [
    ...portsFirst(rule.matches).map((match) => printMatch(match, context)),
    ...rule.statements.map((statement) => printStatement(statement, context)),
  ].filter((part) => part !== '');
  invariant(parts.length > 0, 'an empty rule');
  return comment ? `${parts.join(' ')} comment ${quoted(comment, longest.comment)}` : parts.join(' ');
}

/**
 * nft 1.0.6 takes the last of several protocols for the one that the rule is about, and refuses a port of another behind
 * it: `meta l4proto { tcp, udp } … tcp dport 21`. The other way round it reads both.
 */
function portsFirst(matches: readonly Match[]): readonly Match[] {
  const at = matches.findIndex((match) => match.kind === 'protocol' && !match.negated && match.protocols.length > 1);
  if (at === -1) return matches;
  const behind = matches.slice(at);
  const ports = behind.filter((match) => match.kind === 'port' && match.protocol !== 'any');
  return [...matches.slice(0, at), ...ports, ...behind.filter((match) => !ports.includes(match))];
}

function setsPorts(statement: Statement): boolean {
  if (statement.kind === 'dnat' || statement.kind === 'snat') return statement.to.ports !== undefined;
  return (statement.kind === 'masquerade' || statement.kind === 'redirect') && statement.ports !== undefined;
}

const decisive = new Set<Statement['kind']>([
  'verdict',
  'reject',
  'dispatch',
  'dnat',
  'snat',
  'netmap',
  'masquerade',
  'redirect',
  'queue',
]);

function comesBack(statement: Statement): boolean {
  return !decisive.has(statement.kind);
}
