/** Every kind of statement. A new one is an entry here: how it is printed and what it does. */
import type { Box } from '../fields.ts';
import type { PrintContext, StatementKind, StatementOf } from '../kind.ts';
import type { Statement } from '../ruleset.ts';
import {
  attachHelperStatement,
  clampMssStatement,
  notrackStatement,
  offloadStatement,
  setEventsStatement,
  setMarkStatement,
} from './connection.ts';
import { setFieldStatement, setPriorityStatement, tproxyStatement, withoutEcnStatement } from './header.ts';
import { rawStatement } from './raw.ts';
import { changeSetStatement, counterStatement, logStatement } from './record.ts';
import {
  dnatStatement,
  masqueradeStatement,
  netmapStatement,
  redirectStatement,
  snatStatement,
} from './translation.ts';
import { dispatchStatement, lookupStatement, queueStatement, rejectStatement, verdictStatement } from './verdict.ts';

const statementKinds = {
  counter: counterStatement,
  log: logStatement,
  verdict: verdictStatement,
  reject: rejectStatement,
  dispatch: dispatchStatement,
  lookup: lookupStatement,
  dnat: dnatStatement,
  snat: snatStatement,
  netmap: netmapStatement,
  masquerade: masqueradeStatement,
  redirect: redirectStatement,
  attachHelper: attachHelperStatement,
  setMark: setMarkStatement,
  setField: setFieldStatement,
  setPriority: setPriorityStatement,
  withoutEcn: withoutEcnStatement,
  tproxy: tproxyStatement,
  notrack: notrackStatement,
  setEvents: setEventsStatement,
  queue: queueStatement,
  changeSet: changeSetStatement,
  clampMss: clampMssStatement,
  offload: offloadStatement,
  raw: rawStatement,
} satisfies { readonly [K in Statement['kind']]: StatementKind<StatementOf<K>> };

/** The entry for a statement. */
export function kindOfStatement(statement: Statement): StatementKind<Statement> {
  return statementKinds[statement.kind];
}

/** The condition that nft puts before a rule with this statement. */
export function requiredFor(statement: Statement): Box {
  return kindOfStatement(statement).requires?.(statement) ?? [];
}

/** What must hold when the statement is reached, for the rest of its rule to run. */
export function neededBy(statement: Statement): Box {
  return kindOfStatement(statement).needs?.(statement) ?? [];
}

/** The statement as nft reads it. */
export function printStatement(statement: Statement, context: PrintContext): string {
  return kindOfStatement(statement).print(statement, context);
}
