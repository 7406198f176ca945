/** Every message, by its code. A new area is one import and one entry of `areas`. */
import type { CatalogueEntry } from '../diagnostic.ts';
import * as actions from './actions.ts';
import * as checking from './checking.ts';
import * as ftp from './ftp.ts';
import * as parsing from './parsing.ts';
import * as reading from './reading.ts';
import * as resolving from './resolving.ts';
import * as sets from './sets.ts';
import * as settings from './settings.ts';
import * as values from './values.ts';

const areas: readonly object[] = [reading, parsing, resolving, sets, settings, values, actions, checking, ftp];

/** All entries by code. Two entries with one code would be a bug of ours. */
export const catalogue: ReadonlyMap<string, CatalogueEntry<never>> = new Map(
  areas.flatMap((area) => Object.values(area).filter(isEntry)).map((entry) => [entry.code, entry]),
);

/** How many entries the areas have together: as many as `catalogue`, unless two share a code. */
export const entryCount: number = areas.flatMap((area) => Object.values(area).filter(isEntry)).length;

function isEntry(exported: unknown): exported is CatalogueEntry<never> {
  return typeof exported === 'function' && 'code' in exported && 'severity' in exported;
}
