/** Every message, by its code. A new area is one import and one entry of `areas`. */
import type { CatalogueEntry } from '../diagnostic.ts';
import * as accounting from './accounting.ts';
import * as actions from './actions.ts';
import * as addresses from './addresses.ts';
import * as arp from './arp.ts';
import * as assertions from './assertions.ts';
import * as checking from './checking.ts';
import * as ftp from './ftp.ts';
import * as helpers from './helpers.ts';
import * as holes from './holes.ts';
import * as interfaces from './interfaces.ts';
import * as ipVersions from './ip-versions.ts';
import * as logging from './logging.ts';
import * as marks from './marks.ts';
import * as matches from './matches.ts';
import * as options from './options.ts';
import * as otherFiles from './other-files.ts';
import * as parsing from './parsing.ts';
import * as policies from './policies.ts';
import * as protocols from './protocols.ts';
import * as reading from './reading.ts';
import * as routing from './routing.ts';
import * as rules from './rules.ts';
import * as sets from './sets.ts';
import * as settings from './settings.ts';
import * as shaping from './shaping.ts';
import * as targets from './targets.ts';
import * as translation from './translation.ts';
import * as values from './values.ts';
import * as zones from './zones.ts';

const areas: readonly object[] = [
  assertions,
  reading,
  parsing,
  settings,
  zones,
  interfaces,
  options,
  addresses,
  ipVersions,
  protocols,
  values,
  matches,
  marks,
  routing,
  shaping,
  accounting,
  arp,
  sets,
  policies,
  rules,
  targets,
  actions,
  translation,
  logging,
  helpers,
  otherFiles,
  checking,
  ftp,
  holes,
];

/** All entries by code. Two entries with one code would be a bug of ours. */
export const catalogue: ReadonlyMap<string, CatalogueEntry<never>> = new Map(
  areas.flatMap((area) => Object.values(area).filter(isEntry)).map((entry) => [entry.code, entry]),
);

/** The codes that `check --strict` refuses: holes, and lines that are never reached. */
export const strictCodes: ReadonlySet<string> = new Set(
  [...catalogue.values()].flatMap(({ code, hole }) => (hole || code === 'rule-never-reached' ? [code] : [])),
);

/** How many entries the areas have together: as many as `catalogue`, unless two share a code. */
export const entryCount: number = areas.flatMap((area) => Object.values(area).filter(isEntry)).length;

function isEntry(exported: unknown): exported is CatalogueEntry<never> {
  return typeof exported === 'function' && 'code' in exported && 'severity' in exported;
}
