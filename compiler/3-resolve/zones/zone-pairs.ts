/** Which zones a SOURCE, DEST or policy column means, and which pairs come of two of them. */
import { placeIn } from '../../2-parse/value.ts';
import type { Cell } from '../../language/schema.ts';
import type { Name, ZoneSelector } from '../../language/values.ts';
import type { ZonePair } from '../../model/zone.ts';
import { reportUnknownZone } from '../columns/unknown-names.ts';
import type { Scope } from '../scope.ts';

/** The names of the zones, in their order; undefined after a mistake. `none` selects none. */
export function selectZones(cell: Cell<unknown>, selector: ZoneSelector, scope: Scope): readonly string[] | undefined {
  if (selector.kind === 'none') return [];
  if (selector.kind === 'zones')
    return selector.zones.every((zone) => isZone(cell, zone, scope))
      ? selector.zones.map((zone) => zone.name)
      : undefined;
  if (!selector.except.every((zone) => isZone(cell, zone, scope))) return undefined;
  const left = new Set(selector.except.map((zone) => zone.name));
  return [...scope.zones.values()]
    .filter((zone) => !left.has(zone.name))
    .filter((zone) => selector.firewall || zone.kind !== 'firewall')
    .filter((zone) => selector.subzones || zone.parents.length === 0)
    .map((zone) => zone.name);
}

/** Whether the column chooses zones by a pattern or a list, so that pairs within a zone are meant only with `+`. */
export function isWild(selector: ZoneSelector): boolean {
  return selector.kind === 'all' || (selector.kind === 'zones' && selector.zones.length > 1);
}

/** Pairs of the zones; zone to itself only when both were named alone or `+` includes it. */
export function pairsOf(
  source: ZoneSelector,
  sources: readonly string[],
  dest: ZoneSelector,
  dests: readonly string[],
): readonly ZonePair[] {
  // What a list in DEST says of it holds, whatever SOURCE says.
  const listed = dest.kind === 'zones' && dest.zones.length > 1;
  const within = (!listed && source.kind !== 'none' && source.within) || (dest.kind !== 'none' && dest.within);
  const keepSame = within || !(isWild(source) || isWild(dest));
  return sources.flatMap((from) =>
    dests.filter((to) => from !== to || keepSame).map((to) => ({ source: from, dest: to })),
  );
}

function isZone(cell: Cell<unknown>, name: Name, scope: Scope): boolean {
  if (scope.zones.has(name.name)) return true;
  // Without a firewall zone `$FW` stands for no zone; that it is missing was said.
  if (name.name === scope.firewall) {
    scope.report.passOver();
    return false;
  }
  reportUnknownZone(placeIn(cell, name.at), name.name, scope);
  return false;
}
