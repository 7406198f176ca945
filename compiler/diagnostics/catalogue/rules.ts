/** What stage 3 says of a line of `rules` as a whole. */
import { error, warning } from '../diagnostic.ts';

export const tooManyRules = error('too-many-rules', (most: number) => ({
  message: `this file expands to more than ${most} rules`,
  label: 'one for each zone pair of a line; here the limit is exceeded',
  help: 'name the zones instead of `all`, or use fewer zones',
}));

export const sourceMissing = error('source-missing', (action: string) => ({
  message: `this \`${action}\` rule has no SOURCE`,
  label: 'the source zone is missing',
  help: 'write the zone',
}));

export const destMissing = error('dest-missing', (action: string) => ({
  message: `this \`${action}\` rule has no DEST`,
  label: 'the destination zone is missing',
  help: 'write the zone',
}));

export const portInDest = error('port-in-dest', (port: string, column: 'SPORT' | 'DPORT') => ({
  message: `\`${port}\` after a zone, but nothing is translated here`,
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
  label: 'packets over the rate would continue with the next rule',
  help: `accept with a rate, and let the policy drop the rest`,
}));

export const userNeedsFirewall = error('user-needs-firewall', () => ({
  message: 'USER in a rule whose SOURCE is not the firewall',
  label: 'only packets of local processes have a user',
  help: 'write `$FW` in SOURCE',
}));

export const ruleWithoutPairs = warning('rule-without-pairs', () => ({
  message: 'this rule applies to no zone pair',
  label: 'every pair is within one zone or has the policy NONE',
  help: 'write `+` after the zones to include traffic within a zone',
}));
