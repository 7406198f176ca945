/** Choices at random, the same again for the same seed. */
import { random } from '../../support/probes/probes.ts';

export interface Dice {
  /** True about this often, of 1. */
  chance(often: number): boolean;
  /** A whole number, both ends among them. */
  between(first: number, last: number): number;
  /** One of the items, of which there must be one. */
  one<Item>(items: readonly Item[]): Item;
  /** One of the items, each as often as its weight says. */
  weighed<Item>(items: readonly (readonly [number, Item])[]): Item;
  /** At most `count` different items, in the order in which they stand. */
  some<Item>(items: readonly Item[], count: number): readonly Item[];
}

export function diceOf(seed: number): Dice {
  const next = random(seed);
  const dice: Dice = {
    chance: (often) => next() < often,
    between: (first, last) => first + Math.floor(next() * (last - first + 1)),
    one: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to choose from');
      return item;
    },
    weighed: (items) => {
      let left = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return dice.one(items)[1];
    },
    some: (items, count) => {
      const kept = items.map((_item, index) => index);
      while (kept.length > count) kept.splice(Math.floor(next() * kept.length), 1);
      return kept.flatMap((index) => items[index] ?? []);
    },
  };
  return dice;
}
