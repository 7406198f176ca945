/** A line of rules before it has a meaning: its cells, where it stands, and what a macro makes of it. */

import { parseWithRule } from '../2-parse/value.ts';
import { unknownAction } from '../diagnostics/catalogue/resolving.ts';
import type { macro, rules } from '../language/files/rules.ts';
import type { Cell, Row } from '../language/schema.ts';
import type { ActionText, EndpointColumn, HostList, LogText } from '../language/values.ts';
import type { Origin, TracedText } from '../source.ts';
import { slice, spanOf } from '../source.ts';
import type { Scope } from './scope.ts';

type Cells = Row<typeof rules>['cells'];

/** The cells of a line of `rules`, of a macro or of an action, with the origin that its messages name. */
export interface RuleRow {
  readonly cells: Cells;
  readonly origin: Origin;
  readonly comment?: string;
  readonly inlineMatches?: TracedText;
}

/** A row as it was parsed. */
export function ruleRow(row: Row<typeof rules> | Row<typeof macro>): RuleRow {
  return {
    cells: row.cells,
    origin: row.origin,
    ...(row.comment === undefined ? {} : { comment: row.comment }),
    ...(row.inlineMatches ? { inlineMatches: row.inlineMatches } : {}),
  };
}

/** The action that a parameter names (`ACCEPT` in `FTP(ACCEPT)`), with a place inside the cell that named it. */
export function actionFromParameter(cell: Cell<ActionText>, index: number, scope: Scope): Cell<ActionText> | undefined {
  const parameter = cell.value.parameters?.[index];
  if (!parameter || parameter.text === '') return undefined;
  const text = slice(cell.text, parameter.at.start, parameter.at.end);
  const value = parseWithRule('Action', text, (span) => unknownAction(span, text.text, undefined), scope.report) as
    | ActionText
    | undefined;
  return value && { value, text, span: spanOf(text) };
}

/** The action with a log level, unless it has one of its own. */
export function withLog(cell: Cell<ActionText>, log: LogText | undefined): Cell<ActionText> {
  if (!log || cell.value.log) return cell;
  return { ...cell, value: { ...cell.value, log } };
}

/** Fills a macro's SOURCE or DEST with that of the caller: zones of the caller, addresses of either. */
export function mergeEndpoint(
  body: Cell<EndpointColumn> | undefined,
  callers: { readonly source: Cell<EndpointColumn> | undefined; readonly dest: Cell<EndpointColumn> | undefined },
  side: 'source' | 'dest',
): Cell<EndpointColumn> | undefined {
  const caller = callers[side];
  if (!body) return caller;
  if (body.value.kind === 'caller') return body.value.which === 'SOURCE' ? callers.source : callers.dest;
  const named = namedCaller(body.value);
  if (named) return withHosts(body, callers[named.which], named.hosts);
  if (body.value.kind !== 'hosts' || caller?.value.kind !== 'endpoints') return body;
  return withHosts(body, caller, body.value.hosts);
}

/** `SOURCE:224.0.0.251` in a macro: the caller's SOURCE with an address of the macro's. */
function namedCaller(
  value: EndpointColumn,
): { readonly which: 'source' | 'dest'; readonly hosts: HostList } | undefined {
  const only = value.kind === 'endpoints' && value.endpoints.length === 1 ? value.endpoints[0] : undefined;
  const zone = only?.zones.kind === 'zones' ? only.zones.zones[0]?.name : undefined;
  if (!only?.hosts || (zone !== 'SOURCE' && zone !== 'DEST')) return undefined;
  return { which: zone === 'SOURCE' ? 'source' : 'dest', hosts: only.hosts };
}

/** The caller's zones with hosts of the macro; hosts that the caller wrote count. Places are the caller's. */
function withHosts(
  body: Cell<EndpointColumn>,
  caller: Cell<EndpointColumn> | undefined,
  hosts: HostList,
): Cell<EndpointColumn> | undefined {
  if (caller?.value.kind !== 'endpoints') return caller;
  return {
    ...body,
    value: {
      kind: 'endpoints',
      endpoints: caller.value.endpoints.map((endpoint) => (endpoint.hosts ? endpoint : { ...endpoint, hosts })),
    },
  };
}
