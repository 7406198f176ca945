/** Stops at a state that the earlier stages rule out. What it throws is a bug of ours, never a mistake of the user. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`this is a bug in ftpwall: ${message}`);
}

/** For the end of a `switch` over a union: the compiler proves that no kind is forgotten. */
export function unreachable(value: never): never {
  throw new Error(`this is a bug in ftpwall: unexpected ${JSON.stringify(value)}`);
}
