/** What stage 4 says: laws that a single line cannot break. */

import type { NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { note, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const ruleNeverReached = warning('rule-never-reached', (related: readonly Label[]) => ({
  message: 'rule is never reached',
  label: 'every packet is decided before it',
  related,
  help: 'move it before the other rule, or remove it',
}));

export const ruleMatchesNothing = warning('rule-matches-nothing', () => ({
  message: 'rule can never match',
  label: 'no packet has all that this line asks for',
  help: 'correct the line, or remove it',
}));

export const ruleRedundant = note('rule-redundant', (related: readonly Label[]) => ({
  message: 'new connections would fare the same without this rule',
  label: 'what comes after it decides the same',
  related,
  help: 'remove it, if it is not there to be read or counted',
}));

export const zonesOfOtherVersion = warning('zones-of-other-version', (why: string) => ({
  message: 'rule can never match: its zones share no IP version',
  label: why,
  help: 'take the line out, or type the zone `ip` if it holds both IP versions',
}));

export const closedZone = warning('closed-zone', (names: readonly string[], related: readonly Label[]) => ({
  message: `nothing can enter or leave ${names.length === 1 ? 'zone' : 'zones'} ${listed(names)}`,
  label: 'every policy and every rule for it drops or rejects',
  related,
  help: 'give it a policy or a rule that accepts, or remove the zone',
}));

/** Names as people read them; of many the first ones. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `\`${name}\``);
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}

export const serviceOfOneVersion = warning(
  'service-of-one-version',
  ({ protocol, ports, version, source }: ServiceOfOneVersion) => {
    const numbers = ports.first === ports.last ? `port ${ports.first}` : `ports ${ports.first}-${ports.last}`;
    const name = { 6: 'tcp', 17: 'udp' }[protocol] ?? `protocol ${protocol}`;
    return {
      message: `${name} ${numbers} of the firewall is open to \`${source}\` over IPv${version} alone`,
      label: `no line decides the same over IPv${version === 4 ? 6 : 4}`,
      help: `admit it over IPv${version === 4 ? 6 : 4}, too; a line that drops it there says that this is meant`,
    };
  },
);

/** What is offered over one IP version: ports of a protocol, to a zone. */
interface ServiceOfOneVersion {
  readonly protocol: number;
  readonly ports: NumberRange;
  readonly version: Version;
  readonly source: string;
}

export const chainNotFolded = warning('chain-not-folded', (chain: string, equality: 'different' | 'undecided') => ({
  message: `the rules of chain ${chain} stay as they are`,
  label:
    equality === 'undecided'
      ? 'it could not be shown that verdict maps decide the same for every packet'
      : 'verdict maps would not decide the same for every packet: this is a mistake in ftpwall',
  help:
    equality === 'undecided'
      ? 'the firewall is right as it is; only its speed depends on the number of rules'
      : 'the firewall is right as it is; please report it, with the configuration',
}));
