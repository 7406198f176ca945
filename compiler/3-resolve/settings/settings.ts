/** What the settings mean: each row reads its value, and what several of them say together is made here. */
import { badSetting } from '../../diagnostics/catalogue/settings.ts';
import type { Report } from '../../diagnostics/report.ts';
import { endOfMarkBits, layoutOf, lowestBits } from '../../language/mark-layout.ts';
import { badValue, markBitsForAll, states } from '../../language/setting-values.ts';
import {
  type GivenSettings,
  type ReadSettingName,
  type SettingDescription,
  type SettingName,
  type SettingValues,
  settings,
} from '../../language/settings.ts';
import type { MadeSettings, Refusal, Settings } from '../../model/settings.ts';
import type { LogTarget } from '../../net/log.ts';
import type { SettingReader } from './setting-lines.ts';

/** The values of the settings, and what they mean. */
export interface ResolvedSettings {
  readonly values: SettingValues;
  readonly settings: Settings;
}

/** Reads the settings that have an effect; bad values are reported at their places, and count as what their rows say. */
export function resolveSettings(reader: SettingReader, flavour: Settings['flavour'], report: Report): ResolvedSettings {
  const complain = (name: SettingName, wanted: string): void => {
    const span = reader.place(name);
    if (span) report.add(badSetting(span, name, reader.text(name), wanted));
  };
  const values = readValues(reader, complain);
  reportMarkLayout(values, reader, complain);
  return {
    values,
    settings: {
      ...givenBy(values),
      ...refusals(values, blacklistStates(values, reader, flavour, complain)),
      ...ofFlavour(values, flavour),
      ...marksOf(values),
      ...routingOf(values),
    },
  };
}

type Complain = (name: SettingName, wanted: string) => void;

function readValues(reader: SettingReader, complain: Complain): SettingValues {
  const read = (Object.entries(settings) as [SettingName, SettingDescription][])
    .filter(([, { idle }]) => !idle)
    .map(([name, { value }]) => {
      const found = value.read(reader.text(name));
      if (found === badValue) complain(name, value.wanted);
      return [name, found === badValue ? value.otherwise : found] as const;
    });
  return Object.fromEntries(read) as unknown as SettingValues;
}

/** The values that the model has as they are, by the names that their rows give. */
function givenBy(values: SettingValues): GivenSettings {
  const given = (Object.entries(settings) as [ReadSettingName, SettingDescription][]).flatMap(([name, { gives }]) =>
    gives === undefined || values[name] === undefined ? [] : [[gives, values[name]] as const],
  );
  return Object.fromEntries(given) as unknown as GivenSettings;
}

function refusals(
  values: SettingValues,
  blacklisted: SettingValues['BLACKLIST'],
): Pick<MadeSettings, 'smurfs' | 'tcpFlags' | 'sfilter' | 'rpfilter' | 'maclist' | 'blacklist'> {
  const refusal = (disposition: Refusal['disposition'], log: LogTarget | undefined): Refusal =>
    log ? { disposition, log } : { disposition };
  return {
    smurfs: refusal(values.SMURF_DISPOSITION, values.SMURF_LOG_LEVEL),
    tcpFlags: refusal(values.TCP_FLAGS_DISPOSITION, values.TCP_FLAGS_LOG_LEVEL),
    sfilter: refusal(values.SFILTER_DISPOSITION, values.SFILTER_LOG_LEVEL),
    rpfilter: refusal(values.RPFILTER_DISPOSITION, values.RPFILTER_LOG_LEVEL),
    maclist: refusal(values.MACLIST_DISPOSITION, values.MACLIST_LOG_LEVEL),
    blacklist: { ...refusal(values.BLACKLIST_DISPOSITION, values.BLACKLIST_LOG_LEVEL), states: blacklisted },
  };
}

/** BLACKLIST; what it is when it is left out or empty depends on FASTACCEPT (Config.pm of 5.2.8, lines 6595 to 6604). */
function blacklistStates(
  values: SettingValues,
  reader: SettingReader,
  flavour: Settings['flavour'],
  complain: Complain,
): SettingValues['BLACKLIST'] {
  const { shipped, unset } = settings.BLACKLIST;
  const written = reader.text('BLACKLIST') || (flavour === 'ftpwall' || values.FASTACCEPT ? shipped : unset);
  const found = states.read(written);
  if (found === badValue) return states.otherwise;
  if (values.FASTACCEPT && found.includes('established') && !/^all$/i.test(written))
    complain('BLACKLIST', 'states without `ESTABLISHED`, which FASTACCEPT=Yes accepts before');
  return found;
}

/** What only one kind of folder has. */
function ofFlavour(
  values: SettingValues,
  flavour: Settings['flavour'],
): Pick<MadeSettings, 'flavour' | 'strictRelated' | 'closedOutsideZones' | 'acceptsDiscovery' | 'leaveIpv6Alone'> {
  const ours = flavour === 'ftpwall';
  return {
    flavour,
    strictRelated: ours && values.RELATED === 'strict',
    closedOutsideZones: ours && values.OUTSIDE_ZONES === 'drop',
    acceptsDiscovery: !ours || values.NEIGHBOUR_DISCOVERY === 'accept',
    leaveIpv6Alone: flavour === 'shorewall' && !values.DISABLE_IPV6,
  };
}

function markBits(values: SettingValues): Parameters<typeof layoutOf>[0] {
  return {
    mask: values.MASK_BITS,
    classes: values.TC_BITS,
    provider: values.PROVIDER_BITS,
    providerOffset: values.PROVIDER_OFFSET,
    zone: values.ZONE_BITS,
  };
}

/** Reports a layout that has more bits than there are, at the last of its settings. */
function reportMarkLayout(values: SettingValues, reader: SettingReader, complain: Complain): void {
  const last = (['ZONE_BITS', 'PROVIDER_OFFSET', 'PROVIDER_BITS', 'MASK_BITS'] as const).find((name) =>
    reader.place(name),
  );
  if (last && endOfMarkBits(markBits(values)) > markBitsForAll)
    complain(last, `a layout of marks of at most ${markBitsForAll} bits, with those of the other settings`);
}

/** The layout of marks, the bits that MARK compares, and when marks are set. */
function marksOf(values: SettingValues): Pick<MadeSettings, 'markMask' | 'marks' | 'marking'> {
  return {
    markMask: lowestBits(values.MASK_BITS),
    marks: layoutOf(markBits(values)),
    marking: {
      expert: values.TC_EXPERT,
      inForward: values.MARK_IN_FORWARD_CHAIN,
      clearInForward: values.FORWARD_CLEAR_MARK,
      restoreAlways: values.RESTORE_ROUTEMARKS,
      zero: values.ZERO_MARKS,
    },
  };
}

/** Providers, shaping and accounting. */
function routingOf(values: SettingValues): Pick<MadeSettings, 'routing' | 'shaping' | 'accountsEarly'> {
  return {
    routing: {
      track: values.TRACK_PROVIDERS,
      balance: values.BALANCE_PROVIDERS ?? values.USE_DEFAULT_RT,
      mainFirst: values.USE_DEFAULT_RT,
      mainLast: values.RESTORE_DEFAULT_ROUTE,
      ...(values.NULL_ROUTE_RFC1918 ? { nullRoute: values.NULL_ROUTE_RFC1918 } : {}),
    },
    shaping: { mode: values.TC_ENABLED, bands: values.TC_PRIOMAP },
    accountsEarly: values.ACCOUNTING_TABLE === 'mangle',
  };
}
