/** The options of zones and of their hosts. */
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { badOptionValue, obsoleteOption, unknownOption } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { isAssociationOption, withoutNegation } from '../../language/association-options.ts';
import { type HostOptionName, hostOptions } from '../../language/interface-options.ts';
import type { Cell } from '../../language/schema.ts';
import type { Option } from '../../language/values.ts';
import { zoneOption, zoneOptions } from '../../language/zone-options.ts';
import type { HostCheck } from '../../model/interface.ts';
import type { AssociationWish, HostGroup, Zone } from '../../model/zone.ts';
import type { Span } from '../../source.ts';
import { associationOf } from '../columns/associations.ts';

type OptionsCell = Cell<readonly Option[]> | undefined;

/** What the options of a zone say of its packets: IPsec associations and segment sizes. */
export interface ZoneWishes {
  readonly associations?: NonNullable<HostGroup['associations']>;
  readonly mss?: NonNullable<Zone['mss']>;
}

/** OPTIONS, IN_OPTIONS (for what comes from the zone) and OUT_OPTIONS (for what goes to it). */
export function readZoneOptions(
  cells: { readonly options: OptionsCell; readonly in_options: OptionsCell; readonly out_options: OptionsCell },
  ipsec: boolean,
  report: Report,
): ZoneWishes {
  const [both, from, to] = [cells.options, cells.in_options, cells.out_options].map((cell) =>
    readColumn(cell, ipsec, report),
  );
  const associations = {
    in: { ...both?.association, ...from?.association },
    out: { ...both?.association, ...to?.association },
  };
  const sizes = {
    ...sizeAs('from', smallest(both?.mss, from?.mss)),
    ...sizeAs('to', smallest(both?.mss, to?.mss)),
  };
  return {
    ...(Object.keys({ ...associations.in, ...associations.out }).length > 0 ? { associations } : {}),
    ...(Object.keys(sizes).length > 0 ? { mss: sizes } : {}),
  };
}

function smallest(...sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function sizeAs(way: 'from' | 'to', size: number | undefined): { readonly from?: number; readonly to?: number } {
  return size === undefined ? {} : { [way]: size };
}

interface ColumnWishes {
  readonly association: AssociationWish;
  readonly mss?: number;
}

function readColumn(cell: OptionsCell, ipsec: boolean, report: Report): ColumnWishes {
  let wishes: ColumnWishes = { association: {} };
  for (const option of cell?.value ?? []) {
    if (!cell) break;
    const found = readZoneOption(option, placeIn(cell, option.at), ipsec, report);
    if (found) wishes = { ...wishes, ...found, association: { ...wishes.association, ...found.association } };
  }
  return wishes;
}

function readZoneOption(
  { name, value = '' }: Option,
  place: Span,
  ipsec: boolean,
  report: Report,
): Partial<ColumnWishes> | undefined {
  const bare = withoutNegation(name);
  const known = bare.negated && !isAssociationOption(bare.name) ? undefined : zoneOption(bare.name);
  if (!known) report.add(unknownOption(place, name, nearest(name, Object.keys(zoneOptions))));
  else if (known.ipsec && !ipsec)
    report.add(unsupportedMatch(place, `\`${name}\` of a zone without IPsec`, 'only zones of type `ipsec` have it'));
  else if (known.kind === 'mss') {
    const mss = sizeOf(value);
    if (mss !== undefined) return { mss };
    report.add(badOptionValue(place, name, 'a number of bytes from 1 to 65535'));
  } else if (isAssociationOption(bare.name)) {
    const association = associationOf({ name, value }, place, report);
    return association && { association };
  }
  return undefined;
}

/** Larger ones than a header can hold would clamp nothing. */
function sizeOf(text: string): number | undefined {
  const size = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return size >= 1 && size <= 65535 ? size : undefined;
}

/** Options that mean for hosts what they mean for a whole interface. */
export const hostChecks: readonly HostCheck[] = ['tcpflags', 'nosmurfs', 'maclist'];

/** What a line of `hosts` says of its hosts besides their addresses. */
export interface HostWishes {
  readonly names: ReadonlySet<HostOptionName>;
  readonly mss?: number;
}

/** The least segment size that Shorewall takes for hosts. */
const leastOfHosts = 500;

export function readHostOptions(cell: OptionsCell, report: Report): HostWishes {
  const names = new Set<HostOptionName>();
  let mss: number | undefined;
  for (const { name, value, at } of cell?.value ?? []) {
    if (!cell) break;
    const place = placeIn(cell, at);
    const known = Object.hasOwn(hostOptions, name) ? hostOptions[name as HostOptionName] : undefined;
    if (!known) report.add(unknownOption(place, name, nearest(name, Object.keys(hostOptions))));
    else if (known.kind === 'obsolete') report.add(obsoleteOption(place, name, known.doc, place));
    else if (name !== 'mss') names.add(name as HostOptionName);
    else if ((sizeOf(value ?? '') ?? 0) >= leastOfHosts) mss = sizeOf(value ?? '');
    else report.add(badOptionValue(place, name, `a number of bytes from ${leastOfHosts} to 65535`));
  }
  return { names, ...(mss === undefined ? {} : { mss }) };
}
