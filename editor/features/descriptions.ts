/** What the words of the language mean, from its tables: as hover and completion show it. */

import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { type SettingDescription, settings } from '../../compiler/language/settings.ts';
import { habits, type TargetDescription, targets } from '../../compiler/language/targets.ts';
import { valueTypes } from '../../compiler/language/value-types.ts';
import { macroDoc } from './library-docs.ts';

/** The options of a file's column OPTIONS, with what each means. */
export function optionsOf(file: string): Readonly<Record<string, { readonly doc: string }>> {
  if (file === 'interfaces') return interfaceOptions;
  if (file === 'hosts') return hostOptions;
  return file === 'zones' ? zoneOptions : {};
}

/** A target, macro or action; undefined for a name that means nothing. */
export function describeCall(name: string): string | undefined {
  if (Object.hasOwn(targets, name)) return (targets as Readonly<Record<string, TargetDescription>>)[name]?.doc;
  const habit = Object.hasOwn(habits, name) ? habits[name] : undefined;
  return habit === undefined ? macroDoc(name) : `of another tool; here it is \`${habit}\``;
}

/** A setting with its defaults. */
export function describeSetting(name: string): string | undefined {
  if (!Object.hasOwn(settings, name)) return undefined;
  const { doc, shipped, ftpwall, unset } = (settings as Readonly<Record<string, SettingDescription>>)[name] ?? {};
  return `${doc}\n\ndefault: \`${ftpwall ?? shipped}\`; left out of a Shorewall folder: \`${unset}\``;
}

/** A column: what it is for, and how its value is written. */
export function describeColumn(table: FileTable, order: readonly string[], column: string): string {
  const found = table.columns[column];
  if (!found) return '';
  const number = order.indexOf(column) + 1;
  const example = found.example === undefined ? '' : `, such as \`${found.example}\``;
  return `**${column.toUpperCase()}** (column ${number} of \`${table.name}\`): ${found.doc}\n\n${valueTypes[found.type].doc}${example}`;
}

/** What a directive does. */
export const directives: Readonly<Record<string, string>> = {
  '?IF': 'what follows up to `?ELSE` or `?ENDIF` is read when the condition holds',
  '?ELSIF': 'another condition, when those before did not hold',
  '?ELSE': 'what is read when no condition before holds',
  '?ENDIF': 'ends `?IF`',
  '?SET': 'gives a variable a value, for all that is read afterwards',
  '?RESET': 'takes the value of a variable away',
  '?FORMAT': 'says which columns the lines that follow have',
  '?SECTION': 'begins a section: the states of connections that the rules after it are about',
  '?COMMENT': 'a comment that the rules of the lines after it carry, until the next one',
  '?INCLUDE': 'the lines of another file are read here',
  INCLUDE: 'the lines of another file are read here',
  '?SHELL': 'the output of a command is read here',
  '?BEGIN': 'begins a script, whose output is read here',
  '?END': 'ends a script',
  '?REQUIRE': 'refuses to go on without a capability',
  '?ERROR': 'refuses to go on, with this message',
  '?WARNING': 'prints a warning',
  '?INFO': 'prints a message',
};
