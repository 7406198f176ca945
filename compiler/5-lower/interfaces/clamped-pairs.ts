/** Which pairs of zones clamp the segment size of their connections (`mss=` in `zones` and `hosts`). */
import type { Model } from '../../model/index.ts';
import type { ZonePair } from '../../model/zone.ts';
import { zonesByName } from '../per-model.ts';

/** The smallest size that the zones of a pair ask for: of what comes from the one, and of what goes to the other. */
export function sizeOfPair({ source, dest }: ZonePair, model: Model): number | undefined {
  const zones = zonesByName(model);
  const known = [zones.get(source)?.mss?.from, zones.get(dest)?.mss?.to].filter((size) => size !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** Whether packets of the pair are clamped, all of them or those of some hosts. */
export function isClamped(pair: ZonePair, model: Model): boolean {
  const zones = zonesByName(model);
  const ofHosts = [pair.source, pair.dest].some((name) => zones.get(name)?.hosts.some(({ mss }) => mss !== undefined));
  return ofHosts || sizeOfPair(pair, model) !== undefined;
}
