/** The options of zones and of their hosts. */
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { badOptionValue, unknownOption } from '../../diagnostics/catalogue/options.ts';
import type { Report } from '../../diagnostics/report.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import { isAssociationOption, withoutNegation } from '../../language/options/association-options.ts';
import { hostOptions } from '../../language/options/host-options.ts';
import { type ZoneOptionValues, zoneOption, zoneOptions } from '../../language/options/zone-options.ts';
import type { Cell } from '../../language/schema.ts';
import { badValue } from '../../language/setting-values.ts';
import type { Option } from '../../language/values.ts';
import type { HostCheck } from '../../model/interface.ts';
import type { AssociationWish, HostGroup, Zone } from '../../model/zone.ts';
import type { Span } from '../../source.ts';
import { associationOf } from '../columns/associations.ts';
import { type ReadOptions, readOptions } from './option-cells.ts';

type OptionsCell = Cell<readonly Option[]> | undefined;

/** What the options of a zone say of its packets: IPsec associations and segment sizes. */
export interface ZoneWishes {
  readonly associations?: NonNullable<HostGroup['associations']>;
  readonly mss?: NonNullable<Zone['mss']>;
  /** The options of the column OPTIONS by their names. */
  readonly options: ZoneOptionValues;
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
    ...sizeAs('from', smallest(both?.values.mss, from?.values.mss)),
    ...sizeAs('to', smallest(both?.values.mss, to?.values.mss)),
  };
  return {
    ...(Object.keys({ ...associations.in, ...associations.out }).length > 0 ? { associations } : {}),
    ...(Object.keys(sizes).length > 0 ? { mss: sizes } : {}),
    options: both?.values ?? {},
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
  readonly values: ZoneOptionValues;
}

function readColumn(cell: OptionsCell, ipsec: boolean, report: Report): ColumnWishes {
  let wishes: ColumnWishes = { association: {}, values: {} };
  for (const option of cell?.value ?? []) {
    if (!cell) break;
    const found = readZoneOption(option, placeIn(cell, option.at), ipsec, report);
    wishes = {
      association: { ...wishes.association, ...found?.association },
      values: { ...wishes.values, ...found?.values },
    };
  }
  return wishes;
}

/** What an option asks for; undefined after a message. */
function readZoneOption(
  { name, value }: Option,
  place: Span,
  ipsec: boolean,
  report: Report,
): Partial<ColumnWishes> | undefined {
  const bare = withoutNegation(name);
  const known = bare.negated && !isAssociationOption(bare.name) ? undefined : zoneOption(bare.name);
  if (!known) {
    report.add(unknownOption(place, name, nearest(name, Object.keys(zoneOptions))));
    return undefined;
  }
  if ('value' in known) {
    const read = known.value.read(value);
    if (read !== badValue) return { values: { [name]: read } };
    report.add(badOptionValue(place, name, known.value.wanted));
    return undefined;
  }
  if (ipsec) {
    const association = associationOf({ name, value: value ?? '' }, place, report);
    return association && { association };
  }
  report.add(unsupportedMatch(place, `\`${name}\` of a zone without IPsec`, 'only zones of type `ipsec` have it'));
  return undefined;
}

/** Options that mean for hosts what they mean for a whole interface. */
export const hostChecks: readonly HostCheck[] = ['tcpflags', 'nosmurfs', 'maclist'];

/** The options of a line of `hosts`; mistakes are reported. */
export function readHostOptions(cell: OptionsCell, report: Report): ReadOptions<typeof hostOptions> {
  return readOptions(hostOptions, cell, report);
}
