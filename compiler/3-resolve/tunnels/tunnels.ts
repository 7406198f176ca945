/** The `tunnels` file: rules for the outer packets of tunnels that end here. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { optionWithoutEffect } from '../../diagnostics/catalogue/options.ts';
import { unknownTunnel } from '../../diagnostics/catalogue/other-files.ts';
import { badParameter } from '../../diagnostics/catalogue/targets.ts';
import { firewallZoneOnInterface } from '../../diagnostics/catalogue/zones.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { protocolNumbers } from '../../language/names.ts';
import type { Cell } from '../../language/schema.ts';
import { type TunnelTraffic, tunnelKinds, tunnelKindsWithPort } from '../../language/tunnels.ts';
import type { Name } from '../../language/values.ts';
import type { Rule } from '../../model/rule.ts';
import type { HostMatch, PortMatch } from '../../model/traffic.ts';
import { hasVersion, versionsRead } from '../columns/ip-versions.ts';
import { reportUnknownZone } from '../columns/unknown-names.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';

type TunnelRow = Config['tunnels'][number];

/** Rules that let the packets of every tunnel through. */
export function resolveTunnels(rows: Config['tunnels'], scope: Scope): readonly Rule[] {
  return rows.flatMap((row) => {
    const traffic = trafficOf(row, scope);
    const zones = zonesOf(row, scope);
    const { gateway } = row.cells;
    const hosts = gateway ? resolveHosts(gateway, gateway.value, scope) : undefined;
    if (!traffic || !zones || (gateway && !hosts)) return [];
    if (gateway && gateway.value.except.length > 0) {
      scope.report.add(unsupportedMatch(gateway.span, 'an exception in GATEWAY', 'name the gateways'));
      return [];
    }
    const [end, ...behind] = zones;
    const passed = traffic.filter((each) => each.behind === 'always' || (each.behind && !knowsIpsec(scope)));
    const cell = row.cells.gateway_zone;
    if (cell && traffic.every((each) => !each.behind))
      scope.report.add(
        optionWithoutEffect(cell.span, cell.text.text, 'leave it out: only tunnels of IPsec have zones behind them'),
      );
    return [
      ...traffic.map((each) => ruleFor(each, end, hosts, row, scope)),
      ...behind.flatMap((zone) => passed.map((each) => ruleFor(each, zone, hosts, row, scope))),
    ];
  });
}

function knowsIpsec({ zones }: Scope): boolean {
  return [...zones.values()].some((zone) => zone.hosts.some((group) => group.ipsec === 'yes'));
}

/** The zone of the other end, and the zones behind an IPsec tunnel. */
function zonesOf({ cells }: TunnelRow, scope: Scope): readonly [string, ...string[]] | undefined {
  const { zone, gateway_zone: behind } = cells;
  const names = [
    { cell: zone, name: zone.value },
    ...(behind?.value ?? []).map((name) => ({ cell: behind ?? zone, name })),
  ];
  const sound = names.every(({ cell, name }) => isZoneBehind(cell, name, scope));
  return sound ? [zone.value.name, ...(behind?.value ?? []).map(({ name }) => name)] : undefined;
}

function isZoneBehind(cell: Cell<unknown>, { name, at }: Name, scope: Scope): boolean {
  const found = scope.zones.get(name);
  if (found && found.kind !== 'firewall') return true;
  if (found) {
    scope.report.add(firewallZoneOnInterface(placeIn(cell, at), name));
    return false;
  }
  reportUnknownZone(placeIn(cell, at), name, scope);
  return false;
}

function trafficOf(row: TunnelRow, scope: Scope): readonly TunnelTraffic[] | undefined {
  const cell = row.cells.type;
  const text = cell.text.text.toLowerCase();
  if (Object.hasOwn(tunnelKinds, text)) return tunnelKinds[text as keyof typeof tunnelKinds];
  const [kind = '', first, second, more] = text.split(':');
  const wrong = (wanted: string): undefined => {
    scope.report.add(badParameter(cell.span, kind, cell.text.text.slice(kind.length + 1), wanted));
    return undefined;
  };
  if (kind === 'generic') {
    const protocol = protocolOf(first ?? 'udp');
    const port = second === undefined ? undefined : portOf(second);
    if (protocol === undefined || (second !== undefined && port === undefined) || more !== undefined)
      return wrong('`generic:protocol:port`');
    return (['in', 'out'] as const).map((way) => ({
      way,
      protocol,
      ...(port === undefined ? {} : { dports: [port] }),
    }));
  }
  if (!Object.hasOwn(tunnelKindsWithPort, kind)) {
    scope.report.add(
      unknownTunnel(
        cell.span,
        cell.text.text,
        // As a whole: a kind without what stands behind it would let through more.
        nearest(cell.text.text, [...Object.keys(tunnelKinds), ...Object.keys(tunnelKindsWithPort), 'generic']),
      ),
    );
    return undefined;
  }
  const description = tunnelKindsWithPort[kind as keyof typeof tunnelKindsWithPort];
  const named = first === 'tcp' || first === 'udp' ? first : undefined;
  const portText = named ? second : first;
  const port = portText === undefined ? description.port : portOf(portText);
  if (port === undefined || more !== undefined || (!named && second !== undefined))
    return wrong(`\`${kind}:port\` or \`${kind}:tcp:port\`, with a port up to 65535`);
  const protocol = named === 'tcp' ? 6 : description.protocol;
  return (['in', 'out'] as const).map((way) => ({ way, protocol, [description[way]]: [port] }));
}

function protocolOf(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  return Object.hasOwn(protocolNumbers, text) ? protocolNumbers[text as keyof typeof protocolNumbers] : undefined;
}

function portOf(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function ruleFor(
  traffic: TunnelTraffic,
  zone: string,
  gateway: HostMatch | undefined,
  row: TunnelRow,
  scope: Scope,
): Rule {
  const pair = traffic.way === 'in' ? { source: zone, dest: scope.firewall } : { source: scope.firewall, dest: zone };
  const list = (ports: readonly number[] | undefined): PortMatch | undefined =>
    ports && { negated: false, ranges: ports.map((port) => ({ first: port, last: port })) };
  const [dports, sports] = [list(traffic.dports), list(traffic.sports)];
  const versions = versionsRead(row.line, scope).filter((version) => hasVersion(gateway, version));
  return {
    section: 'NEW',
    pairs: [pair],
    traffic: {
      ...(gateway ? (traffic.way === 'in' ? { source: gateway } : { dest: gateway }) : {}),
      protocols: [
        {
          protocol: traffic.protocol,
          negated: false,
          either: false,
          ...(dports ? { dports } : {}),
          ...(sports ? { sports } : {}),
        },
      ],
      rates: [],
      conditions: traffic.opening ? [{ kind: 'state', negated: false, states: ['new', 'untracked'] }] : [],
      versions,
    },
    action: { kind: 'accept' },
    blacklist: false,
    audit: false,
    origin: row.origin,
  };
}
