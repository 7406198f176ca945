/** What stage 4 says: laws that a single line cannot break. */

import type { NumberRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import { error, note, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const ruleNeverReached = warning('rule-never-reached', (related: readonly Label[]) => ({
  message: 'rule is never reached',
  label: 'every packet is decided before it',
  related,
  help: 'move it before the other rule, or remove it',
}));

export const ruleMatchesNothing = warning('rule-matches-nothing', (emptyColumn?: string) => ({
  message: 'rule can never match',
  label:
    emptyColumn === undefined
      ? 'no packet meets all conditions of this line'
      : `${emptyColumn} excludes every address that it names`,
  help: 'correct the line, or remove it',
}));

export const ruleRedundant = note('rule-redundant', (related: readonly Label[]) => ({
  message: 'this rule changes nothing for new connections',
  label: 'later lines decide the same',
  related,
  help: 'remove it, unless it is there as documentation or for its counter',
}));

export const zonesOfOtherVersion = warning('zones-of-other-version', (why: string) => ({
  message: 'rule can never match: its zones share no IP version',
  label: why,
  help: 'remove the line, or use the type `ip` for zones with both IP versions',
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
      message: `${name} ${numbers} of the firewall is open to \`${source}\` over IPv${version} only`,
      label: `no line accepts it over IPv${version === 4 ? 6 : 4}`,
      help: `accept it over IPv${version === 4 ? 6 : 4}, too, or add a line that drops it there to show that this is intended`,
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

export const chainsTooDeep = error('chains-too-deep', (most: number) => ({
  message: `this line leads packets through more than ${most} chains`,
  label: 'the kernel refuses to load this',
  help: 'call fewer actions inside one another, or add the option `inline` to some of them in `actions`',
}));

export const chainNotFolded = warning('chain-not-folded', (chain: string, equality: 'different' | 'undecided') => ({
  message: `the rules of chain ${chain} are not combined into maps`,
  label:
    equality === 'undecided'
      ? 'could not prove that maps decide the same for every packet'
      : 'maps would not decide the same for every packet: this is a bug in ftpwall',
  help:
    equality === 'undecided'
      ? 'the firewall is correct, but slower with many rules'
      : 'the firewall is correct; please report this with the configuration',
}));
