/** DYNAMIC_BLACKLIST: `Yes`, `No`, or `ipset[-only][,option…][:[set][:level[:tag]]]` (shorewall.conf(5)). */
import type { DynamicBlacklist, Settings } from '../../language/settings.ts';
import { logTargetOf } from '../columns/logging.ts';
import type { DeclaredSet } from './sets.ts';

/** What the text says; undefined when it says nothing that is known. */
export function dynamicBlacklistOf(text: string): DynamicBlacklist | undefined {
  if (/^(yes|no|)$/i.test(text)) return { commands: !/^no$/i.test(text) };
  const [head = '', name = '', ...level] = text.split(':');
  const [kind = '', ...options] = head.split(',');
  const found = /^ipset(-only)?$/i.exec(kind);
  const log = level[0] ? logTargetOf(level[0]) : 'none';
  if (!found || log === undefined || !/^([A-Za-z][\w.-]{0,24})?$/.test(name)) return undefined;
  const timeout = options.map((option) => /^timeout=(\d{1,9})$/.exec(option)?.[1]).find((each) => each !== undefined);
  const known = /^(src-dst|disconnect|disconnect-src|log|noupdate|timeout=\d{1,9})$/;
  if (!options.every((option) => known.test(option))) return undefined;
  return {
    commands: found[1] === undefined,
    set: {
      ...(name === '' ? {} : { name }),
      both: options.includes('src-dst'),
      // Their connections need not be ended one by one: no packet of theirs gets through any more.
      disconnect: options.includes('disconnect') || options.includes('disconnect-src'),
      timeout: Number(timeout ?? 0),
      refreshed: !options.includes('noupdate'),
      ...(log === 'none' ? {} : { log }),
    },
  };
}

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
