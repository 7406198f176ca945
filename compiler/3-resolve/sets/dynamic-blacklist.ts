/** The set of the dynamic blacklist (DYNAMIC_BLACKLIST, shorewall.conf(5)). */
import type { Settings } from '../../model/settings.ts';
import type { DeclaredSet } from './sets.ts';

/** What BLACKLIST of the library calls the set. */
export const usualBlacklist = 'blacklist';

/** The name of the set of the dynamic blacklist. */
export function blacklistName({ dynamicBlacklist }: Settings): string {
  return dynamicBlacklist.set?.name ?? usualBlacklist;
}

/** The set that the setting asks for; without it the set is there only when a rule fills it. */
export function blacklistSetOf(settings: Settings): readonly DeclaredSet[] {
  const { set } = settings.dynamicBlacklist;
  if (!set) return [];
  const name = blacklistName(settings);
  return [{ name, parts: ['address'], interval: false, timeout: set.timeout, elements: [], ours: usualBlacklist }];
}
