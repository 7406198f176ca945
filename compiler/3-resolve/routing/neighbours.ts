/** `proxyarp` and `proxyndp`: addresses that the firewall answers for, on behalf of hosts behind another interface. */
import type { Config } from '../../2-parse/parse.ts';
import { badRoute } from '../../diagnostics/catalogue/routing.ts';
import type { Neighbour } from '../../model/routing.ts';
import { parseAddress } from '../../net/address.ts';
import type { Version } from '../../net/version.ts';
import { compiles, type Scope } from '../scope.ts';
import { deviceOf } from './routing-rules.ts';

/** Every address of both files. */
export function resolveNeighbours(
  { proxyarp, proxyndp }: Pick<Config, 'proxyarp' | 'proxyndp'>,
  scope: Scope,
): readonly Neighbour[] {
  return [
    ...proxyarp.flatMap((row) => resolveRow(row, 4, scope)),
    ...proxyndp.flatMap((row) => resolveRow(row, 6, scope)),
  ];
}

function resolveRow(row: Config['proxyarp'][number], version: Version, scope: Scope): readonly Neighbour[] {
  const { address, interface: behind, external, haveroute, persistent } = row.cells;
  const found = parseAddress(address.value.name.replace(/^[[<](.*)[\]>]$/, '$1'));
  const hasRoute = haveroute?.value ?? false;
  if (found?.version !== version || !compiles(scope, version)) {
    const why = found ? `of IPv${found.version}` : `one address of IPv${version}`;
    scope.report.add(
      badRoute(
        address.span,
        `\`${address.text.text}\` cannot be answered for`,
        why,
        'ARP is of IPv4 (`proxyarp`), neighbour discovery of IPv6 (`proxyndp`)',
      ),
    );
    return [];
  }
  if (!behind && !hasRoute) {
    scope.report.add(
      badRoute(
        row.span,
        'there is no way to this address',
        'INTERFACE is missing',
        'name the interface behind which it is, or write `Yes` into HAVEROUTE',
      ),
    );
    return [];
  }
  const inside = behind && deviceOf(behind, behind.value.name, scope);
  const outside = deviceOf(external, external.value.name, scope);
  if (outside === undefined || (behind && inside === undefined)) return [];
  return [
    {
      version,
      address: found.value,
      ...(inside === undefined ? {} : { interface: inside }),
      external: outside,
      hasRoute,
      persistent: persistent?.value ?? false,
      origin: row.origin,
    },
  ];
}
