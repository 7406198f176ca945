/** Which IP versions a directory compiles, and into which family of table. */
import type { Families } from '../../model/zone.ts';

const byName = {
  both: { table: 'inet', versions: [4, 6], refused: [] },
  ipv4: { table: 'inet', versions: [4], refused: [6] },
  ipv6: { table: 'inet', versions: [6], refused: [4] },
} as const satisfies Record<string, Families>;

/** The families that the flavour of the directory, `--family` or FAMILY ask for. */
export function resolveFamilies(flavour: 'ftpwall' | 'shorewall' | 'shorewall6', asked: keyof typeof byName): Families {
  if (flavour === 'shorewall') return { table: 'ip', versions: [4], refused: [] };
  if (flavour === 'shorewall6') return { table: 'ip6', versions: [6], refused: [] };
  return byName[asked];
}
