/** Which pairs of zones clamp the segment size of their connections (`mss=` in `zones` and `hosts`). */
import type { Model, ZonePair } from '../model.ts';

/** The smallest size that the zones of a pair ask for: of what comes from the one, and of what goes to the other. */
export function sizeOfPair({ source, dest }: ZonePair, { zones }: Pick<Model, 'zones'>): number | undefined {
  const sizes = zones.flatMap(({ name, mss }) => [
    ...(name === source ? [mss?.from] : []),
    ...(name === dest ? [mss?.to] : []),
  ]);
  const known = sizes.filter((size) => size !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** Whether packets of the pair are clamped, all of them or those of some hosts. */
export function isClamped(pair: ZonePair, model: Pick<Model, 'zones'>): boolean {
  const ofHosts = model.zones.some(
    ({ name, hosts }) => (name === pair.source || name === pair.dest) && hosts.some(({ mss }) => mss !== undefined),
  );
  return ofHosts || sizeOfPair(pair, model) !== undefined;
}
