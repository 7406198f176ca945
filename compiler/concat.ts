/** Both lists as one, without a new one where one of them is empty: most conditions of most lines are none. */
export function concat<Item>(one: readonly Item[], other: readonly Item[]): readonly Item[] {
  if (other.length === 0) return one;
  return one.length === 0 ? other : [...one, ...other];
}
