/** For which packets an option of an interface holds: `interfaces` may give each IP version its own. */
import { isEvery } from '../../ir/interfaces.ts';
import type { Match } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { Interface, InterfaceOptions } from '../../model/interface.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { Version } from '../../net/version.ts';

/** What is asked of the options. */
export type Wanted = (options: InterfaceOptions) => boolean;

/** The IP versions whose packets an option holds for, of those that are compiled. */
export function versionsWith({ options }: Interface, wanted: Wanted, { families }: Model): readonly Version[] {
  return families.versions.filter((version) => {
    const own = options[version];
    return own !== undefined && wanted(own);
  });
}

/** The match for these IP versions: none when they are all that is compiled. */
export function onlyVersions(versions: readonly Version[], { families }: Model): readonly Match[] {
  const [version] = versions;
  if (version === undefined || versions.length === families.versions.length) return [];
  return [{ kind: 'version', version }];
}

/** The options of an interface where the IP version does not matter. */
export function hasOption({ options }: Interface, wanted: Wanted): boolean {
  return Object.values(options).some((each) => wanted(each));
}

/** Interfaces that have an option, for the same IP versions. */
export interface Having {
  readonly interfaces: readonly Interface[];
  readonly versions: readonly Version[];
}

/** The interfaces that have an option for both IP versions, and those that have it for one. */
export function interfacesHaving(model: Model, wanted: Wanted): readonly Having[] {
  const [first, second] = model.families.versions;
  const sets = [model.families.versions, ...(second === undefined ? [] : [[first ?? 4], [second]])];
  return sets.flatMap((versions) => {
    const interfaces = model.interfaces.filter(
      (each) => versionsWith(each, wanted, model).join() === versions.join() && !hasOption(each, isLoopback),
    );
    return interfaces.length === 0 ? [] : [{ interfaces, versions }];
  });
}

/** The loopback interface is judged apart. */
export function isLoopback({ loopback }: InterfaceOptions): boolean {
  return loopback;
}

/** The matches of a place for each IP version, once where they are the same for both; undefined is nowhere. */
export function perVersion(
  model: Model,
  placeOf: (version: Version) => readonly Match[] | undefined,
): readonly (readonly Match[])[] {
  const places = model.families.versions.map((version) => ({ version, where: placeOf(version) }));
  const [first] = places;
  if (places.every(({ where }) => JSON.stringify(where) === JSON.stringify(first?.where)))
    return first?.where ? [first.where] : [];
  return places.flatMap(({ version, where }) => (where ? [[...where, ...onlyVersions([version], model)]] : []));
}

/** The patterns of all listed interfaces; undefined when one of them is `+`, which matches every interface. */
export function listedInterfaces({ interfaces }: Model): readonly InterfacePattern[] | undefined {
  const patterns = interfaces.map(({ pattern }) => pattern);
  return patterns.some(isEvery) ? undefined : patterns;
}

/** Whether nothing is asked about what comes from an interface: it is only a destination, and all that its zone has. */
export function isUnheard({ name, zone, options }: Interface, version: Version, { zones }: Model): boolean {
  if (!options[version]?.destonly || zone === undefined) return false;
  const groups = zones.flatMap((each) =>
    each.hosts.flatMap((group) =>
      group.versions.includes(version) ? [{ zone: each.name, on: group.interface.name }] : [],
    ),
  );
  const here = groups.filter(({ on }) => on === name);
  return here.length === 1 && groups.every((group) => group.zone !== zone || group.on === name);
}
