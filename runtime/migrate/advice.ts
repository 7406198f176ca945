/** What is worth a look after a migration: where ftpwall would be stricter, and where Shorewall has a bug. */
import { read } from '../../compiler/1-read/read.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import type { SettingName } from '../../compiler/language/settings.ts';
import { positionOf, spanOf } from '../../compiler/source.ts';
import type { Half } from './half.ts';
import type { Note } from './report.ts';
import type { KnownSettings } from './settings-text.ts';

/** What the settings would be in an ftpwall directory, and why. */
const stricter = [
  ['RELATED', 'strict', 'a connection that a helper announced then needs an admitted connection with this helper'],
  ['INVALID_DISPOSITION', 'DROP', 'packets that belong to no connection then meet no rule'],
  ['OUTSIDE_ZONES', 'drop', 'a policy for `all` then says nothing of hosts that are in no zone'],
] as const satisfies readonly (readonly [SettingName, string, string])[];

/** Recommends the stricter settings that are not in force. */
export function adviseStrictness(known: KnownSettings): readonly Note[] {
  return stricter
    .filter(([name, value]) => name === 'RELATED' || known.text(name) !== value)
    .map(([name, value, why]) => ({ kind: 'advice', file: 'ftpwall.conf', now: `${name}=${value}`, why }));
}

/** What becomes of the IP version that only one folder would speak of. */
export function adviseFamily({ firewall }: Half): Note {
  const [own, other] = firewall.model.families.versions[0] === 4 ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'];
  return {
    kind: 'advice',
    file: 'ftpwall.conf',
    why: `the old configuration is about ${own} alone and says nothing of ${other}; the new one drops ${other} except on the loopback interface: migrate both folders in one call if there are two`,
  };
}

/** `all all!x` in `policy`: Shorewall 5.2.8 looks the exclusion up under a name that is never set (Rules.pm). */
export function adviseBugs({ environment }: Half): readonly Note[] {
  const lines = read(environment, new Report(), ['zones', 'policy']).files.get('policy')?.lines ?? [];
  return lines
    .filter(({ text }) => /^(all|any)[+-]?(![^\s]+)?\s+(all|any)[+-]?![^\s]/i.test(text.text))
    .map(({ text }) => {
      const { source, start } = spanOf(text);
      return {
        kind: 'differs',
        file: source.path,
        line: positionOf(source, start).line,
        was: text.text,
        why: 'Shorewall 5.2.8 passes over the exclusion behind `!` here and applies the policy to those zones too; ftpwall leaves them out, as written',
      };
    });
}
