/** The settings file: what it says, what it leaves out, and what older versions called it. */
import type { ReadConfiguration, SettingLine } from '../1-read/logical-line.ts';
import { settingTwice } from '../diagnostics/catalogue/holes.ts';
import { badSetting, legacySetting, perFamilySetting, unknownSetting } from '../diagnostics/catalogue/settings.ts';
import type { Fix } from '../diagnostics/message.ts';
import type { Report } from '../diagnostics/report.ts';
import { nearest } from '../diagnostics/suggest.ts';
import { parsePassive } from '../language/ftps.ts';
import {
  type Disposition,
  type OldSetting,
  oldSetting,
  type SettingDescription,
  type SettingName,
  type Settings,
  settings,
} from '../language/settings.ts';
import type { Model } from '../model/index.ts';
import type { LogTarget } from '../net/log.ts';
import type { ConnectionState } from '../net/state.ts';
import type { Version } from '../net/version.ts';
import { lineSpan, positionOf, type Span, spanOf, standsFor, type TracedText } from '../source.ts';
import { logTargetOf } from './columns/logging.ts';
import { trafficSettings } from './routing/routing-settings.ts';
import { dynamicBlacklistOf } from './sets/dynamic-blacklist.ts';

type Flavour = Settings['flavour'];

/** Gives the text of each setting: the user's, or what the directory takes when it is left out. */
export interface SettingReader {
  text(name: SettingName): string;
  /** The value with its place; undefined when the user did not write it. */
  written(name: SettingName): TracedText | undefined;
  place(name: SettingName): Span | undefined;
}

/** The settings as each IP version has them: one reader where they are the same for both. */
export function settingReaders(
  read: ReadConfiguration,
  flavour: Flavour,
  report: Report,
): Readonly<Record<Version, SettingReader>> {
  const four = readSettings(read, flavour, report, 4);
  if (read.settings.every(({ version }) => version === undefined)) return { 4: four, 6: four };
  for (const { name, version } of read.settings)
    if (version !== undefined && !mayDiffer(name.text)) report.add(perFamilySetting(spanOf(name), name.text, version));
  return { 4: four, 6: readSettings(read, flavour, report, 6) };
}

/** Whether a setting may be said for one IP version alone; what does not concern packets may. */
function mayDiffer(name: string): boolean {
  if (!Object.hasOwn(settings, name)) return true;
  const { role, byVersion }: SettingDescription = settings[name as SettingName];
  return byVersion === true || role === 'later' || role === 'operational';
}

/** Checks the names of the settings file and lets the values be asked for. */
export function readSettings(
  read: ReadConfiguration,
  flavour: Flavour,
  report: Report,
  version: Version = 4,
): SettingReader {
  const written = new Map<string, SettingLine>();
  for (const line of read.settings) {
    if (line.version !== undefined && line.version !== version) continue;
    const modern = modernSetting(line, read, report);
    // What an old name stands for is only what is left out under the new one.
    const earlier = modern === line ? written.get(line.name.text) : undefined;
    if (earlier && earlier.name.text === line.name.text && !isRenamed(earlier))
      report.add(settingTwice(spanOf(line.name), line.name.text, earlier.value.text));
    if (modern && (modern === line || !written.has(modern.name.text))) written.set(modern.name.text, modern);
  }
  return {
    text: (name) =>
      written.get(name)?.value.text ??
      defaultOf(settings[name], flavour).replaceAll(
        '$LOG_LEVEL',
        written.get('LOG_LEVEL')?.value.text ?? defaultOf(settings.LOG_LEVEL, flavour),
      ),
    written: (name) => written.get(name)?.value,
    place: (name) => {
      const line = written.get(name);
      return line ? spanOf(line.value.text === '' ? line.name : line.value) : undefined;
    },
  };
}

/** Whether the line stands under an old name. */
function isRenamed({ name }: SettingLine): boolean {
  return name.pieces.some(({ verbatim }) => !verbatim);
}

/** The value of a setting that is left out. */
export function defaultOf(setting: SettingDescription, flavour: Flavour): string {
  if (flavour === 'ftpwall') return setting.ftpwall ?? setting.shipped;
  return setting.unset;
}

/** The line in today's spelling; undefined when it means nothing any more. */
function modernSetting(line: SettingLine, read: ReadConfiguration, report: Report): SettingLine | undefined {
  const name = line.name.text;
  if (Object.hasOwn(settings, name)) return line;
  const old = oldSetting(name);
  if (!old) {
    report.add(unknownSetting(spanOf(line.name), name, nearest(name, Object.keys(settings))));
    return undefined;
  }
  const value = valueToday(line, old, read);
  const modern = old.instead && value ? `${old.instead}=${value}` : undefined;
  // Of two lines that become one the first is rewritten, and the other is left out.
  const another = old.joined?.some((each) => each !== name && writtenBefore(each, line, read));
  const fix = rewritten(spanOf(line.name), another ? undefined : modern);
  report.add(legacySetting(spanOf(line.name), name, modern, fix));
  if (!modern || value === undefined) return undefined;
  return { ...line, name: standsFor(old.instead, spanOf(line.name)), value: standsFor(value, spanOf(line.name)) };
}

/** What an older setting says in today's words; undefined when that is nothing. */
function valueToday(
  { value, version }: SettingLine,
  { when, joined }: OldSetting,
  read: ReadConfiguration,
): string | undefined {
  if (joined)
    return joined
      .flatMap((each) => {
        const line = read.settings.findLast((other) => other.name.text === each && other.version === version);
        return line?.value.text || [];
      })
      .join(':');
  if (when === 'same') return value.text;
  return Object.entries(when).find(([key]) => key.toLowerCase() === value.text.toLowerCase())?.[1];
}

function writtenBefore(name: string, line: SettingLine, { settings: lines }: ReadConfiguration): boolean {
  const other = lines.findIndex((each) => each.name.text === name && each.value.text !== '');
  return other !== -1 && other < lines.indexOf(line);
}

/** The line with the setting of today, or as a comment when there is none; a comment behind it stays. */
function rewritten({ source, start }: Span, modern: string | undefined): Fix {
  const span = lineSpan(source, positionOf(source, start).line);
  const text = source.text.slice(span.start, span.end);
  const comment = /\s+#.*$/.exec(text)?.[0] ?? '';
  return { span, text: modern === undefined ? `# ${text}` : `${modern}${comment}` };
}

/** Reads the settings that change a packet's fate. */
export function resolveSettings(reader: SettingReader, flavour: Flavour, report: Report): Settings {
  const complain = (name: SettingName, wanted: string): void => {
    const span = reader.place(name);
    if (span) report.add(badSetting(span, name, reader.text(name), wanted));
  };
  const yes = (name: SettingName): boolean => {
    const text = reader.text(name).toLowerCase();
    if (text !== 'yes' && text !== 'no' && text !== '') complain(name, '`Yes` or `No`');
    return text === 'yes';
  };
  const one = <const Choice extends string>(
    name: SettingName,
    choices: readonly Choice[],
    otherwise: Choice,
  ): Choice => {
    const text = reader.text(name).toLowerCase();
    const found = choices.find((choice) => choice === text);
    if (found === undefined && text !== '') complain(name, oneOf(choices));
    return found ?? otherwise;
  };
  const disposition = (name: SettingName, allowed: readonly string[]): Disposition => {
    const [, audited, text = ''] = /^(A_)?(.*)$/.exec(reader.text(name)) ?? [];
    if (!allowed.includes(text)) complain(name, oneOf(allowed));
    const audit = audited ? ({ audit: true } as const) : {};
    const kind = text.toLowerCase();
    if (kind === 'accept' || kind === 'continue' || kind === 'reject') return { kind, ...audit };
    return { kind: 'drop', ...audit };
  };
  const log = (name: SettingName): { readonly log?: LogTarget } => {
    const target = levelOf(name);
    return target ? { log: target } : {};
  };
  const levelOf = (name: SettingName): LogTarget | undefined => {
    const text = reader.text(name);
    if (text === '' || text.toLowerCase() === 'none') return undefined;
    const target = logTargetOf(text);
    if (target === undefined) complain(name, 'a log level such as `info`');
    return target === 'none' ? undefined : target;
  };
  const optional = <Key extends string>(
    key: Key,
    target: LogTarget | undefined,
  ): { readonly [Name in Key]?: LogTarget } =>
    target ? ({ [key]: target } as { readonly [Name in Key]?: LogTarget }) : {};
  const verdicts = ['ACCEPT', 'DROP', 'REJECT', 'CONTINUE'];
  const refusals = verdicts.filter((each) => each !== 'ACCEPT');
  yes('STARTUP_ENABLED');
  const limit = logLimitOf(reader.text('LOGLIMIT'));
  if (limit === 'bad') complain('LOGLIMIT', 'a rate such as `s:1/sec:10`');
  const clamp = clampOf(reader.text('CLAMPMSS'));
  if (clamp === 'bad') complain('CLAMPMSS', '`Yes`, `No` or a number of bytes');
  const fastAccept = yes('FASTACCEPT');
  const blacklisted = statesOf(reader.text('BLACKLIST') || blacklistDefault(flavour, fastAccept)) ?? [];
  if (blacklisted.length === 0)
    complain('BLACKLIST', '`ALL`, or a list of `NEW`, `ESTABLISHED`, `RELATED`, `INVALID`, `UNTRACKED`');
  else if (fastAccept && blacklisted.includes('established') && !/^all$/i.test(reader.text('BLACKLIST')))
    complain('BLACKLIST', 'states without `ESTABLISHED`, which FASTACCEPT=Yes accepts before');
  const dynamic = dynamicBlacklistOf(reader.text('DYNAMIC_BLACKLIST'));
  if (!dynamic)
    complain('DYNAMIC_BLACKLIST', '`Yes`, `No`, or `ipset` with options such as `ipset,timeout=600:name:info`');
  return {
    flavour,
    strictRelated: flavour === 'ftpwall' && one('RELATED', ['strict', 'disposition'], 'disposition') === 'strict',
    closedOutsideZones: flavour === 'ftpwall' && one('OUTSIDE_ZONES', ['drop', 'policy'], 'drop') === 'drop',
    acceptsDiscovery: flavour !== 'ftpwall' || one('NEIGHBOUR_DISCOVERY', ['accept', 'rules'], 'accept') === 'accept',
    related: disposition('RELATED_DISPOSITION', verdicts),
    invalid: disposition('INVALID_DISPOSITION', refusals),
    untracked: disposition('UNTRACKED_DISPOSITION', verdicts),
    ...optional('relatedLog', levelOf('RELATED_LOG_LEVEL')),
    ...optional('invalidLog', levelOf('INVALID_LOG_LEVEL')),
    ...optional('untrackedLog', levelOf('UNTRACKED_LOG_LEVEL')),
    smurfs: { disposition: disposition('SMURF_DISPOSITION', ['DROP']), ...log('SMURF_LOG_LEVEL') },
    tcpFlags: {
      disposition: disposition('TCP_FLAGS_DISPOSITION', ['ACCEPT', 'DROP', 'REJECT']),
      ...log('TCP_FLAGS_LOG_LEVEL'),
    },
    sfilter: { disposition: disposition('SFILTER_DISPOSITION', ['DROP', 'REJECT']), ...log('SFILTER_LOG_LEVEL') },
    rpfilter: { disposition: disposition('RPFILTER_DISPOSITION', ['DROP', 'REJECT']), ...log('RPFILTER_LOG_LEVEL') },
    maclist: {
      disposition: disposition('MACLIST_DISPOSITION', ['ACCEPT', 'DROP', 'REJECT']),
      ...log('MACLIST_LOG_LEVEL'),
    },
    blacklist: {
      disposition: disposition('BLACKLIST_DISPOSITION', ['DROP', 'REJECT']),
      states: blacklisted,
      ...log('BLACKLIST_LOG_LEVEL'),
    },
    logFormat: reader.text('LOGFORMAT'),
    logZone: one('LOG_ZONE', ['src', 'dst', 'both'], 'both'),
    logTagOnly: yes('LOGTAGONLY'),
    ...(limit && limit !== 'bad' ? { logLimit: limit } : {}),
    ...optional('logAllNew', levelOf('LOGALLNEW')),
    autoHelpers: yes('AUTOHELPERS'),
    routeFilter: reader.text('ROUTE_FILTER').toLowerCase(),
    logMartians: reader.text('LOG_MARTIANS').toLowerCase(),
    adminIsAbsentMinded: yes('ADMINISABSENTMINDED'),
    ...(clamp && clamp !== 'bad' ? { clampMss: clamp } : {}),
    implicitContinue: yes('IMPLICIT_CONTINUE'),
    fastAccept,
    fold: yes('FOLD'),
    complete: yes('COMPLETE'),
    detectDnatAddresses: yes('DETECT_DNAT_IPADDRS'),
    multicast: yes('MULTICAST'),
    countryFolder: reader.text('GEOIPDIR').replace(/\/+$/, '') || '/usr/share/xt_geoip/LE',
    zoneSeparator: reader.text('ZONE2ZONE') === '2' ? '2' : '-',
    leaveIpv6Alone: flavour === 'shorewall' && !yes('DISABLE_IPV6'),
    ftpsPassive: passiveOf(reader.text('FTPS_PASSIVE'), complain),
    dynamicBlacklist: dynamic ?? { commands: true },
    requireInterface: yes('REQUIRE_INTERFACE'),
    ...trafficSettings(reader, complain),
  };
}

/** `DROP`, `REJECT` or `CONTINUE`. */
function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

const forwardingWords = ['on', 'off', 'keep', 'yes', 'no'] as const;

/** IP_FORWARDING as an IP version has it. */
export function resolveForwarding(reader: SettingReader, report: Report): Model['forwarding'][Version] {
  const text = reader.text('IP_FORWARDING').toLowerCase();
  const found = forwardingWords.find((word) => word === text);
  const place = reader.place('IP_FORWARDING');
  if (found === undefined && text !== '' && place)
    report.add(badSetting(place, 'IP_FORWARDING', reader.text('IP_FORWARDING'), oneOf(forwardingWords)));
  return forwardingOf(found ?? 'keep');
}

function forwardingOf(text: (typeof forwardingWords)[number]): Model['forwarding'][Version] {
  if (text === 'yes') return 'on';
  if (text === 'no') return 'off';
  return text;
}

function passiveOf(text: string, complain: (name: SettingName, wanted: string) => void): string {
  if (text !== '' && !parsePassive(text)) complain('FTPS_PASSIVE', 'a range of ports such as `10000:10100`');
  return text;
}

function logLimitOf(text: string): NonNullable<Settings['logLimit']> | 'bad' | undefined {
  if (text === '') return undefined;
  const found = /^(?:(s|d)(?:\/\d+)?:)?(?:[A-Za-z_][\w-]*:)?(\d+)\/(sec|second|min|minute|hour|day)(?::(\d+))?$/.exec(
    text,
  );
  if (!found) return 'bad';
  const [, each, count, per, burst] = found;
  const unit = per === 'sec' ? 'second' : per === 'min' ? 'minute' : (per as 'second' | 'minute' | 'hour' | 'day');
  return {
    ...(each ? { each: each === 's' ? ('source' as const) : ('dest' as const) } : {}),
    count: Number(count),
    per: unit,
    burst: Number(burst ?? 5),
  };
}

function clampOf(text: string): number | 'path' | 'bad' | undefined {
  if (/^no$/i.test(text) || text === '') return undefined;
  if (/^yes$/i.test(text)) return 'path';
  return /^\d{3,5}$/.test(text) ? Number(text) : 'bad';
}

const allStates: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid', 'untracked'];

/** What BLACKLIST is when it is left out or empty (Config.pm of 5.2.8, lines 6595 to 6604). */
function blacklistDefault(flavour: Flavour, fastAccept: boolean): string {
  return flavour === 'ftpwall' || fastAccept ? settings.BLACKLIST.shipped : settings.BLACKLIST.unset;
}

/** `ALL`, or states; undefined when a word is neither. */
function statesOf(text: string): readonly ConnectionState[] | undefined {
  const words = text.toLowerCase().split(',');
  if (words.some((word) => word !== 'all' && !allStates.includes(word as ConnectionState))) return undefined;
  return words.includes('all') ? allStates : allStates.filter((state) => words.includes(state));
}
