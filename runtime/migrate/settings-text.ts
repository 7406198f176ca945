/** From shorewall.conf to ftpwall.conf: what Shorewall takes where its file says nothing is written down. */
import { read } from '../../compiler/1-read/read.ts';
import { readSettings } from '../../compiler/3-resolve/settings/setting-lines.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import type { Environment } from '../../compiler/environment.ts';
import { defaultOf, type SettingDescription, type SettingName, settings } from '../../compiler/language/settings.ts';

/** A setting that ftpwall would take otherwise, with the value that Shorewall takes. */
export interface Explicit {
  readonly name: SettingName;
  readonly value: string;
  /** What an ftpwall directory takes when the setting is left out. */
  readonly ours: string;
}

/** The values of all settings as one folder has them, and which of them its file says. */
export interface KnownSettings {
  text(name: SettingName): string;
  says(name: SettingName): boolean;
}

/** Settings that keep a packet's fate and the language as they are; the others tell where programs lie. */
const roles: readonly SettingDescription['role'][] = ['filter', 'nat', 'helpers', 'language', 'system'];

/** Reads the settings of a folder. Its mistakes are known from its compilation. */
export function knownSettings(environment: Environment): KnownSettings {
  const report = new Report();
  const reader = readSettings(read(environment, report, []), environment.flavour, report);
  return { text: (name) => reader.text(name), says: (name) => reader.written(name) !== undefined };
}

/** What ftpwall.conf has to say beside the lines of the old file; `mentioned` tells the variables that files ask for. */
export function explicitSettings(
  known: KnownSettings,
  family: 'ipv4' | 'ipv6' | 'both',
  mentioned: (name: string) => boolean,
): readonly Explicit[] {
  return (Object.keys(settings) as SettingName[]).flatMap((name): readonly Explicit[] => {
    const ours = defaultOf(settings[name], 'ftpwall');
    if (name === 'FAMILY') return [{ name, value: family, ours }];
    if (name === 'RELATED') return [{ name, value: 'disposition', ours }];
    if (known.says(name) || !(roles.includes(settings[name].role) || mentioned(name))) return [];
    const value = known.text(name);
    const same = settings[name].value.kind === 'yesNo' ? value.toLowerCase() === ours.toLowerCase() : value === ours;
    return same ? [] : [{ name, value, ours }];
  });
}

/** The settings file: the old lines with their comments, then what they leave out. */
export function settingsText(old: string, explicit: readonly Explicit[]): string {
  const added = explicit.map(
    (each) =>
      `# ${each.name}: ${settings[each.name].doc}\n# ftpwall without this line: ${each.ours || 'nothing'}\n${lineOf(each)}\n`,
  );
  const before = old === '' ? '' : `${old.replace(/\n*$/, '\n')}\n`;
  return `${before}#\n# What Shorewall does where its settings file says nothing; an ftpwall directory alone would do otherwise.\n#\n${added.join('')}`;
}

/** `NAME=value`, quoted where that is needed. */
export function lineOf({ name, value }: Pick<Explicit, 'name' | 'value'>): string {
  if (/^[\w.,:/+-]*$/.test(value)) return `${name}=${value}`;
  return value.includes("'") ? `${name}="${value}"` : `${name}='${value}'`;
}
