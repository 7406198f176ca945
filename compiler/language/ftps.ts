/** The setting FTPS_PASSIVE: the passive range of servers with TLS. */
import type { NumberRange } from '../net/ranges.ts';

/** `10000:10100` or `10000-10100` as a range; undefined when it is something else or empty. */
export function parsePassive(text: string): NumberRange | undefined {
  const found = /^(\d{1,5})[:-](\d{1,5})$/.exec(text.trim());
  if (!found) return undefined;
  const [first, last] = [Number(found[1]), Number(found[2])];
  return first <= last && last <= 65535 ? { first, last } : undefined;
}
