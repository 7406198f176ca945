/** A line of rules before it has a meaning: its cells, where it stands, and what a macro makes of it. */

import { parseWithRule } from '../../2-parse/value.ts';
import { unknownAction } from '../../diagnostics/catalogue/targets.ts';
import type { macro, rules } from '../../language/files/rules.ts';
import type { Cell, Row } from '../../language/schema.ts';
import type { ActionText, Endpoint, EndpointColumn, HostList, LogText } from '../../language/values.ts';
import type { Log } from '../../model/log.ts';
import type { Version } from '../../net/version.ts';
import type { Origin, Span, TracedText } from '../../source.ts';
import { slice, spanOf } from '../../source.ts';
import type { Scope } from '../scope.ts';

type Cells = Row<typeof rules>['cells'];

/** The columns of a line that has none but ACTION. */
export const noCells = {
  source: undefined,
  dest: undefined,
  proto: undefined,
  dport: undefined,
  sport: undefined,
  origdest: undefined,
  rate: undefined,
  user: undefined,
  mark: undefined,
  connlimit: undefined,
  time: undefined,
  headers: undefined,
  switch: undefined,
  helper: undefined,
} as const satisfies Omit<Cells, 'action'>;

/** In which file, and for which section of it, a line acts: a target can mean different things. */
export interface Where {
  readonly file: 'rules' | 'blrules';
  readonly section: string;
}

/** Where most lines act. */
export const newConnections: Where = { file: 'rules', section: 'NEW' };

/** The cells of a line of `rules`, of a macro or of an action, with the origin that its messages name. */
export interface RuleRow {
  readonly cells: Cells;
  readonly where: Where;
  readonly origin: Origin;
  /** The ACTION columns that led here, innermost first: of the lines that name this macro or action. */
  readonly users: readonly Span[];
  readonly comment?: string;
  readonly inlineMatches?: TracedText;
  /** What log lines call the decision of the line, where its action says so. */
  readonly disposition?: string;
  /** It stands in an inline action. */
  readonly inlined?: true;
  /** The IP version that the line is about, where only one reads it. */
  readonly version?: Version;
}

/** The IP version of a line as a part of something else. */
export function ofVersion({ version }: { readonly version?: Version }): { readonly version?: Version } {
  return version === undefined ? {} : { version };
}

/** What the user wrote about a line (?COMMENT), as a part of something else. */
export function remarkOf({ comment }: { readonly comment?: string }): { readonly remark?: string } {
  return comment === undefined ? {} : { remark: comment };
}

/** A line of another file that asks for what rules ask for: the same columns, read the same way. */
export function asRuleRow(
  cells: Partial<Cells> & Pick<Cells, 'action'>,
  { origin, inlineMatches, line }: Pick<Row<typeof rules>, 'origin' | 'inlineMatches' | 'line'>,
): RuleRow {
  return {
    cells: { ...noCells, ...cells },
    where: newConnections,
    origin,
    users: [],
    ...(inlineMatches ? { inlineMatches } : {}),
    ...ofVersion(line),
  };
}

/** A row as it was parsed. */
export function ruleRow(
  row: Row<typeof rules> | Row<typeof macro>,
  where: Where,
  users: readonly Span[] = [],
): RuleRow {
  return {
    cells: row.cells,
    where,
    origin: row.origin,
    users,
    ...(row.comment === undefined ? {} : { comment: row.comment }),
    ...(row.inlineMatches ? { inlineMatches: row.inlineMatches } : {}),
    ...(row.line.disposition === undefined ? {} : { disposition: row.line.disposition }),
    ...ofVersion(row.line),
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

/** The action with the log level of the line that led to it, unless it has one of its own and that is not forced by `!`. */
export function withLog(cell: Cell<ActionText>, log: LogText | undefined): Cell<ActionText> {
  if (!log || cell.value.name === 'NFLOG' || (cell.value.log && !log.level.forced)) return cell;
  return { ...cell, value: { ...cell.value, log } };
}

/** The log of a line as a part of something else, with the name that its action gives to decisions. */
export function logOf(log: Log | undefined, { disposition, inlined }: RuleRow): { readonly log?: Log } {
  if (!log) return {};
  return {
    log: { ...log, ...(disposition === undefined ? {} : { disposition }), ...(inlined ? { ofPair: true } : {}) },
  };
}

/** A line of an action: `LOG` without a level logs at that of the line that names the action, if it has one. */
export function withLogOfAction(cell: Cell<ActionText>, log: LogText | undefined): Cell<ActionText> {
  return withLog(cell, log ?? (cell.value.name === 'LOG' ? noLog : undefined));
}

const noLog: LogText = { level: { name: 'none', at: { start: 0, end: 0 }, parameters: [], forced: false } };

/** Fills a macro's SOURCE or DEST with that of the caller: zones of the caller, addresses of one of the two. */
export function mergeEndpoint(
  body: Cell<EndpointColumn> | undefined,
  callers: { readonly source: Cell<EndpointColumn> | undefined; readonly dest: Cell<EndpointColumn> | undefined },
  side: 'source' | 'dest',
  scope: Scope,
): Cell<EndpointColumn> | undefined | { readonly conflict: Cell<EndpointColumn> } {
  const caller = callers[side];
  if (!body) return caller;
  if (body.value.kind === 'caller') return body.value.which === 'SOURCE' ? callers.source : callers.dest;
  const named = namedCaller(body.value);
  if (named) return withHosts(callers[named.which], named);
  const behind = interfaceAlone(body.value, scope);
  if (behind) return withInterface(caller ?? body, behind);
  if (body.value.kind !== 'hosts' || caller?.value.kind !== 'endpoints') return body;
  return withHosts(caller, body.value);
}

/** Hosts of a macro, with the port of a server where it names one. */
type Behind = Pick<Endpoint, 'ports'> & { readonly hosts: HostList; readonly random?: boolean };

/** `SOURCE:224.0.0.251` in a macro: the caller's SOURCE with an address of the macro's. */
function namedCaller(value: EndpointColumn): ({ readonly which: 'source' | 'dest' } & Behind) | undefined {
  const only = value.kind === 'endpoints' && value.endpoints.length === 1 ? value.endpoints[0] : undefined;
  const zone = only?.zones.kind === 'zones' ? only.zones.zones[0]?.name : undefined;
  if (!only?.hosts || (zone !== 'SOURCE' && zone !== 'DEST')) return undefined;
  const { hosts, ports, random } = only;
  return { which: zone === 'SOURCE' ? 'source' : 'dest', hosts, random, ...(ports ? { ports } : {}) };
}

/** The caller's zones and interface with hosts of the macro. Places are the caller's. */
function withHosts(
  caller: Cell<EndpointColumn> | undefined,
  { hosts, ports, random }: Behind,
): Cell<EndpointColumn> | undefined | { readonly conflict: Cell<EndpointColumn> } {
  if (caller?.value.kind !== 'endpoints') return caller;
  const endpoints = caller.value.endpoints.map((endpoint) => {
    const found = withHostsBehind(endpoint, hosts);
    return found && { ...found, random: found.random || random === true, ...(ports ? { ports } : {}) };
  });
  if (endpoints.includes(undefined)) return { conflict: caller };
  return { ...caller, value: { kind: 'endpoints', endpoints: endpoints.filter((each) => each !== undefined) } };
}

/** `eth1` or `eth1:10.0.1.5` in a macro: an interface, where no zone has that name. */
function interfaceAlone(value: EndpointColumn, { zones, interfaces }: Scope): OnlyInterface | undefined {
  const only = value.kind === 'endpoints' && value.endpoints.length === 1 ? value.endpoints[0] : undefined;
  if (only?.zones.kind !== 'zones' || only.interface) return undefined;
  const [name, ...others] = only.zones.zones;
  if (!name || others.length > 0 || zones.has(name.name)) return undefined;
  const wildcard = only.zones.within;
  const known = [...interfaces.values()].some(
    ({ name: written, pattern }) =>
      written === `${name.name}${wildcard ? '+' : ''}` || (pattern.wildcard && name.name.startsWith(pattern.name)),
  );
  if (!known) return undefined;
  return { interface: { ...name, wildcard }, ...(only.hosts ? { hosts: only.hosts } : {}) };
}

type OnlyInterface = Pick<Endpoint, 'hosts'> & { readonly interface: NonNullable<Endpoint['interface']> };

/** The caller's zones, behind an interface of the macro. Two interfaces, or two lists of addresses, are one too many. */
function withInterface(
  caller: Cell<EndpointColumn>,
  behind: OnlyInterface,
): Cell<EndpointColumn> | { readonly conflict: Cell<EndpointColumn> } {
  if (caller.value.kind !== 'endpoints') return caller;
  const { endpoints } = caller.value;
  if (endpoints.some((each) => each.interface || (each.hosts && behind.hosts))) return { conflict: caller };
  return { ...caller, value: { kind: 'endpoints', endpoints: endpoints.map((each) => ({ ...each, ...behind })) } };
}

/** `loc:eth1` and an address of the macro: the address behind that interface. Two lists of addresses are one too many. */
function withHostsBehind(endpoint: Endpoint, hosts: HostList): Endpoint | undefined {
  if (!endpoint.hosts) return { ...endpoint, hosts };
  const only =
    endpoint.hosts.items.length === 1 && endpoint.hosts.except.length === 0 ? endpoint.hosts.items[0] : undefined;
  if (only?.kind !== 'name' || only.name.includes('.') || endpoint.interface) return undefined;
  const wildcard = only.name.endsWith('+');
  return { ...endpoint, interface: { name: only.name.replace(/\+$/, ''), wildcard, at: only.at }, hosts };
}
