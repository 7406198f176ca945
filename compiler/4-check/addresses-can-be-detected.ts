import { detectedPattern } from '../diagnostics/catalogue/settings.ts';
import type { Law } from './law.ts';

/** DETECT_DNAT_IPADDRS asks for the address of each interface of the source zone; a pattern such as `ppp+` has none. */
export const addressesCanBeDetected: Law = ({ settings, rules, zones }, { report }) => {
  if (!settings.detectDnatAddresses) return;
  for (const { action, traffic, pairs, origin } of rules) {
    if (action.kind !== 'dnat' || traffic.originalDest) continue;
    const sources = zones.filter(({ name }) => pairs.some(({ source }) => source === name));
    const pattern = sources
      .flatMap(({ hosts }) => hosts.map((group) => group.interface))
      .find((each) => each.pattern.wildcard);
    if (pattern) report.add(detectedPattern(origin, pattern.name, { span: pattern.origin[0], text: 'declared here' }));
  }
};
