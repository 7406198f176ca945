/** Which generations a rollback may load. */
import type { Generation } from '../generations/generation.ts';

/** The last one before `current` that was confirmed, that stands, and that is whole. */
export function generationBefore(all: readonly Generation[], current: Generation | undefined): Generation | undefined {
  return all.findLast(
    ({ number, damage, outcome }) => damage === undefined && outcome === 'confirmed' && number < (current?.number ?? 0),
  );
}

/** In words, why a generation is not loaded; undefined when it is. `wanted` is what the user wrote. */
export function refusalOfGeneration(
  generation: Generation | undefined,
  wanted: string | undefined,
  force: boolean,
): string | undefined {
  if (generation === undefined) {
    return wanted === undefined
      ? 'there is no generation before the current one that was confirmed'
      : `there is no generation ${wanted}`;
  }
  const { number, damage, outcome } = generation;
  if (damage !== undefined) return `generation ${number}: ${damage}`;
  if (force || outcome === 'confirmed' || outcome === 'rolled-back') return undefined;
  return `generation ${number} was never confirmed: it was rolled back. --force loads it all the same`;
}
