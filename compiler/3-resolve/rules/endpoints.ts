/** The ends of a rule: what SOURCE and DEST name. */
import { placeIn } from '../../2-parse/value.ts';
import { portInDest } from '../../diagnostics/catalogue/rules.ts';
import { missingZone } from '../../diagnostics/catalogue/zones.ts';
import type { Cell } from '../../language/schema.ts';
import type { Endpoint, EndpointColumn } from '../../language/values.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { resolvePlace, withOtherInterface } from '../columns/host-places.ts';
import type { Scope } from '../scope.ts';
import { isOneKind, oneKindOf } from '../zones/hosts.ts';

/** An end of a rule: the cell it stands in, and what it says. */
export interface End {
  readonly cell: Cell<EndpointColumn>;
  readonly endpoint: Endpoint;
}

/** Ends with hosts of several kinds as ends with hosts of one kind: a packet that fits one of them fits the rule. */
export function ofOneKind(ends: readonly End[], counts: boolean): readonly End[] {
  const only = ends[0];
  if (only && ends.length === 1 && isOneKind(only.endpoint)) return ends;
  if (ends.every(({ endpoint }) => isOneKind(endpoint))) return ends;
  return ends.flatMap((end) => oneKindOf(end.endpoint, counts).map((endpoint) => ({ cell: end.cell, endpoint })));
}

/** The ends that a cell names; undefined without one, or after a message. */
export function endpointsOf(cell: Cell<EndpointColumn> | undefined, scope: Scope): readonly End[] | undefined {
  if (!cell) return undefined;
  const { value } = cell;
  if (value.kind === 'endpoints') {
    const only = value.endpoints[0];
    if (only && value.endpoints.length === 1) return [{ cell, endpoint: only }];
    return value.endpoints.map((endpoint) => ({ cell, endpoint }));
  }
  scope.report.add(missingZone(cell.span, cell.text.text));
  return undefined;
}

/** Ports behind a zone are those of a translation; anywhere else they would be lost. */
export function withoutPorts(
  cell: Cell<unknown>,
  { ports, random, at }: Pick<Endpoint, 'ports' | 'at'> & { readonly random?: boolean },
  column: 'SPORT' | 'DPORT',
  { report }: Scope,
): boolean {
  if (ports)
    report.add(portInDest(placeIn(cell, ports.at), cell.text.text.slice(ports.at.start, ports.at.end), column));
  else if (random) report.add(portInDest(placeIn(cell, at), 'random', column));
  return !ports && !random;
}

/** The interface and addresses behind a zone. */
export function hostsOf({ cell, endpoint }: End, scope: Scope): HostMatch | undefined | 'mistake' {
  if (!endpoint.interface && !endpoint.hosts) return undefined;
  return resolvePlace(cell, withOtherInterface(endpoint), scope) ?? 'mistake';
}
