/** Facts that follow from the model alone and are asked for every pair of zones: found once. */
import type { Model } from '../model/index.ts';
import type { Zone } from '../model/zone.ts';

/** The same function, which computes its value once for each model. */
export function perModel<Value>(compute: (model: Model) => Value): (model: Model) => Value {
  const known = new WeakMap<Model, { readonly value: Value }>();
  return (model) => {
    const found = known.get(model);
    if (found) return found.value;
    const value = compute(model);
    known.set(model, { value });
    return value;
  };
}

/** The zones of the model, by name. */
export const zonesByName = perModel(
  ({ zones }): ReadonlyMap<string, Zone> => new Map(zones.map((zone) => [zone.name, zone])),
);

/** Whether some line of `blrules` is about anything. */
export const hasBlacklists = perModel(({ rules }) => rules.some(({ blacklist }) => blacklist));
