/** Names of interfaces and patterns of them. */
import { invariant } from '../invariant.ts';
import type { InterfacePattern } from '../net/interface.ts';
import { longest, quoted } from './names.ts';

/** Whether the pattern stands for every interface. */
export function isEvery(pattern: InterfacePattern): boolean {
  return pattern.wildcard && pattern.name === '';
}

/** Whether a name is one that the pattern means. An absent interface has the empty name (kernel: nft_meta_store_ifname). */
export function fits(pattern: InterfacePattern, name: string): boolean {
  return pattern.wildcard ? name.startsWith(pattern.name) : pattern.name === name;
}

/** Whether everything that `inner` means is meant by `outer` too. */
export function covers(outer: InterfacePattern, inner: InterfacePattern): boolean {
  return fits(outer, inner.name) && (outer.wildcard || !inner.wildcard);
}

/** Whether some name is meant by both. */
export function overlap(a: InterfacePattern, b: InterfacePattern): boolean {
  return covers(a, b) || covers(b, a);
}

/** Whether no name is meant by two of them: one walk over the names, however many they are. */
export function areDisjoint(patterns: readonly InterfacePattern[]): boolean {
  const names = new Set(patterns.map(({ name, wildcard }) => `${name}${wildcard ? '+' : ''}`));
  if (names.size < patterns.length) return false;
  const starts = new Set(patterns.flatMap(({ name, wildcard }) => (wildcard ? [name] : [])));
  return !patterns.some(({ name, wildcard }) =>
    Array.from({ length: name.length + (wildcard ? 0 : 1) }, (_each, length) => name.slice(0, length)).some((start) =>
      starts.has(start),
    ),
  );
}

/** Without repetitions and without names that a wildcard of the list covers: nft refuses overlapping ones. */
export function withoutCovered(patterns: readonly InterfacePattern[]): readonly InterfacePattern[] {
  return patterns.filter(
    (pattern, index) =>
      !patterns.some((other, at) => at !== index && covers(other, pattern) && (at < index || !covers(pattern, other))),
  );
}

/** The name in quotes; `ppp+` as "ppp*". nft has no pattern for every interface. */
export function printInterface(pattern: InterfacePattern): string {
  invariant(pattern.name !== '' && !/[*\\/\s]/.test(pattern.name), `no name of an interface: ${pattern.name}`);
  return quoted(
    pattern.wildcard ? `${pattern.name}*` : pattern.name,
    longest.interfaceName + (pattern.wildcard ? 1 : 0),
  );
}
