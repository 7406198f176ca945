/** The `routes` file, and networks that lead nowhere (NULL_ROUTE_RFC1918). */
import type { Config } from '../../2-parse/parse.ts';
import { unknownOption } from '../../diagnostics/catalogue/options.ts';
import { badRoute } from '../../diagnostics/catalogue/routing.ts';
import type { Route, RoutingRule } from '../../model/routing.ts';
import { parseAddress } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Span } from '../../source.ts';
import { compiles, type Scope } from '../scope.ts';
import { deviceOf, networkOf, tableOf } from './routing-rules.ts';

type Row = Config['routes'][number];

/** Every route, with those of the setting, whose place is `setting`. */
export function resolveRoutes(rows: Config['routes'], setting: Span | undefined, scope: Scope): readonly Route[] {
  const found: Route[] = [];
  for (const row of rows) {
    const route = resolveRow(row, scope);
    const twin = route && found.find((each) => each.table === route.table && sameNetwork(each.dest, route.dest));
    if (twin)
      scope.report.add(
        badRoute(
          row.cells.dest.span,
          'this destination has a route in the table already',
          'an earlier line names it',
          'leave out one of the two',
        ),
      );
    else if (route) found.push(route);
  }
  return [...found, ...nullRoutes(found, setting, scope)];
}

function sameNetwork(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.first === b.first && a.last === b.last;
}

type Address = NonNullable<ReturnType<typeof parseAddress>>;

const nowhere = ['blackhole', 'unreachable', 'prohibit'] as const;

function resolveRow(row: Row, scope: Scope): Route | undefined {
  const { cells } = row;
  const table = tableOf(cells.provider, scope, ['local', 'balance']);
  const dest = networkOf(cells.dest.value.name);
  const say = (span: Span, message: string, why: string, help: string): undefined => {
    scope.report.add(badRoute(span, message, why, help));
  };
  const gateway = gatewayOf(row, say);
  const device = cells.device ? deviceOf(cells.device, cells.device.value.name, scope) : undefined;
  if (!dest)
    return say(
      cells.dest.span,
      `\`${cells.dest.text.text}\` is no network`,
      'an address, or a network with its length',
      'write `10.1.0.0/24`',
    );
  if (!compiles(scope, dest.version))
    return say(
      cells.dest.span,
      'the destination is of an IP version that is not compiled',
      `IPv${dest.version}`,
      'leave the line out',
    );
  const persistent = optionsOf(row, scope);
  const to =
    table && gateway !== 'mistake' && persistent !== undefined
      ? targetOf(row, table, { gateway, device }, say, scope)
      : undefined;
  if (!table || !to || persistent === undefined) return undefined;
  return { version: dest.version, ...table, dest, to, persistent, unlessRouted: false, origin: row.origin };
}

type Say = (span: Span, message: string, why: string, help: string) => undefined;

/** The address in GATEWAY; undefined where there is none, or a word for nowhere. */
function gatewayOf({ cells: { gateway } }: Row, say: Say): Address | undefined | 'mistake' {
  const text = gateway?.value.name;
  if (!gateway || text === undefined || nowhere.some((each) => each === text)) return undefined;
  const address = parseAddress(text.replace(/^[[<](.*)[\]>]$/, '$1'));
  if (address) return address;
  say(
    gateway.span,
    `\`${text}\` cannot be a gateway`,
    'an address, `blackhole`, `unreachable` or `prohibit`',
    'write the address of a router',
  );
  return 'mistake';
}

function targetOf(
  { cells }: Row,
  table: Pick<RoutingRule, 'provider' | 'table'>,
  { gateway, device }: { readonly gateway: Address | undefined; readonly device: string | undefined },
  say: Say,
  scope: Scope,
): Route['to'] | undefined {
  const text = cells.gateway?.value.name;
  const kind = nowhere.find((each) => each === text);
  if (kind) {
    if (!cells.device) return { kind };
    return say(cells.device.span, `\`${kind}\` has no interface`, 'packets go nowhere', 'leave out DEVICE');
  }
  if (cells.device && device === undefined) return undefined;
  const own = scope.providers.find(({ name }) => name === table.provider)?.interface;
  const through = device ?? (gateway ? undefined : own);
  if (!gateway && through === undefined)
    return say(
      cells.dest.span,
      'this route leads nowhere',
      'neither GATEWAY nor DEVICE',
      'name the gateway or the interface, or write `blackhole`',
    );
  return { kind: 'via', ...(gateway ? { gateway: gateway.value } : {}), ...(through ? { device: through } : {}) };
}

/** Whether the route stays while its provider is down; undefined after a message. */
function optionsOf({ cells: { options } }: Row, { report }: Scope): boolean | undefined {
  const stranger = options?.value.find(({ name }) => name !== 'persistent');
  if (!options || !stranger) return options !== undefined;
  report.add(unknownOption(options.span, stranger.name, 'persistent'));
  return undefined;
}

/** The private networks of RFC 1918, where no route of the main table leads there. */
function nullRoutes(written: readonly Route[], setting: Span | undefined, scope: Scope): readonly Route[] {
  const { nullRoute } = scope.settings.routing;
  if (!nullRoute || !setting || !compiles(scope, 4)) return [];
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => {
    const dest = networkOf(text);
    if (!dest || written.some((route) => route.table === 254 && sameNetwork(route.dest, dest))) return [];
    return [
      {
        version: 4 as const,
        table: 254,
        dest,
        to: { kind: nullRoute },
        persistent: false,
        unlessRouted: true,
        origin: [setting] as const,
      },
    ];
  });
}
