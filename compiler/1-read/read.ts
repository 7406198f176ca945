/** Stage 1: files become logical lines. */
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import { mergeFile, mergeFiles, mergeSettings } from './both-versions.ts';
import { extensionScripts } from './extension-scripts.ts';
import type { ReadConfiguration } from './logical-line.ts';
import { readVersion, type VersionReading } from './one-version.ts';
import { askedOnce } from './remembered-environment.ts';

/**
 * Reads `params`, the settings file and the files called `fileNames`; `family` is what the command line says in place of
 * FAMILY. A folder for both IP versions that asks which one is meant (`?IF __IPV4`, `g_family`) is read once for each.
 */
export function read(
  environment: Environment,
  report: Report,
  fileNames: readonly string[],
  family?: string,
): ReadConfiguration {
  const surroundings = { environment: askedOnce(environment), report };
  const readAs = (version: 4 | 6) => readVersion(surroundings, { fileNames, family, version });
  const { flavour } = environment;
  const first = readAs(flavour === 'shorewall6' || family === 'ipv6' ? 6 : 4);
  const scripts = extensionScripts(surroundings);
  if (flavour !== 'ftpwall' || first.family === 'ipv4') return { ...whole(first), scripts };
  if (first.family === 'ipv6') return { ...whole(readAs(6)), scripts };
  const second = first.asked() ? readAs(6) : undefined;
  const sixth = second?.library ?? first.library.forVersion(6);
  return {
    ...whole(first),
    ...(second
      ? { files: mergeFiles(first.files, second.files), settings: mergeSettings(first.settings, second.settings) }
      : {}),
    scripts,
    library: (...wanted) => {
      const four = first.library.read(...wanted);
      return second || four?.byVersion ? mergeFile(four, sixth.read(...wanted)) : four;
    },
  };
}

function whole({
  files,
  settings,
  settingsSource,
  firewallZone,
  library,
}: VersionReading): Omit<ReadConfiguration, 'scripts'> {
  return {
    files,
    settings,
    ...(settingsSource ? { settingsSource } : {}),
    firewallZone,
    library: (...wanted) => library.read(...wanted),
    libraryFile: (kind, name) => library.find(kind, name),
    libraryNames: (kind) => library.names(kind),
  };
}
