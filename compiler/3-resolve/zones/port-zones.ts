/** Zones of ports of a bridge: who reaches them, and the bits of marks that tell them. */

import { bridgePort } from '../../diagnostics/catalogue/zones.ts';
import { type PortBits, portBitsOf } from '../../language/mark-layout.ts';
import type { ZoneSelector } from '../../language/values.ts';
import type { Zone } from '../../model/zone.ts';
import type { Span } from '../../source.ts';
import { layoutRows } from '../marks/mark-values.ts';
import type { Scope } from '../scope.ts';
import type { DeclaredInterface } from './interfaces.ts';

/** The bits that tell the ports; none without ports. With ports and without bits there was a message. */
export function portBits(
  interfaces: ReadonlyMap<string, DeclaredInterface>,
  { settings: { marks }, families, report }: Pick<Scope, 'settings' | 'families' | 'report'>,
): PortBits | undefined {
  const ports = [...interfaces.values()].flatMap((each) => each.ports);
  const [first] = ports;
  if (!first) return undefined;
  if (families.table === 'ip6') {
    const help =
      'make one folder for both IP versions of the two by `ftpwall migrate`, or keep these zones in that for IPv4';
    const why = 'there is one table for the bridge, and a folder for IPv4 may have it';
    report.add(bridgePort(first.origin[0], 'a folder for IPv6 alone has no zones of ports', why, help));
    return undefined;
  }
  const bits = portBitsOf(ports.length, marks);
  if (bits) return bits;
  const layout = layoutRows(marks)
    .map(({ mask, owner }) => `0x${mask.toString(16)} ${owner}`)
    .join(', ');
  const help = 'choose smaller fields by TC_BITS, MASK_BITS, PROVIDER_OFFSET and PROVIDER_BITS in the settings';
  const message = `${ports.length} ports of bridges need bits of the mark that are taken`;
  report.add(bridgePort(first.origin[0], message, `the layout of marks is ${layout}`, help));
  return undefined;
}

/**
 * By which port of a bridge a packet leaves is known for those that came in by another port of it. Whether the line asks
 * for it where it is not; said then (Shorewall 5.2.8: "must have a SOURCE zone on the same bridge").
 */
export function asksForUnknownPort(
  [source, sources]: readonly [ZoneSelector, readonly string[]],
  [dest, dests]: readonly [ZoneSelector, readonly string[]],
  place: Span,
  { zones, report }: Scope,
): boolean {
  if (dest.kind !== 'zones' || source.kind === 'none') return false;
  for (const name of dests) {
    const to = zones.get(name);
    const port = to?.hosts.find((group) => group.port);
    if (!to || !port) continue;
    const stranger = sources.find(
      (each) =>
        each !== name &&
        !isBehind(zones.get(each), port.interface.name) &&
        !report.leftOut.mayDeclare(each, 'interfaces', 'hosts'),
    );
    if (stranger === undefined) continue;
    const whole = [...zones.values()].find(({ hosts }) =>
      hosts.some(({ interface: on, port: one }) => !one && on === port.interface),
    );
    const instead = whole
      ? `\`${whole.name}\`, the zone of the whole bridge`
      : `a zone of the whole bridge \`${port.interface.name}\``;
    report.add(
      bridgePort(
        place,
        `packets from \`${stranger}\` are not known to go to \`${name}\``,
        'by which port they leave is decided by the bridge, behind the rules',
        `write ${instead}, with the addresses behind the port; as SOURCE name zones of the same bridge, one by one`,
      ),
    );
    return true;
  }
  return false;
}

/** Whether packets of the zone come in by the bridge. */
function isBehind(zone: Zone | undefined, bridge: string): boolean {
  return zone?.hosts.some((group) => group.interface.name === bridge) ?? false;
}
