/** Names that `params` cannot give a value: what they mean is said elsewhere (Shorewall: get_params). */
import { reservedVariable } from '../diagnostics/catalogue/reading.ts';
import { settings } from '../language/settings.ts';
import { lineSpan, type Source } from '../source.ts';
import type { Surroundings } from './reading.ts';

const places: readonly string[] = ['COMMAND', 'CONFDIR', 'SHAREDIR', 'VARDIR'];
/** Set by the installation, or in every environment. */
const taken: readonly string[] = ['SHOREWALL_INIT_SCRIPT', 'SW_LOGGERTAG', 'SW_CONFDIR', 'PATH'];
const prefixes = /^(?:SW|SHOREWALL)_/;

/** Settings that Shorewall has no word for: to its folders these are names like any other. */
const ownSettings: readonly string[] = ['FAMILY', 'RELATED', 'OUTSIDE_ZONES', 'FTPS_PORTS', 'FTPS_PASSIVE'];

/** Says of each reserved name that `params` set it; one from the environment of who compiles is not its own. */
export function refuseReserved(
  names: Iterable<string>,
  params: Source,
  { environment, report }: Pick<Surroundings, 'environment' | 'report'>,
): void {
  const isSetting = (name: string) =>
    Object.hasOwn(settings, name) && (environment.flavour === 'ftpwall' || !ownSettings.includes(name));
  for (const name of names) {
    if (taken.includes(name) || environment.variables.has(name)) continue;
    if (!prefixes.test(name) && !places.includes(name) && !isSetting(name)) continue;
    const line = params.text.split('\n').findIndex((text) => new RegExp(`(?:^|[\\s;])${name}=`).test(text));
    report.add(reservedVariable(lineSpan(params, line === -1 ? 1 : line + 1), name, isSetting(name)));
  }
}
