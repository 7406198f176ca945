/** The options of a zone: what each means (zones(5)). */
import { associationOptions } from './association-options.ts';

interface ZoneOptionDescription {
  readonly kind: 'flag' | 'mss' | (typeof associationOptions)[keyof typeof associationOptions]['kind'];
  readonly doc: string;
  /** Only for zones of type ipsec. */
  readonly ipsec?: true;
}

export const zoneOptions = {
  mss: { kind: 'mss', doc: 'set the maximum segment size of TCP connections from and to the zone' },
  blacklist: { kind: 'flag', doc: 'without effect: blacklists apply to all zones' },
  dynamic_shared: {
    kind: 'flag',
    doc: 'the interfaces of the zone share one set of hosts: `ftpwall add ZONE ADDRESS`',
  },
  nomark: { kind: 'flag', doc: 'without effect' },
  ...associationOptions,
} as const satisfies Record<string, ZoneOptionDescription>;

export type ZoneOptionName = keyof typeof zoneOptions;

/** Any of them, by name. */
export function zoneOption(name: string): ZoneOptionDescription | undefined {
  return Object.hasOwn(zoneOptions, name) ? zoneOptions[name as ZoneOptionName] : undefined;
}
