/** The settings file: NAME=value lines, and what they give to the other files as variables. */
import { notAnAssignment, unclosedQuote } from '../diagnostics/catalogue/reading.ts';
import type { Environment } from '../environment.ts';
import { defaultOf, oldSetting, type SettingDescription, settings } from '../language/settings.ts';
import { type Source, slice, spanOf, type TracedText } from '../source.ts';
import { trimmed, withoutComment } from './blanks.ts';
import { expand } from './expand.ts';
import { readLines } from './lines.ts';
import type { SettingLine } from './logical-line.ts';
import { Reading, refuseUnreadable, type Surroundings } from './reading.ts';
import { printable } from './take-line.ts';
import type { Scope } from './variables.ts';

/** The settings file, read. */
export interface SettingsFile {
  readonly settings: readonly SettingLine[];
  readonly source?: Source;
}

/** A setting as it stands in the file. */
interface Written {
  readonly line: TracedText;
  readonly name: TracedText;
  /** With its quotes. */
  readonly value: TracedText;
}

/** The name of the settings file of each kind of directory. */
export const settingsFileNames = {
  ftpwall: 'ftpwall.conf',
  shorewall: 'shorewall.conf',
  shorewall6: 'shorewall6.conf',
} as const satisfies Record<Environment['flavour'], string>;

/** Reads the settings file. Every setting, left out or not, becomes a variable. */
export function readSettings(surroundings: Surroundings, known: Omit<Scope, 'unknownIsEmpty'>): SettingsFile {
  const { environment, report } = surroundings;
  const name = settingsFileNames[environment.flavour];
  const result = environment.readFile(name);
  if (result.kind === 'unreadable') refuseUnreadable(report, result.path, result.reason);
  const written: Written[] = [];
  const scope = { ...known, unknownIsEmpty: environment.flavour !== 'ftpwall' };
  if (result.kind === 'text') {
    const reading = new Reading(name, surroundings, scope);
    reading.openSource(result.source);
    readLines(reading, (_, line) => written.push(...settingIn(line, reading)));
  }
  const found = finishSettings(
    written,
    new Reading(name, surroundings, { ...known, unknownIsEmpty: unknownIsEmpty(written, environment) }),
  );
  return result.kind === 'text' ? { settings: found, source: result.source } : { settings: found };
}

/** Whether unknown variables are empty (IGNOREUNKNOWNVARIABLES), as the settings say or by default. */
export function unknownIsEmpty(
  settings: readonly { readonly name: TracedText; readonly value: TracedText }[],
  environment: Environment,
): boolean {
  const said = settings.findLast(({ name }) => name.text === 'IGNOREUNKNOWNVARIABLES')?.value.text.replaceAll('"', '');
  return isYes(said || defaultOf(settingsTable.IGNOREUNKNOWNVARIABLES, environment.flavour));
}

const settingsTable: Readonly<Record<string, SettingDescription>> & typeof settings = settings;

function settingIn(raw: TracedText, reading: Reading): readonly Written[] {
  const line = withoutComment(raw);
  if (line.text === '') return [];
  const found = printable(line, reading) ? /^([A-Za-z]\w*)=/.exec(line.text) : 'unprintable';
  if (!found || found === 'unprintable') {
    if (!found) reading.add(notAnAssignment(spanOf(line), reading.name));
    reading.leaveOut(line);
    return [];
  }
  const [start, name = ''] = found;
  return [{ line, name: slice(line, 0, name.length), value: trimmed(slice(line, start.length)) }];
}

/** Expands the values in the order of the file, so that a setting may name one above it, and gives all to `variables`. */
function finishSettings(written: readonly Written[], reading: Reading): readonly SettingLine[] {
  const { variables } = reading.scope;
  const { flavour } = reading.environment;
  for (const [name, description] of Object.entries(settingsTable))
    setVariable(variables, name, defaultOf(description, flavour));
  const found: SettingLine[] = [];
  for (const { line, name, value } of written) {
    const finished = finishedValue(value, reading);
    if (!finished) {
      reading.leaveOut(name);
      continue;
    }
    setVariable(variables, name.text, finished.text);
    const old = oldSetting(name.text);
    if (old?.when === 'same' && !old.joined) setVariable(variables, old.instead, finished.text);
    found.push({ name, value: finished, origin: [spanOf(line)] });
  }
  return found;
}

/** Single quotes keep `$`; double ones are only taken off. */
function finishedValue(value: TracedText, reading: Reading): TracedText | undefined {
  const quote = /^["']|["']$/.exec(value.text)?.[0];
  if (quote === undefined) return expand(value, reading.scope, reading);
  const inner = value.text.slice(1, -1);
  if (value.text.length < 2 || !value.text.startsWith(quote) || !value.text.endsWith(quote) || inner.includes(quote)) {
    reading.add(unclosedQuote(spanOf(value), quote === '"' ? 'a double quote' : 'a single quote'));
    return undefined;
  }
  const text = slice(value, 1, value.text.length - 1);
  return quote === "'" ? text : expand(text, reading.scope, reading);
}

/** A setting that is No is empty as a variable, so that `?IF $NAME` asks whether it is Yes. */
function setVariable(variables: Map<string, string>, name: string, value: string): void {
  const yesNo = Object.hasOwn(settingsTable, name) && settingsTable[name]?.value.kind === 'yesNo';
  variables.set(name, yesNo && /^no$/i.test(value) ? '' : value);
}

function isYes(value: string): boolean {
  return /^yes$/i.test(value);
}
