/** The configuration language as data, for editors and other programs: what `ftpwall schema --json` prints. */
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { files } from '../../compiler/language/files/index.ts';
import { macro } from '../../compiler/language/files/rules.ts';
import { lineFeatures } from '../../compiler/language/line-features.ts';
import { zoneTypes } from '../../compiler/language/names.ts';
import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { kindOfOption, type OptionRow } from '../../compiler/language/options/option-values.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { type SettingDescription, settings } from '../../compiler/language/settings.ts';
import { type TargetDescription, targets } from '../../compiler/language/targets.ts';
import { valueTypes } from '../../compiler/language/value-types.ts';

/** The number of this shape. It changes when something that is described here changes its meaning or goes away. */
const shape = 1;

/**
 * Everything that the language's tables say. `library` holds the files of the standard library by name (`macro.FTP`).
 *
 * - `files`: name, summary, `treatment` (`compiled`, `later`: refused, or the file that took its place), the columns in
 *   the order of the newest format and then those that only older formats have, and the names in the order of each `?FORMAT` where there are several.
 * - `byVersion`, of a file or a setting: a line between `?IF __IPV4` and `?ENDIF` is about IPv4 alone.
 * - `values`: how each type of a column is written, in words.
 * - `settings`: `default` is that of an ftpwall directory, `shorewall` that of a directory with shorewall.conf.
 * - `targets`, `macros`, `actions`: what may stand in ACTION of `rules`.
 * - `diagnostics`: codes and severities.
 */
export function languageSchema(library: Readonly<Record<string, string>>): object {
  const tables: readonly FileTable[] = [...files, macro];
  return {
    schema: shape,
    files: tables.map(fileSchema),
    values: Object.entries(valueTypes).map(([name, { doc }]) => ({ name, doc })),
    settings: Object.entries<SettingDescription>(settings).map(settingSchema),
    interfaceOptions: describedOptions(interfaceOptions),
    hostOptions: describedOptions(hostOptions),
    zoneTypes: Object.entries(zoneTypes).map(([name, { kind, versions, ipsec }]) => ({ name, kind, versions, ipsec })),
    zoneOptions: describedOptions(zoneOptions),
    targets: Object.entries<TargetDescription>(targets).map(
      ([name, { kind, doc, parameters = 'none', noEquivalent }]) => ({
        name,
        kind,
        doc,
        parameters,
        refused: noEquivalent,
      }),
    ),
    macros: callables(library, 'macro'),
    actions: callables(library, 'action'),
    diagnostics: [...catalogue.values()]
      .map(({ code, severity }) => ({ code, severity }))
      .sort((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

function fileSchema(table: FileTable): object {
  const { sections, comments } = lineFeatures(table.name);
  const newest = Object.values(table.formats ?? {}).at(-1) ?? Object.keys(table.columns);
  return {
    name: table.name,
    summary: table.summary,
    treatment: table.treatment,
    required: table.required ?? false,
    columns: [...new Set([...newest, ...Object.keys(table.columns)])].flatMap((name) => {
      const column = table.columns[name];
      return column === undefined ? [] : [{ name, ...column, required: column.required ?? false }];
    }),
    formats: table.formats,
    sections,
    comments,
    inlineMatches: table.inlineMatches ?? false,
    byVersion: table.byVersion ?? false,
  };
}

function settingSchema([
  name,
  {
    value: { kind },
    role,
    doc,
    shipped,
    unset,
    ftpwall = shipped,
    byVersion,
  },
]: [string, SettingDescription]): object {
  return { name, kind, role, doc, default: ftpwall, shorewall: unset, byVersion: byVersion ?? false };
}

function describedOptions(table: Readonly<Record<string, OptionRow>>): readonly object[] {
  return Object.entries(table).map(([name, row]) => ({ name, kind: kindOfOption(row), doc: row.doc }));
}

function callables(library: Readonly<Record<string, string>>, kind: 'macro' | 'action'): readonly object[] {
  return Object.entries(library).flatMap(([file, text]) =>
    file.startsWith(`${kind}.`) ? [{ name: file.slice(kind.length + 1), doc: summaryOf(text) }] : [],
  );
}

/** The comment at the head of a file of the library, as a sentence. */
export function summaryOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !/^# \S/.test(line));
  const words = lines
    .slice(0, end === -1 ? 1 : end)
    .map((line) => line.slice(2))
    .join(' ');
  const plain = words.replace(/^[\w-]+: /, '');
  return `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}${plain.endsWith('.') ? '' : '.'}`;
}
