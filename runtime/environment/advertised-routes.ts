/** IPv6 default routes that the kernel has learned from router advertisements, and what it does with later ones. */

import { readFileSync } from 'node:fs';

/** RTF_ADDRCONF: the kernel made the route of an advertisement (kernel: include/uapi/linux/ipv6_route.h). */
const fromAdvertisement = 0x00040000;

/** Reads a file of /proc: its text, or undefined when it is not there. */
export type ReadFact = (path: string) => string | undefined;

/** The interfaces of IPv6 default routes. `learned`: the kernel itself has made them from advertisements. */
export function defaultRoutes6(read: ReadFact): readonly { readonly name: string; readonly learned: boolean }[] {
  return (read('/proc/net/ipv6_route') ?? '').split('\n').flatMap((line) => {
    const [dest, length, , , , , , , flags, name] = line.trim().split(/\s+/);
    if (flags === undefined || name === undefined || name === 'lo') return [];
    if (!/^0+$/.test(dest ?? '') || length !== '00') return [];
    return [{ name, learned: (Number.parseInt(flags, 16) & fromAdvertisement) !== 0 }];
  });
}

/** Whether the kernel heeds advertisements on an interface only as long as it does not forward (accept_ra 1). */
export function heedsAsHost(name: string, read: ReadFact): boolean {
  return read(`/proc/sys/net/ipv6/conf/${name}/accept_ra`)?.trim() === '1';
}

/** Interfaces of this machine whose learned default route goes away when it begins to forward. */
export function advertisedHere(): readonly string[] {
  return advertisedInterfaces((path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  });
}

function advertisedInterfaces(read: ReadFact): readonly string[] {
  const names = defaultRoutes6(read)
    .filter(({ learned }) => learned)
    .map(({ name }) => name);
  return [...new Set(names)].filter((name) => heedsAsHost(name, read));
}
