/** What the line that names a macro puts into its lines: its ends, and the action of its parameter. */

import { parseWithRule } from '../../2-parse/value.ts';
import { unknownAction } from '../../diagnostics/catalogue/targets.ts';
import { type Cell, withValue } from '../../language/schema.ts';
import type { ActionText, Endpoint, EndpointColumn, HostList } from '../../language/values.ts';
import { slice, spanOf } from '../../source.ts';
import type { Scope } from '../scope.ts';

/** The action that a parameter names (`ACCEPT` in `FTP(ACCEPT)`), with a place inside the cell that named it. */
export function actionFromParameter(cell: Cell<ActionText>, index: number, scope: Scope): Cell<ActionText> | undefined {
  const parameter = cell.value.parameters?.[index];
  if (!parameter || parameter.text === '') return undefined;
  const { start, end } = parameter.at;
  const written = cell.text.text.slice(start, end);
  const text = slice(cell.text, start + written.search(/\S|$/), start + written.trimEnd().length);
  const value = parseWithRule('Action', text, (span) => unknownAction(span, text.text, undefined), scope.report) as
    | ActionText
    | undefined;
  return value && { value, text, span: spanOf(text) };
}

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
  return withValue(caller, { kind: 'endpoints', endpoints: endpoints.filter((each) => each !== undefined) });
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
  return withValue(caller, { kind: 'endpoints', endpoints: endpoints.map((each) => ({ ...each, ...behind })) });
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
