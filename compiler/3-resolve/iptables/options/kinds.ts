/** What reading options of raw iptables matches is: what they are told, and what comes of it. */
import type { Match } from '../../../ir/ruleset.ts';
import type { ConnectionLimit, RateLimit } from '../../../model/traffic.ts';
import type { Version } from '../../../net/version.ts';

/** What options ask: matches, or what the model counts in sets of its own. */
export interface RawPart {
  readonly matches?: readonly Match[];
  readonly rate?: RateLimit;
  readonly connectionLimit?: ConnectionLimit;
  /** A set and the sides of a packet that are looked for in it. */
  readonly set?: { readonly name: string; readonly sides: readonly ('src' | 'dst')[]; readonly negated: boolean };
}

/** The machine, as far as options name things that it knows. */
export interface RawContext {
  readonly userId: (name: string) => number | undefined;
  readonly groupId: (name: string) => number | undefined;
  readonly servicePort: (name: string, protocol: string) => number | undefined;
  /** The IP versions that are compiled. */
  readonly versions: readonly Version[];
}

/** A part, or why there is none; undefined when the option is not understood. */
export type Outcome = RawPart | string | undefined;

/** Reads an option from the words behind it; `take` gives the next one. */
export type OptionReader = (take: () => string, negated: boolean, context: RawContext) => Outcome;

/** Options that stand alone, by module. */
export type Modules = Readonly<Record<string, Readonly<Record<string, OptionReader>>>>;

/** One option of a module whose options belong together. */
export interface GatheredOption {
  readonly value: string;
  readonly negated: boolean;
}

/** Options that belong together: how many words follow each, and what they mean when all are there. */
export interface GatheredModule {
  readonly options: Readonly<Record<string, 0 | 1>>;
  /** The options that `!` may stand before. */
  readonly mayNegate?: readonly string[];
  readonly finish: (options: ReadonlyMap<string, GatheredOption>, context: RawContext) => Outcome;
}

export const one = (match: Match | undefined): RawPart | undefined => match && { matches: [match] };

export function numbersOf(text: string, most: number, numberOf: (text: string) => number | undefined = decimal) {
  const [first = '', last = first, ...more] = text.split(':');
  const [from, to] = [first === '' ? 0 : numberOf(first), last === '' ? most : numberOf(last)];
  if (from === undefined || to === undefined || more.length > 0 || text === '' || from > to || to > most)
    return undefined;
  return { first: from, last: to };
}

export function decimal(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export function listOf<Item>(text: string, read: (item: string) => Item | undefined): readonly Item[] | undefined {
  const items = text.split(',').map(read);
  return items.includes(undefined) ? undefined : items.filter((item) => item !== undefined);
}
