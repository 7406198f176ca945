/** How the values of options are read: a row of a table of options names one of these, and the type of its value follows. */
import { bitsOf, joinRanges, parseAddress, prefixRange, subtractRanges } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import { badValue } from '../setting-values.ts';

/** A kind of value. */
export interface OptionValue<Value> {
  /** How it is written: `flag` alone or with 0 or 1, the others with a value. `obsolete` ones are read and do nothing. */
  readonly kind: 'flag' | 'number' | 'addresses' | 'text' | 'obsolete';
  /** What to write, for the message about another text. */
  readonly wanted: string;
  /** Values to try: tests make lines of them. */
  readonly samples: readonly string[];
  /** The value; `text` is undefined for an option that stands alone. */
  readonly read: (text: string | undefined) => Value | typeof badValue;
  /** What holds where the option is left out. */
  readonly absent: Value;
}

/** What a kind of value reads into. */
export type OptionValueOf<Kind> = Kind extends OptionValue<infer Value> ? Value : never;

/** On where it is written, and off with `=0`. */
export const flag: OptionValue<boolean> = {
  kind: 'flag',
  wanted: '0 or 1',
  samples: [],
  read: (text) => (text === undefined || /^[01]$/.test(text) ? text !== '0' : badValue),
  absent: false,
};

/** On unless it is written with `=0`. */
export const flagOn: OptionValue<boolean> = { ...flag, samples: ['0'], absent: true };

/** A flag as the kernel keeps it: `1` or `0`. */
export const kernelFlag: OptionValue<string | undefined> = {
  ...flag,
  read: (text = '1') => (/^[01]$/.test(text) ? text : badValue),
  absent: undefined,
};

/** A number of the kernel; 1 where none is given. */
export const kernelNumber = (most: number): OptionValue<string | undefined> => ({
  kind: 'number',
  wanted: `a number from 0 to ${most}`,
  samples: ['2'],
  read: (text = '1') => (/^\d$/.test(text) && Number(text) <= most ? text : badValue),
  absent: undefined,
});

/** A number with so many digits. */
export const number = (shape: RegExp, wanted: string, sample: string): OptionValue<number | undefined> => ({
  kind: 'number',
  wanted,
  samples: [sample],
  read: (text = '') => (shape.test(text) ? Number(text) : badValue),
  absent: undefined,
});

/** Seconds up to 300; `usual` where none are given, 0 where the option is left out. */
export const seconds = (usual: number): OptionValue<number> => ({
  kind: 'number',
  wanted: 'a number of seconds up to 300',
  samples: ['5'],
  read: (text = String(usual)) => (/^([12]?\d{1,2}|300)$/.test(text) ? Number(text) : badValue),
  absent: 0,
});

/** A text of this shape. */
export const matching = (
  shape: RegExp,
  wanted: string,
  ...samples: readonly string[]
): OptionValue<string | undefined> => ({
  kind: 'text',
  wanted,
  samples,
  read: (text = '') => (shape.test(text) ? text : badValue),
  absent: undefined,
});

/** One of a few words. */
export const word = <const Word extends string>(...words: readonly Word[]): OptionValue<Word | undefined> => ({
  kind: 'text',
  wanted: [
    words
      .slice(0, -1)
      .map((each) => `\`${each}\``)
      .join(', '),
    `\`${words.at(-1)}\``,
  ].join(' or '),
  samples: words,
  read: (text) => words.find((each) => each === text) ?? badValue,
  absent: undefined,
});

/** Read, and nothing more. */
export const obsolete: OptionValue<undefined> = {
  kind: 'obsolete',
  wanted: 'nothing',
  samples: [],
  read: () => undefined,
  absent: undefined,
};

/** Addresses, networks and ranges in parentheses. */
export const addresses: OptionValue<readonly AddressRange[]> = {
  kind: 'addresses',
  wanted: 'addresses in parentheses',
  samples: ['(198.18.0.0/15)'],
  read: (text = '') => {
    const ranges = text.split(',').map((each) => rangeOf(each.trim()));
    return ranges.includes(undefined) ? badValue : (ranges as readonly AddressRange[]);
  },
  absent: [],
};

/** An address, a network or a range; those of IPv6 may stand in brackets. */
function rangeOf(text: string): AddressRange | undefined {
  const [address = '', length] = text.replace(/^\[|\]$/g, '').split('/');
  const [first, last] = address.replace(/\]$/, '').split('-').map(parseAddress);
  if (last !== undefined || /-/.test(address))
    return first && last && length === undefined && first.version === last.version && first.value <= last.value
      ? { version: first.version, first: first.value, last: last.value }
      : undefined;
  if (!first) return undefined;
  if (length !== undefined && !/^\d+$/.test(length)) return undefined;
  const bits = length === undefined ? bitsOf(first.version) : Number(length);
  return bits <= bitsOf(first.version) ? prefixRange(first.version, first.value, bits) : undefined;
}

/** `nets=`: these addresses, or with `!` all but these; or those that commands put there. */
export interface Networks {
  readonly except: boolean;
  readonly ranges: readonly AddressRange[];
}

/** `10.0.0.0/8,!10.1.0.0/16,10.2.0.0/16` leaves out all that follow `!`, as in other columns. */
export const networks: OptionValue<Networks | 'dynamic' | undefined> = {
  ...addresses,
  samples: ['(10.0.0.0/8)', 'dynamic'],
  read: (text = '') => {
    if (text === 'dynamic') return 'dynamic';
    const [, among = '', spared] = /^(.*?)(?:(?:^|,)!(.*))?$/.exec(text) ?? [];
    const ranges = among === '' && spared !== undefined ? [] : addresses.read(among);
    const holes = spared === undefined ? [] : addresses.read(spared);
    if (ranges === badValue || holes === badValue) return badValue;
    if (among === '' && spared !== undefined) return { except: true, ranges: holes };
    return { except: false, ranges: spared === undefined ? ranges : without(ranges, holes) };
  },
  absent: undefined,
};

function without(all: readonly AddressRange[], holes: readonly AddressRange[]): readonly AddressRange[] {
  return ([4, 6] as const).flatMap((version) => {
    const [ranges, left] = [all, holes].map((list) => joinRanges(list.filter((range) => range.version === version)));
    return subtractRanges(ranges ?? [], left ?? []);
  });
}

/** A row of any table of options. */
export interface OptionRow {
  readonly doc: string;
  readonly value?: { readonly kind: string };
  readonly kind?: string;
}

/** How an option is written, for the manual and `schema`. */
export function kindOfOption({ value, kind = 'text' }: OptionRow): string {
  return value?.kind ?? kind;
}
