/** What stage 3 says of a line of `rules` as a whole. */
import { error, warning } from '../diagnostic.ts';

export const tooManyRules = error('too-many-rules', (most: number) => ({
  message: `this file becomes more than ${most} rules`,
  label: 'one for each pair of zones that a line is about; here it is too much',
  help: 'name the zones that a line is for in place of `all`, or have fewer zones',
}));

export const sourceMissing = error('source-missing', (action: string) => ({
  message: `this \`${action}\` rule has no SOURCE`,
  label: 'which zone the connections come from is missing',
  help: 'write the zone',
}));

export const destMissing = error('dest-missing', (action: string) => ({
  message: `this \`${action}\` rule has no DEST`,
  label: 'which zone the connections go to is missing',
  help: 'write the zone',
}));

export const portInDest = error('port-in-dest', (port: string, column: 'SPORT' | 'DPORT') => ({
  message: `\`${port}\` stands behind a zone where nothing is translated`,
  label: port === 'random' ? 'a word for translations' : 'a port',
  help: `write it in ${column}; only DEST of DNAT and REDIRECT has a port`,
}));

export const natInSection = error('nat-in-section', (action: string, section: string) => ({
  message: `\`${action}\` in section ${section}`,
  label: 'only the first packet of a connection can be translated',
  help: 'move the line into section NEW',
}));

export const rateOnRefusal = error('rate-on-refusal', (action: string) => ({
  message: `RATE with \`${action}\``,
  label: 'packets over the rate would be let through to the next rule',
  help: `accept at a rate and let the policy refuse the rest`,
}));

export const userNeedsFirewall = error('user-needs-firewall', () => ({
  message: 'USER in a rule whose SOURCE is not the firewall',
  label: 'only packets of local processes have a user',
  help: 'write `$FW` in SOURCE',
}));

export const ruleWithoutPairs = warning('rule-without-pairs', () => ({
  message: 'this rule holds for no pair of zones',
  label: 'every pair it names lies within one zone, or has the policy NONE',
  help: 'write `+` behind the zones to include what stays within a zone',
}));
