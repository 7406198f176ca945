/** What every part of stage 3 can ask: the machine, the settings, the names declared so far, and the report. */
import type { ReadConfiguration } from '../1-read/logical-line.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import type { Interface } from '../model/interface.ts';
import type { Provider } from '../model/routing.ts';
import type { ActionCall } from '../model/rule.ts';
import type { Settings } from '../model/settings.ts';
import type { Families, Zone } from '../model/zone.ts';
import type { Version } from '../net/version.ts';
import type { DescribedAction } from './expand/action-lookup.ts';
import type { ExpandedCall } from './rules/rule-row.ts';
import type { Sets } from './sets/sets.ts';
import type { Switches } from './sets/switches.ts';

/** Grows while stage 3 goes through the files in their order. */
export interface Scope {
  readonly environment: Environment;
  readonly read: ReadConfiguration;
  readonly report: Report;
  readonly settings: Settings;
  readonly families: Families;
  readonly interfaces: ReadonlyMap<string, Interface>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly firewall: string;
  /** The actions of the `actions` file, by name. */
  readonly actions: ReadonlyMap<string, DescribedAction>;
  /** The chains of actions that are resolved. */
  readonly calls: Map<ExpandedCall, ActionCall>;
  readonly sets: Sets;
  readonly switches: Switches;
  /** Those of `providers`, in its order. */
  readonly providers: readonly Provider[];
}

/** Whether an IP version is compiled. */
export function compiles(scope: { readonly families: Families }, version: Version): boolean {
  return scope.families.versions.includes(version);
}
