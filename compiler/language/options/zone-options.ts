/** The options of a zone: what each means (zones(5)). */
import { type AssociationOptionDescription, associationOptions } from './association-options.ts';
import { flag, number, type OptionValue, type OptionValueOf } from './option-values.ts';

/** An option with a value of its own, or one that the column IPSEC of other files has, too. */
export type ZoneOptionDescription =
  | { readonly value: OptionValue<unknown>; readonly doc: string }
  | AssociationOptionDescription;

/** A number of bytes that a header can hold: larger ones would clamp nothing. */
const bytes = /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/;

/** Those with a value of their own. */
const ownOptions = {
  mss: {
    value: number(bytes, 'a number of bytes from 1 to 65535', '1300'),
    doc: 'set the maximum segment size of TCP connections from and to the zone',
  },
  blacklist: { value: flag, doc: 'without effect: blacklists apply to all zones' },
  dynamic_shared: {
    value: flag,
    doc: 'the interfaces of the zone share one set of hosts: `ftpwall add ZONE ADDRESS`',
  },
  nomark: { value: flag, doc: 'without effect' },
} as const satisfies Record<string, ZoneOptionDescription>;

export const zoneOptions = { ...ownOptions, ...associationOptions } as const;

export type ZoneOptionName = keyof typeof zoneOptions;

/** The options with a value of their own that a column has, each of the type that its row reads. */
export type ZoneOptionValues = {
  readonly [Name in keyof typeof ownOptions]?: Exclude<OptionValueOf<(typeof ownOptions)[Name]['value']>, undefined>;
};

/** Any of them, by name. */
export function zoneOption(name: string): ZoneOptionDescription | undefined {
  return Object.hasOwn(zoneOptions, name) ? zoneOptions[name as ZoneOptionName] : undefined;
}
