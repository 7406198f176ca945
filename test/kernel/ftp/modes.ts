/** By which ways each client can fetch, given the version of the address. */
import type { Fetch, Mode } from './client.ts';
import type { Target } from './placements.ts';

export const modesOf = {
  4: ['PASV', 'PASV-address', 'EPSV', 'PORT', 'EPRT'],
  6: ['EPSV', 'EPRT'],
} as const satisfies Record<number, readonly Mode[]>;

export function versionOf({ address }: Target): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** Both clients, by every way in which the version of the address can make data connections. */
export function fetchesOf(target: Target): readonly Fetch[] {
  const modes: readonly Mode[] = modesOf[versionOf(target)];
  // lftp knows no EPRT over IPv4 and no PORT over IPv6: it takes what fits.
  const ofLftp = modes.filter((mode) => mode !== 'EPRT' || versionOf(target) === 6);
  return [
    ...modes.map((mode) => ({ client: 'curl' as const, mode, ...target })),
    ...ofLftp.map((mode) => ({ client: 'lftp' as const, mode, ...target })),
  ];
}
