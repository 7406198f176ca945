/** The `nat` and `netmap` files: one address for another, one network for another. */
import type { Config } from '../../2-parse/parse.ts';
import {
  netmapType,
  networkForHost,
  prefixLengthsDiffer,
  singleAddressRequired,
} from '../../diagnostics/catalogue/translation.ts';
import type { Cell, RowFrame } from '../../language/schema.ts';
import type { HostList, InterfaceName } from '../../language/values.ts';
import type { NetworkMap, OneToOneNat } from '../../model/nat.ts';
import { prefixLength, prefixRange } from '../../net/address.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { AddressRange } from '../../net/ranges.ts';
import { resolveInterface } from '../columns/host-places.ts';
import { sayVersions, versionsRead } from '../columns/ip-versions.ts';
import { resolveProtocols } from '../columns/protocols.ts';
import { ofVersion, remarkOf } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { resolveHosts } from '../zones/hosts.ts';

/** Every line of `nat`. */
export function resolveOneToOne(rows: Config['nat'], scope: Scope): readonly OneToOneNat[] {
  return rows.flatMap((row) => {
    const { external, internal, interface: name, allints, local } = row.cells;
    const outside = oneRange(external, 'external', scope);
    const inside = oneRange(internal, 'internal', scope);
    const interfaces = interfacesOf(name, scope);
    if (!outside || !inside || !interfaces || !isRead(row, external, outside.range, scope)) return [];
    return [
      {
        external: outside.range,
        internal: inside.range,
        interfaces,
        everyInterface: allints?.value ?? false,
        fromFirewall: local?.value ?? false,
        ...remarkOf(row),
        origin: row.origin,
      },
    ];
  });
}

/** Every line of `netmap`. */
export function resolveNetworkMaps(rows: Config['netmap'], scope: Scope): readonly NetworkMap[] {
  return rows.flatMap((row) => {
    const { type, net1, net2, net3, interface: name } = row.cells;
    const direction = type.value.name.toUpperCase();
    if (direction !== 'SNAT' && direction !== 'DNAT') {
      scope.report.add(netmapType(type.span, type.value.name));
      return [];
    }
    const from = oneRange(net1, 'net1', scope);
    const to = oneRange(net2, 'net2', scope);
    const interfaces = interfacesOf(name, scope);
    const other = net3 ? resolveHosts(net3, net3.value, { ...scope, namesInline: 'addresses' }) : undefined;
    const protocols = resolveProtocols(row.cells, scope);
    if (!from || !to || !interfaces || !protocols || (net3 && !other)) return [];
    if (!isRead(row, net1, from.range, scope)) return [];
    const pairs = equalParts(from.range, to.range);
    if (!pairs) {
      scope.report.add(prefixLengthsDiffer(net2.span));
      return [];
    }
    return pairs.map((pair) => ({
      direction: direction === 'SNAT' ? ('snat' as const) : ('dnat' as const),
      ...pair,
      except: from.except,
      interfaces,
      ...(other ? { other } : {}),
      protocols,
      ...remarkOf(row),
      origin: row.origin,
    }));
  });
}

/** Beyond this many parts of a network nobody has meant what is written. */
const mostParts = 256;

/**
 * The networks of a line as pairs of the same size: an address keeps the bits that the second network leaves open
 * (iptables-extensions(8), NETMAP). So one that is larger is used in part, and one that is smaller several times over.
 */
function equalParts(
  from: AddressRange,
  to: AddressRange,
): readonly { readonly from: AddressRange; readonly to: AddressRange }[] | undefined {
  const [long, wide] = [prefixLength(from), prefixLength(to)];
  if (from.version !== to.version || long === undefined || wide === undefined) return undefined;
  const { version } = from;
  const open = to.last - to.first;
  if (long >= wide) return [{ from, to: prefixRange(version, to.first | (from.first & open), long) }];
  const count = 2 ** (wide - long);
  if (count > mostParts) return undefined;
  return Array.from({ length: count }, (_, index) => ({
    from: prefixRange(version, from.first + BigInt(index) * (open + 1n), wide),
    to,
  }));
}

type Holes = { readonly range: AddressRange; readonly except: readonly AddressRange[] };

/** The one range of a column; only NET1 may leave out some of it. */
function oneRange(
  cell: Cell<HostList>,
  column: 'external' | 'internal' | 'net1' | 'net2',
  scope: Scope,
): Holes | undefined {
  const hosts = resolveHosts(cell, cell.value, { ...scope, namesInline: 'addresses' });
  if (!hosts) return undefined;
  const [range, second] = hosts.ranges ?? [];
  const single = column === 'external' || column === 'internal';
  const whole = hosts.except.length === 0 && hosts.sets.length === 0;
  if (range && !second && (whole || (column === 'net1' && hosts.sets.length === 0))) {
    if (!single || range.first === range.last) return { range, except: hosts.except };
    if (cell.value.items[0]?.kind === 'network') {
      scope.report.add(networkForHost(cell.span, column));
      return undefined;
    }
  }
  scope.report.add(singleAddressRequired(cell.span, column, single ? 'address' : 'network'));
  return undefined;
}

/** Whether the addresses are of an IP version that reads the line. */
function isRead(
  { line, origin }: Pick<RowFrame, 'line' | 'origin'>,
  cell: Cell<HostList>,
  { version }: AddressRange,
  scope: Scope,
): boolean {
  const wanted = { origin, ...ofVersion(line) };
  if (versionsRead(wanted, scope).includes(version)) return true;
  sayVersions(wanted, [{ place: cell.span, version }], scope);
  return false;
}

function interfacesOf(cell: Cell<readonly InterfaceName[]>, scope: Scope): readonly InterfacePattern[] | undefined {
  const found = cell.value.map((name) => resolveInterface(cell, name, scope));
  return found.includes(undefined) ? undefined : found.filter((pattern) => pattern !== undefined);
}
