/** The settings of two folders as one: where they differ in what happens to packets, they cannot be. */
import type { SettingName } from '../../compiler/language/settings.ts';
import { settings } from '../../compiler/language/settings.ts';
import { type KnownSettings, lineOf } from './settings-text.ts';

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
  'SMURF_LOG_LEVEL',
];

const roles: readonly string[] = ['filter', 'nat', 'helpers', 'language', 'system'];

export interface MergedSettings {
  /** Settings that both want, said otherwise than the first folder does. */
  readonly replaced: readonly { readonly name: SettingName; readonly value: string }[];
  /** Settings that differ, a sentence each. */
  readonly differing: readonly string[];
}

export function mergeSettings(four: KnownSettings, six: KnownSettings): MergedSettings {
  const replaced: { name: SettingName; value: string }[] = [];
  const differing: string[] = [];
  for (const name of Object.keys(settings) as SettingName[]) {
    if (!roles.includes(settings[name].role) || ofIpv4.includes(name)) continue;
    const [a, b] = [four.text(name), six.text(name)];
    if (a.toLowerCase() === b.toLowerCase()) continue;
    // The ICMPv6 that IPv6 cannot do without, of IPv6 alone.
    if (b === `AllowICMPs,${a}`) replaced.push({ name, value: `AllowICMPv6,${a}` });
    else differing.push(`${name} is \`${a}\` for IPv4 and \`${b}\` for IPv6, and one folder has one value`);
  }
  return { replaced, differing };
}

/** The text with a line said otherwise. */
export function withSetting(text: string, setting: { readonly name: SettingName; readonly value: string }): string {
  const line = new RegExp(`^${setting.name}=.*$`, 'm');
  const said = lineOf(setting);
  return line.test(text) ? text.replace(line, () => said) : `${text.replace(/\n*$/, '\n')}${said}\n`;
}
