/** DNAT, REDIRECT, NONAT and ACCEPT+: where connections go instead. */
import { placeIn } from '../../2-parse/value.ts';
import { zoneInAction } from '../../diagnostics/catalogue/actions.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import {
  multipleDnatServers,
  redirectPort,
  serverMissing,
  translationNeedsPorts,
} from '../../diagnostics/catalogue/translation.ts';
import { protocolsWithPorts } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import type { Endpoint, EndpointColumn, PortText } from '../../language/values.ts';
import type { RuleAction } from '../../model/rule.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { NumberRange } from '../../net/ranges.ts';
import { standsFor } from '../../source.ts';
import { sayVersions, versionParts } from '../columns/ip-versions.ts';
import { resolvePortText } from '../columns/protocols.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';
import type { End } from './endpoints.ts';
import type { RuleRow } from './rule-row.ts';

type Translating = { readonly target: 'DNAT' | 'REDIRECT' | 'NONAT' | 'ACCEPT+'; readonly natOnly: boolean };

/** DEST of REDIRECT: a port, `$FW::port` or nothing, all of which mean the firewall. NONAT and `DNAT-` need no zone either. */
export function firewallEndpoint(
  cell: Cell<EndpointColumn> | undefined,
  target: 'REDIRECT' | 'NONAT',
  scope: Scope,
): readonly End[] | undefined {
  const text = cell?.text ?? standsFor(scope.firewall, { source: { path: '', text: '' }, start: 0, end: 0 });
  const at = { start: 0, end: text.text.length };
  const firewall: Endpoint = {
    zones: { kind: 'zones', zones: [{ name: scope.firewall, at }], within: false, at },
    random: false,
    at,
  };
  const whole: Cell<EndpointColumn> = cell ?? {
    value: { kind: 'endpoints', endpoints: [firewall] },
    text,
    span: { source: { path: '', text: '' }, start: 0, end: 0 },
  };
  if (!cell) return [{ cell: whole, endpoint: firewall }];
  if (cell.value.kind === 'port')
    return [{ cell, endpoint: { ...firewall, ports: cell.value.ports, random: cell.value.random } }];
  if (cell.value.kind === 'endpoints') {
    const endpoints = cell.value.endpoints.map((endpoint) => serviceEndpoint(endpoint, firewall, scope));
    if (target === 'NONAT' || endpoints.every((endpoint) => isFirewall(endpoint, scope)))
      return endpoints.map((endpoint) => ({ cell, endpoint }));
  }
  if (target === 'NONAT' && cell.value.kind === 'hosts') {
    const { hosts, ports, random = false } = cell.value;
    return [{ cell, endpoint: { ...firewall, hosts, random, ...(ports ? { ports } : {}) } }];
  }
  scope.report.add(redirectPort(cell.span));
  return undefined;
}

/** Whether an end is the firewall and no more than a port of it. */
function isFirewall({ zones, hosts, interface: behind }: Endpoint, scope: Scope): boolean {
  const names = zones.kind === 'zones' ? zones.zones.map((zone) => zone.name) : [];
  return names.length === 1 && names[0] === scope.firewall && !hosts && !behind;
}

/** `REDIRECT net ftp tcp 21`: a word that is no zone is the name of a service. */
function serviceEndpoint(endpoint: Endpoint, firewall: Endpoint, scope: Scope): Endpoint {
  const only =
    endpoint.zones.kind === 'zones' && endpoint.zones.zones.length === 1 ? endpoint.zones.zones[0] : undefined;
  if (!only || scope.zones.has(only.name) || endpoint.hosts || endpoint.ports) return endpoint;
  return { ...firewall, ports: { first: only.name, last: only.name, at: only.at } };
}

/** DEST of a line of an action that translates: a server, or a port of the firewall, and no zone. */
export function serverEndpoint(
  cell: Cell<EndpointColumn> | undefined,
  target: 'DNAT' | 'REDIRECT',
  { cells }: RuleRow,
  scope: Scope,
): End | undefined {
  const { span, text } = cells.action;
  const at = { start: 0, end: (cell ?? cells.action).text.text.length };
  const zones: Endpoint['zones'] = { kind: 'zones', zones: [{ name: scope.firewall, at }], within: false, at };
  const nowhere: Endpoint = { zones, random: false, at };
  if (!cell) return { cell: { value: { kind: 'endpoints', endpoints: [nowhere] }, text, span }, endpoint: nowhere };
  if (cell.value.kind === 'port') {
    const { ports, random } = cell.value;
    return { cell, endpoint: { ...nowhere, ports, random } };
  }
  if (cell.value.kind === 'hosts' && target === 'DNAT') {
    const { hosts, ports, random = false } = cell.value;
    return { cell, endpoint: { ...nowhere, hosts, random, ...(ports ? { ports } : {}) } };
  }
  scope.report.add(target === 'REDIRECT' ? redirectPort(cell.span) : zoneInAction(cell.span, cell.text.text));
  return undefined;
}

/** Whether an action changes where a connection goes, or spares it that. */
export function isTranslation({ kind }: RuleAction): boolean {
  return kind === 'dnat' || kind === 'redirect' || kind === 'noNat';
}

/** The model's action for a translating target; undefined after a message. */
export function resolveTranslation(
  plain: Translating,
  to: End,
  traffic: Traffic,
  row: RuleRow,
  scope: Scope,
): RuleAction | undefined {
  if (plain.target === 'NONAT') return { kind: 'noNat', accept: false };
  if (plain.target === 'ACCEPT+') return { kind: 'noNat', accept: true };
  const ports = portsOf(to, traffic, scope);
  if (ports === 'mistake') return undefined;
  if (plain.target === 'REDIRECT')
    return { kind: 'redirect', ...(ports ? { ports } : {}), random: to.endpoint.random, natOnly: plain.natOnly };
  return resolveServer(plain, to, ports, traffic, row, scope);
}

function resolveServer(
  plain: Translating,
  to: End,
  ports: NumberRange | undefined,
  traffic: Traffic,
  row: RuleRow,
  scope: Scope,
): RuleAction | undefined {
  const { hosts } = to.endpoint;
  if (to.endpoint.interface || (hosts && (hosts.items.length !== 1 || hosts.except.length > 0))) {
    scope.report.add(
      hosts && hosts.items.length > 1
        ? multipleDnatServers(placeIn(to.cell, hosts.at))
        : unsupportedMatch(to.cell.span, 'a server of this form', 'write `zone:address` or `zone:address:port`'),
    );
    return undefined;
  }
  const match = hosts ? resolveHosts(to.cell, hosts, { ...scope, namesInline: 'server' }) : undefined;
  if (hosts && !match) return undefined;
  const addresses = match?.ranges?.[0];
  if (hosts && (match?.sets.length || match?.macs.length || hosts.items[0]?.kind === 'network')) {
    scope.report.add(
      unsupportedMatch(placeIn(to.cell, hosts.at), 'a server of this form', 'a server is one address or a range'),
    );
    return undefined;
  }
  const server = {
    ...(addresses ? { addresses } : {}),
    ...(match?.runtime ? { runtime: match.runtime } : {}),
    ...(ports ? { ports } : {}),
    random: to.endpoint.random,
  };
  if (!server.addresses && !match?.runtime && !server.ports) {
    scope.report.add(serverMissing(to.cell.span));
    return undefined;
  }
  if (addresses && !traffic.versions.includes(addresses.version)) {
    const server = { place: placeIn(to.cell, hosts?.at ?? to.endpoint.at), version: addresses.version };
    sayVersions(row, [...versionParts(row, traffic), server], scope);
    return undefined;
  }
  return { kind: 'dnat', server, natOnly: plain.natOnly };
}

function portsOf(to: End, traffic: Traffic, scope: Scope): NumberRange | undefined | 'mistake' {
  const text: PortText | undefined = to.endpoint.ports;
  if (!text) return undefined;
  const withPorts =
    traffic.protocols.length > 0 &&
    traffic.protocols.every((each) => !each.negated && protocolsWithPorts.has(each.protocol ?? 0));
  if (!withPorts) {
    scope.report.add(translationNeedsPorts(placeIn(to.cell, text.at)));
    return 'mistake';
  }
  const protocol = traffic.protocols[0]?.protocol === 17 ? 'udp' : 'tcp';
  return resolvePortText(to.cell, text, protocol, scope) ?? 'mistake';
}
