/** Names that nobody declares. Of those that a line with a mistake may have declared nothing is reported. */
import { unknownInterface } from '../../diagnostics/catalogue/interfaces.ts';
import { unknownZone } from '../../diagnostics/catalogue/zones.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { HostGroup } from '../../model/zone.ts';
import type { Origin, Span } from '../../source.ts';

interface Declared {
  readonly report: Report;
  readonly interfaces?: ReadonlyMap<string, { readonly zone?: string } | { readonly name: string }>;
  readonly zones?: ReadonlyMap<string, { readonly origin: Origin; readonly hosts?: readonly HostGroup[] }>;
}

/** Reports a name that is not that of a zone; it may be that of an interface. */
export function reportUnknownZone(place: Span, name: string, { report, zones, interfaces }: Declared): void {
  if (report.leftOut.mayDeclare(name, 'zones')) {
    report.passOver();
    return;
  }
  const entry = interfaces?.get(name);
  const near = entry ? undefined : nearest(name, zones?.keys() ?? []);
  const declared = near === undefined ? undefined : zones?.get(near)?.origin[0];
  const suggestion =
    near !== undefined && declared ? { name: near, declared: { span: declared, text: 'a similar name' } } : undefined;
  report.add(unknownZone(place, name, suggestion, entry && { zone: 'zone' in entry ? entry.zone : undefined }));
}

/** Reports a name that is not that of an interface; it may be that of a zone. */
export function reportUnknownInterface(place: Span, name: string, { report, interfaces, zones }: Declared): void {
  if (report.leftOut.mayDeclare(name, 'interfaces')) {
    report.passOver();
    return;
  }
  const zone = zones?.get(name);
  const behind = zone && [...new Set((zone.hosts ?? []).map((group) => group.interface.name))];
  report.add(unknownInterface(place, name, zone ? undefined : nearest(name, interfaces?.keys() ?? []), behind));
}
