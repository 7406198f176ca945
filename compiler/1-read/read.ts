/** Stage 1: files become logical lines. */
import { paramsFailed } from '../diagnostics/catalogue/reading.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import { lineSpan } from '../source.ts';
import { extensionScripts } from './extension-scripts.ts';
import { Library } from './library.ts';
import { readLines } from './lines.ts';
import type { ReadConfiguration, ReadFile } from './logical-line.ts';
import { Reading, refuseUnreadable, type Surroundings } from './reading.ts';
import { readSettings, unknownIsEmpty } from './settings-file.ts';
import { takeLine } from './take-line.ts';
import type { Scope } from './variables.ts';

/**
 * `family` is what the command line says in place of FAMILY.
 * Reads `params`, the settings file and the files called `fileNames`, in that order but `zones` first, because `$FW`
 * is said there. A variable that a file sets with ?SET holds in those after it.
 */
export function read(
  environment: Environment,
  report: Report,
  fileNames: readonly string[],
  family?: string,
): ReadConfiguration {
  const surroundings = { environment, report };
  const variables = installationVariables(environment);
  const params = paramsVariables(surroundings);
  for (const [name, value] of params ?? []) variables.set(name, value);
  const known = { variables, broken: { names: new Set<string>(), unknownToo: params === undefined } };
  const { settings, source } = readSettings(surroundings, known);
  if (family !== undefined) variables.set('FAMILY', family);
  const scope: Scope = { ...known, unknownIsEmpty: unknownIsEmpty(settings, environment) };
  const files = new Map<string, ReadFile>();
  for (const name of zonesFirst(fileNames)) {
    const file = readFile(name, surroundings, scope);
    if (file) files.set(name, file);
    if (name === 'zones') nameFirewall(scope);
  }
  const library = new Library(surroundings, scope);
  const firewallZone = variables.get('FW') ?? 'fw';
  return {
    files,
    scripts: extensionScripts(surroundings),
    settings,
    ...(source ? { settingsSource: source } : {}),
    firewallZone,
    library: (kind, name, parameters) => library.read(kind, name, parameters),
    libraryFile: (kind, name) => library.find(kind, name),
    libraryNames: (kind) => library.names(kind),
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
  return reading.lines.length === 0 ? undefined : { name, source: result.source, lines: reading.lines };
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
function paramsVariables({ environment, report }: Surroundings): ReadonlyMap<string, string> | undefined {
  const file = environment.readFile('params');
  if (file.kind === 'absent') return new Map();
  if (file.kind === 'unreadable') {
    refuseUnreadable(report, file.path, file.reason);
    return undefined;
  }
  const result = environment.evaluateParams();
  if (result.kind === 'variables') return result.variables;
  report.add(paramsFailed(lineSpan(file.source, 1), result.reason));
  return undefined;
}
