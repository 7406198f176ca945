/**
 * A folder of ours from listings of a machine: the way back from rules to lines. Chains are followed to their end for each
 * pair of zones and each state; what lines cannot say is named, and refused rather than accepted.
 */
import type { Version } from '../../net/version.ts';
import type { Dump } from '../dump.ts';
import { nameEffects } from './effects.ts';
import { type Unsaid, Unsaids } from './line.ts';
import { destinationLines, sourceLines } from './nat-text.ts';
import { type ByVersion, pairsOf } from './pairs.ts';
import { dispositionsOf, policyText, rulesText } from './rules-text.ts';
import type { Rules } from './situation.ts';
import { type ListedZone, textOf, zonesOf } from './zones.ts';

/** What a folder is made of. */
export interface FolderFromDumps {
  readonly files: Readonly<Record<string, string>>;
  readonly zones: readonly ListedZone[];
  /** What the lines do not say, by its place. */
  readonly unsaid: readonly Unsaid[];
}

/** `outward`: the interface of the default route, where it is known. Of each IP version the first listing counts. */
export function folderFromDumps(dumps: readonly Dump[], outward?: string): FolderFromDumps {
  const unsaids = new Unsaids();
  const rules = rulesOf(dumps);
  const zones = zonesOf(
    dumps.map(({ ruleset }) => ruleset),
    outward,
  );
  const pairs = pairsOf(zones, rules, unsaids);
  const destinations = destinationLines(zones, rules, unsaids);
  const sources = sourceLines(zones, rules, unsaids);
  for (const each of rules.values()) nameEffects(each, unsaids);
  const versions = [...rules.keys()];
  const { related, invalid, untracked } = dispositionsOf(pairs);
  const files = {
    'ftpwall.conf': [
      '# Settings: NAME=value. What is not here has the value that ftpwall.conf(5) names.',
      `FAMILY=${versions.length === 2 ? 'both' : `ipv${versions[0]}`}`,
      '',
      '# Packets of these states, where no section of `rules` decides.',
      'RELATED=disposition',
      `RELATED_DISPOSITION=${related}`,
      `INVALID_DISPOSITION=${invalid}`,
      `UNTRACKED_DISPOSITION=${untracked}`,
      '',
      '# The rules that were read refuse nothing else by themselves, and forwarding stays as it is.',
      'DROP_DEFAULT=none',
      'REJECT_DEFAULT=none',
      'IP_FORWARDING=Keep',
      ...(versions.includes(6)
        ? ['', '# Neighbour discovery is accepted where a line says so.', 'NEIGHBOUR_DISCOVERY=rules']
        : []),
    ],
    params: ['# Names for the other files: NAME=value, used as $NAME. This file is run by /bin/sh.'],
    zones: ['# The parts of the network.', '#ZONE  TYPE', 'fw  firewall', ...zones.map(({ name }) => `${name}  ip`)],
    interfaces: [
      '# Which network interface leads to which zone; `+` is any that no other line names.',
      '?FORMAT 2',
      '#ZONE  INTERFACE  OPTIONS',
      ...zones.map(({ name, pattern }) => `${name}  ${pattern ? textOf(pattern) : '+'}  tcpflags=0,routeback`),
    ],
    ...(sources.length > 0 && { snat: ['?FORMAT 2', '#ACTION  SOURCE  DEST  PROTO  DPORT  SPORT', ...sources] }),
  };
  const texts = Object.entries(files).map(([name, lines]) => [name, `${lines.join('\n')}\n`]);
  return {
    files: {
      ...Object.fromEntries(texts),
      policy: policyText(pairs),
      rules: rulesText(pairs, destinations, versions.length === 2),
    },
    zones,
    unsaid: unsaids.all,
  };
}

function rulesOf(dumps: readonly Dump[]): ByVersion {
  const found = new Map<Version, Rules>();
  for (const version of [4, 6] as const) {
    const dump = dumps.find(({ versions }) => versions.includes(version));
    if (!dump) continue;
    const { chains, sets } = dump.ruleset;
    found.set(version, {
      chains: new Map(chains.map((chain) => [chain.name, chain])),
      sets: new Map(sets.map((set) => [set.name, set])),
    });
  }
  return found;
}
