/** Which IP versions a directory compiles, and into which family of table. */
import { badSetting } from '../../diagnostics/catalogue/settings.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { Families } from '../../model/zone.ts';
import type { SettingReader } from '../settings.ts';

const byName = {
  both: { table: 'inet', versions: [4, 6], refused: [] },
  ipv4: { table: 'inet', versions: [4], refused: [6] },
  ipv6: { table: 'inet', versions: [6], refused: [4] },
} as const satisfies Record<string, Families>;

/** The families that `--family`, FAMILY or the flavour of the directory ask for. */
export function resolveFamilies(
  reader: SettingReader,
  flavour: 'ftpwall' | 'shorewall' | 'shorewall6',
  asked: keyof typeof byName | undefined,
  report: Report,
): Families {
  if (flavour === 'shorewall') return { table: 'ip', versions: [4], refused: [] };
  if (flavour === 'shorewall6') return { table: 'ip6', versions: [6], refused: [] };
  const name = asked ?? reader.text('FAMILY').toLowerCase();
  if (name in byName) return byName[name as keyof typeof byName];
  const line = reader.place('FAMILY');
  if (line) report.add(badSetting(line, 'FAMILY', name, '`ipv4`, `ipv6` or `both`'));
  return byName.both;
}
