/** One rule as text. */
import { invariant } from '../invariant.ts';
import { contextOf, namesProtocol } from '../ir/context.ts';
import { printMatch } from '../ir/matches/index.ts';
import { longest, quoted } from '../ir/names.ts';
import type { FrameTable, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';

/** The rule without the indent of its first line; a dispatch of several keys takes a line for each. */
export function printRule(rule: NftRule, family: (Ruleset | FrameTable)['family'], comment?: string): string {
  const context = contextOf(rule, family);
  const readsPorts = rule.matches.some((match) => match.kind === 'originalPort') || rule.statements.some(setsPorts);
  invariant(!readsPorts || namesProtocol(rule), 'a rule that reads or translates ports and names no protocol');
  invariant(rule.statements.slice(0, -1).every(comesBack), 'a statement after the verdict of a rule');
  const parts = [
    ...rule.matches.map((match) => printMatch(match, context)),
    ...rule.statements.map((statement) => printStatement(statement, context)),
  ].filter((part) => part !== '');
  invariant(parts.length > 0, 'an empty rule');
  return comment ? `${parts.join(' ')} comment ${quoted(comment, longest.comment)}` : parts.join(' ');
}

function setsPorts(statement: Statement): boolean {
  if (statement.kind === 'dnat' || statement.kind === 'snat') return statement.to.ports !== undefined;
  return (statement.kind === 'masquerade' || statement.kind === 'redirect') && statement.ports !== undefined;
}

const decisive = new Set<Statement['kind']>([
  'verdict',
  'reject',
  'dispatch',
  'lookup',
  'dnat',
  'snat',
  'netmap',
  'masquerade',
  'redirect',
  'queue',
]);

function comesBack(statement: Statement): boolean {
  return statement.kind === 'raw' ? !statement.decides : !decisive.has(statement.kind);
}
