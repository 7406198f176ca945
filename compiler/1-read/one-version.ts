/** One reading of a configuration: its files as one IP version has them. */
import { paramsFailed } from '../diagnostics/catalogue/reading.ts';
import type { Environment } from '../environment.ts';
import { lineSpan } from '../source.ts';
import { Library } from './library.ts';
import { readLines } from './lines.ts';
import type { ReadFile, SettingLine } from './logical-line.ts';
import { paramsAskVersion } from './params-version.ts';
import { Reading, refuseUnreadable, type Surroundings } from './reading.ts';
import { refuseReserved } from './reserved-variables.ts';
import { readSettings, type SettingsFile, unknownIsEmpty } from './settings-file.ts';
import { takeLine } from './take-line.ts';
import type { Scope, VersionRead } from './variables.ts';

/** What one IP version reads. */
export interface VersionReading {
  readonly files: ReadonlyMap<string, ReadFile>;
  readonly settings: readonly SettingLine[];
  readonly settingsSource: SettingsFile['source'];
  readonly firewallZone: string;
  readonly library: Library;
  /** FAMILY, as the settings file or the command line says. */
  readonly family: string;
  /** Whether a line read so far, or `params`, wanted to know the IP version: another one may read otherwise. */
  readonly asked: () => boolean;
}

/** What is read, and for which IP version. */
export interface Wanted {
  readonly fileNames: readonly string[];
  /** What the command line says in place of FAMILY. */
  readonly family: string | undefined;
  readonly version: VersionRead['version'];
}

/**
 * Reads `params`, the settings file and the files that are wanted, in that order but `zones` first, because `$FW` is
 * said there. A variable that a file sets with ?SET holds in those after it.
 */
export function readVersion(surroundings: Surroundings, { fileNames, family, version }: Wanted): VersionReading {
  const pass: VersionRead = { version, asked: false };
  const variables = installationVariables(surroundings.environment);
  const params = paramsVariables(surroundings, pass);
  for (const [name, value] of params ?? []) variables.set(name, value);
  const known = { variables, pass, broken: { names: new Set<string>(), unknownToo: params === undefined } };
  const { settings, source } = readSettings(surroundings, known);
  if (family !== undefined) variables.set('FAMILY', family);
  const scope: Scope = { ...known, unknownIsEmpty: unknownIsEmpty(settings, surroundings.environment) };
  const files = new Map<string, ReadFile>();
  for (const name of zonesFirst(fileNames)) {
    const file = readFile(name, surroundings, scope);
    if (file) files.set(name, file);
    if (name === 'zones') nameFirewall(scope);
  }
  return {
    files,
    settings,
    settingsSource: source,
    firewallZone: variables.get('FW') ?? 'fw',
    library: new Library(surroundings, scope),
    family: (variables.get('FAMILY') ?? 'both').toLowerCase(),
    asked: () => pass.asked,
  };
}

function zonesFirst(fileNames: readonly string[]): readonly string[] {
  return [...fileNames.filter((name) => name === 'zones'), ...fileNames.filter((name) => name !== 'zones')];
}

/** Without a firewall zone `$FW` would be unknown in every rule; that the zone is missing is said once, later. */
function nameFirewall({ variables }: Scope): void {
  if (!variables.has('FW')) variables.set('FW', 'fw');
}

function readFile(name: string, surroundings: Surroundings, scope: Scope): ReadFile | undefined {
  const result = surroundings.environment.readFile(name);
  if (result.kind === 'absent') return undefined;
  if (result.kind === 'unreadable') {
    refuseUnreadable(surroundings.report, result.path, result.reason);
    return undefined;
  }
  const reading = new Reading(name, surroundings, scope);
  reading.openSource(result.source);
  readLines(reading, takeLine);
  const { lines, partial } = reading;
  return lines.length + partial.length === 0 ? undefined : { name, source: result.source, lines, partial };
}

/**
 * What shorewallrc(5) of Debian says of where things are; configurations use some of these names. The environment
 * may say otherwise.
 */
function installationVariables({ flavour, variables }: Environment): Map<string, string> {
  const places = {
    CONFDIR: '/etc',
    LIBEXECDIR: '/usr/share',
    PREFIX: '/usr',
    PRODUCT: flavour,
    SBINDIR: '/sbin',
    SHAREDIR: '/usr/share',
    VARDIR: `/var/lib/${flavour}`,
    VARLIB: '/var/lib',
  };
  // The name of the firewall zone comes from `zones` alone.
  return new Map([...Object.entries(places), ...[...variables].filter(([name]) => name !== 'FW')]);
}

/** What `params` gives a value; undefined after a message. */
function paramsVariables(
  { environment, report }: Surroundings,
  pass: VersionRead,
): ReadonlyMap<string, string> | undefined {
  const file = environment.readFile('params');
  if (file.kind === 'absent') return new Map();
  if (file.kind === 'unreadable') {
    refuseUnreadable(report, file.path, file.reason);
    return undefined;
  }
  if (paramsAskVersion(environment)) pass.asked = true;
  const result = environment.evaluateParams(pass.version);
  if (result.kind === 'variables') {
    refuseReserved(result.variables.keys(), file.source, { environment, report });
    return result.variables;
  }
  const { at, reason, advice } = result;
  const named = at && environment.readFile(at.file);
  const source = named?.kind === 'text' ? named.source : file.source;
  const line = Math.min(at && source.path === at.file ? at.line : 1, lastLineWithText(source.text));
  const span = lineSpan(source, line);
  report.add(paramsFailed(span, reason, advice ?? adviceFor(source.text.slice(span.start, span.end))));
  return undefined;
}

/** A shell that misses the end of something names the line behind the last one. */
function lastLineWithText(text: string): number {
  return Math.max(1, text.trimEnd().split('\n').length);
}

/** What is usually meant by a line that sh takes for the call of a command. */
function adviceFor(line: string): string | undefined {
  if (/^\s*(export\s+)?[A-Za-z_]\w*(\s+=\s*|=\s+)\S/.test(line)) return 'leave no blanks around `=`';
  const [, name] = /^\s*([\w.-]*[^\s\w=$"'`(){};|&<>][\w.-]*|\d\w*)=/.exec(line) ?? [];
  return name && `\`${name}\` cannot be the name of a variable: use letters, digits and \`_\`, and begin with a letter`;
}
