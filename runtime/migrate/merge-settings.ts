/** The settings of two folders as one: what differs is said for each IP version, unless it makes no difference. */
import { settingsFileNames } from '../../compiler/1-read/settings-file.ts';
import { compile } from '../../compiler/compile.ts';
import { type SettingDescription, type SettingName, settings } from '../../compiler/language/settings.ts';
import { withTexts } from '../fix/fix.ts';
import { version } from '../generated/version.js';
import type { Half } from './half.ts';
import type { Note } from './report.ts';
import { type Explicit, knownSettings, lineOf, settingsText } from './settings-text.ts';

/** Settings that are about IPv4 alone: what a Shorewall6 folder says of them means nothing. */
const ofIpv4: readonly string[] = [
  'FAMILY',
  'LOG_MARTIANS',
  'ROUTE_FILTER',
  'DETECT_DNAT_IPADDRS',
  'ADD_IP_ALIASES',
  'ADD_SNAT_ALIASES',
  'RETAIN_ALIASES',
  'DISABLE_IPV6',
  'DOCKER',
  'DOCKER_BRIDGE',
  'MINIUPNPD',
];

const roles: readonly string[] = ['filter', 'nat', 'helpers', 'language', 'system'];

interface Said {
  readonly name: SettingName;
  readonly value: string;
}

export interface MergedSettings {
  /** Settings that both want, said otherwise than the first folder does. */
  readonly replaced: readonly Said[];
  /** Settings with a value for each IP version. */
  readonly each: readonly { readonly name: SettingName; readonly four: string; readonly six: string }[];
  /** Settings that differ and have one value for both, a sentence each. */
  readonly differing: readonly string[];
  readonly notes: readonly Note[];
}

/** Finds for each setting that differs what can be said of it. */
export function mergeSettings(four: Half, six: Half): MergedSettings {
  const [mine, theirs] = [knownSettings(four.environment), knownSettings(six.environment)];
  const replaced: Said[] = [];
  const each: { name: SettingName; four: string; six: string }[] = [];
  const differing: string[] = [];
  for (const name of Object.keys(settings) as SettingName[]) {
    const { role, byVersion }: SettingDescription = settings[name];
    if (!roles.includes(role) || ofIpv4.includes(name)) continue;
    const [a, b] = [mine.text(name), theirs.text(name)];
    if (a.toLowerCase() === b.toLowerCase()) continue;
    // The ICMPv6 that IPv6 cannot do without, of IPv6 alone.
    if (b === `AllowICMPs,${a}`) replaced.push({ name, value: `AllowICMPv6,${a}` });
    else if (meansNothing({ name, value: a }, six)) continue;
    else if (meansNothing({ name, value: b }, four)) replaced.push({ name, value: b });
    else if (byVersion) each.push({ name, four: a, six: b });
    else
      differing.push(
        `${name} is \`${a}\` in shorewall.conf and \`${b}\` in shorewall6.conf, and has one value for both: make the two alike`,
      );
  }
  const file = settingsFileNames.ftpwall;
  const notes: readonly Note[] = [
    ...replaced.map((one): Note => ({ kind: 'changed', file, now: lineOf(one), why: 'said for both IP versions' })),
    ...each.map(
      ({ name, ...values }): Note => ({
        kind: 'changed',
        file,
        now: `IPv4: ${name}=${values.four}, IPv6: ${name}=${values.six}`,
        why: 'each IP version has its own value',
      }),
    ),
  ];
  return { replaced, each, differing, notes };
}

/** Whether a folder is the same firewall with another value of a setting. */
function meansNothing(said: Said, half: Half): boolean {
  const file = settingsFileNames[half.folder.flavour];
  const texts = new Map([...half.texts, [file, withLine(half.texts.get(file) ?? '', said.name, lineOf(said))]]);
  const [before, after] = [half.environment, withTexts(half.environment, texts)].map((environment) => {
    const { report, artifact, plan } = compile(environment, { version, lint: false });
    return report.failed ? undefined : JSON.stringify([artifact?.ruleset, artifact?.stopped, plan]);
  });
  return before !== undefined && before === after;
}

/** The settings file of both: that of the first folder, with what must be said otherwise. */
export function settingsOfBoth(old: string, explicit: readonly Explicit[], { replaced, each }: MergedSettings): string {
  const text = replaced.reduce(
    (before, said) => withLine(before, said.name, lineOf(said)),
    settingsText(
      old,
      explicit.filter(({ name }) => !each.some((one) => one.name === name)),
    ),
  );
  return each.reduce((before, { name, four, six }) => {
    const lines = [lineOf({ name, value: four }), lineOf({ name, value: six })];
    return withLine(before, name, `?IF __IPV4\n${lines[0]}\n?ELSE\n${lines[1]}\n?ENDIF`);
  }, text);
}

/** The text with the line of a setting said otherwise. */
function withLine(text: string, name: string, said: string): string {
  const line = new RegExp(`^${name}=.*$`, 'm');
  return line.test(text) ? text.replace(line, () => said) : `${text.replace(/\n*$/, '\n')}${said}\n`;
}
