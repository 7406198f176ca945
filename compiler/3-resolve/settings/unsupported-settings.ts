/** Settings that ask for something we do not do: said where it would have had an effect, never passed over in silence. */
import type { Config } from '../../2-parse/parse.ts';
import { settingWithoutEffect } from '../../diagnostics/catalogue/settings.ts';
import type { Report } from '../../diagnostics/report.ts';
import type { SettingName } from '../../language/settings.ts';
import type { SettingReader } from './setting-lines.ts';

interface Undone {
  readonly name: SettingName;
  /** Whether the configuration has what the setting is about. */
  readonly concerns: (config: Config) => boolean;
  readonly label: string;
  readonly help: string;
}

const translates = (config: Config): boolean => config.snat.length + config.masq.length > 0;

const undone: readonly Undone[] = [
  {
    name: 'ADD_IP_ALIASES',
    concerns: (config) => config.nat.length > 0,
    label: 'no address is given to an interface',
    help: 'give the addresses of `nat` to their interfaces in the configuration of the network, or by `ip address add` in `init`',
  },
  {
    name: 'ADD_SNAT_ALIASES',
    concerns: translates,
    label: 'no address is given to an interface',
    help: 'give the addresses of `snat` to their interfaces in the configuration of the network, or by `ip address add` in `init`',
  },
  {
    name: 'DOCKER',
    concerns: () => true,
    label: 'no rule is made from what Docker has published',
    help: 'make the bridge of Docker a zone, and write a policy and rules for it: ftpwall-docker(7) shows how',
  },
  {
    name: 'ZONE_BITS',
    concerns: () => true,
    label: 'no packet is marked with the zone that it comes from',
    help: 'leave it out; what asks for these marks by name, MARK with a zone, is not compiled',
  },
];

/** Warns of each that is switched on. */
export function sayUndone(reader: SettingReader, config: Config, report: Report): void {
  for (const { name, concerns, label, help } of undone) {
    const text = reader.text(name);
    const place = reader.place(name);
    if (place && text !== '' && !/^(?:no|0)$/i.test(text) && concerns(config))
      report.add(settingWithoutEffect(place, name, text, label, help));
  }
}
