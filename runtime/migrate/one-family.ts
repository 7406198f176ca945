/** The plan for one folder: its files as they are, and a settings file that says what Shorewall takes for granted. */
import { settingsFileNames } from '../../compiler/1-read/settings-file.ts';
import { adviseBugs, adviseFamily, adviseStrictness } from './advice.ts';
import type { Half } from './half.ts';
import type { Plan } from './plan.ts';
import type { Note } from './report.ts';
import { type Explicit, explicitSettings, knownSettings, lineOf, settingsText } from './settings-text.ts';
import type { SourceFile } from './source-files.ts';

export function oneFamily(half: Half): Plan {
  const { folder, texts, firewall, environment } = half;
  const known = knownSettings(environment);
  const family = firewall.model.families.versions[0] === 6 ? 'ipv6' : 'ipv4';
  const explicit = explicitSettings(known, family, (name) => mentions([...texts.values()], name));
  const old = settingsFileNames[folder.flavour];
  const files = new Map(half.files);
  files.delete(old);
  files.set(settingsFileNames.ftpwall, settingsFile(half, explicit));
  return {
    kind: 'plan',
    files,
    notes: [
      ...half.notes,
      ...explicit.map(addedNote),
      ...adviseBugs(half),
      adviseFamily(half),
      ...adviseStrictness(known),
    ],
  };
}

/** Whether a text asks for the value of a variable. */
export function mentions(texts: readonly string[], name: string): boolean {
  const variable = new RegExp(`\\$\\{?${name}\\b`);
  return texts.some((text) => variable.test(text));
}

/** The settings file of a folder as ftpwall.conf. */
function settingsFile({ folder, texts, files }: Half, explicit: readonly Explicit[]): SourceFile {
  const old = settingsFileNames[folder.flavour];
  const bytes = Buffer.from(settingsText(texts.get(old) ?? '', explicit), 'utf8');
  return { bytes, mode: files.get(old)?.mode ?? 0o644 };
}

/** Tells of a setting that the new settings file says and the old one did not. */
export function addedNote(each: Explicit): Note {
  const why = `ftpwall alone takes ${each.ours === '' ? 'nothing' : `\`${each.ours}\``}`;
  return { kind: 'added', file: settingsFileNames.ftpwall, now: lineOf(each), why };
}
