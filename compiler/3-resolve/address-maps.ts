/** The `nat` and `netmap` files: one address for another, one network for another. */
import type { Config } from '../2-parse/parse.ts';
import { unknownInterface } from '../diagnostics/catalogue/interfaces.ts';
import { netmapType, oneAddress, sameSize } from '../diagnostics/catalogue/translation.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { prefixLength } from '../ir/address.ts';
import type { AddressRange, InterfacePattern } from '../ir/ruleset.ts';
import type { Cell, RowFrame } from '../language/schema.ts';
import type { HostList, InterfaceName } from '../language/values.ts';
import type { NetworkMap, OneToOneNat } from '../model.ts';
import { resolveHosts } from './hosts.ts';
import { interfaceNamed } from './interfaces.ts';
import { sayVersions, versionsRead } from './ip-versions.ts';
import { resolveProtocols } from './protocols.ts';
import { ofVersion } from './rule-row.ts';
import type { Scope } from './scope.ts';

/** Every line of `nat`. */
export function resolveOneToOne(rows: Config['nat'], scope: Scope): readonly OneToOneNat[] {
  return rows.flatMap((row) => {
    const { external, internal, interface: name, allints, local } = row.cells;
    const outside = oneRange(external, 'external', scope, true);
    const inside = oneRange(internal, 'internal', scope, true);
    const pattern = interfaceOf(name, scope);
    if (!outside || !inside || !pattern || !isRead(row, external, outside, scope)) return [];
    return [
      {
        external: outside,
        internal: inside,
        interface: pattern,
        everyInterface: allints?.value ?? false,
        fromFirewall: local?.value ?? false,
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
    const from = oneRange(net1, 'net1', scope, false);
    const to = oneRange(net2, 'net2', scope, false);
    const pattern = interfaceOf(name, scope);
    const other = net3 ? resolveHosts(net3, net3.value, { ...scope, namesInline: 'addresses' }) : undefined;
    const protocols = resolveProtocols(row.cells, scope);
    if (!from || !to || !pattern || !protocols || (net3 && !other)) return [];
    if (!isRead(row, net1, from, scope)) return [];
    if (from.version !== to.version || prefixLength(from) !== prefixLength(to) || prefixLength(from) === undefined) {
      scope.report.add(sameSize(net2.span));
      return [];
    }
    return [
      {
        direction: direction === 'SNAT' ? 'snat' : 'dnat',
        from,
        to,
        interface: pattern,
        ...(other ? { other } : {}),
        protocols,
        origin: row.origin,
      },
    ];
  });
}

function oneRange(cell: Cell<HostList>, column: string, scope: Scope, single: boolean): AddressRange | undefined {
  const hosts = resolveHosts(cell, cell.value, { ...scope, namesInline: 'addresses' });
  if (!hosts) return undefined;
  const [range] = hosts.ranges ?? [];
  if (range && hosts.ranges?.length === 1 && hosts.except.length === 0 && (!single || range.first === range.last))
    return range;
  scope.report.add(oneAddress(cell.span, column, single ? 'address' : 'network'));
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

/** `eth0:0` names an alias, which is its interface. */
function interfaceOf(cell: Cell<InterfaceName>, scope: Scope): InterfacePattern | undefined {
  const name = `${cell.value.name}${cell.value.wildcard ? '+' : ''}`;
  const entry = interfaceNamed(scope.interfaces, name);
  if (!entry) scope.report.add(unknownInterface(cell.span, name, nearest(name, [...scope.interfaces.keys()])));
  return entry?.pattern;
}
