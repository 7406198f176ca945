/** Which generations may be loaded. */
import type { Generation } from './generation.ts';

/** In words, why not; undefined when it may. `wanted` is what the user wrote. */
export function refusalOfGeneration(
  generation: Generation | undefined,
  wanted: string | undefined,
): string | undefined {
  if (generation === undefined) {
    return wanted === undefined ? 'there is no generation before the current one' : `there is no generation ${wanted}`;
  }
  return generation.damage === undefined ? undefined : `generation ${generation.number}: ${generation.damage}`;
}
