/** Sets that the user names, as matches and as what is put into them. */

import type { Match, SetKeyField, Statement } from '../../ir/ruleset.ts';
import { protocolsWithPorts } from '../../language/names.ts';
import type { RuleAction } from '../../model/rule.ts';
import type { NamedSet, SetMatch, SetPart, SetSide } from '../../model/sets.ts';
import type { HostMatch, Traffic } from '../../model/traffic.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';

/** The members of a list of sets, or the set itself. */
function membersOf(set: NamedSet): readonly NamedSet[] {
  return set.members ?? [set];
}

/** What an element is compared with, part by part. */
function setKey(
  { parts, prefix }: NamedSet,
  fields: readonly SetSide[],
  column: 'saddr' | 'daddr',
  version: Version,
): readonly SetKeyField[] {
  return parts.flatMap((part, index) => {
    const side = fields[index] ?? 'own';
    const own = fieldsOf[part](side === 'own' ? column === 'saddr' : side === 'src', version);
    return prefix === undefined ? own : own.map((field) => ('version' in field ? { ...field, prefix } : field));
  });
}

const fieldsOf: Readonly<Record<SetPart, (source: boolean, version: Version) => readonly SetKeyField[]>> = {
  address: (source, version) => [{ field: source ? 'saddr' : 'daddr', version }],
  port: (source) => [{ field: 'protocol' }, { field: source ? 'sport' : 'dport' }],
  portAlone: (source) => [{ field: source ? 'sport' : 'dport' }],
  mac: () => [{ field: 'sourceMac' }],
  interface: (source) => [{ field: source ? 'iifname' : 'oifname' }],
  mark: () => [{ field: 'metaMark' }],
};

/** The match for one end; undefined when nothing of the IP version can be in the set, none when nothing of it can be outside. */
export function setMatches(
  { set, negated, fields }: SetMatch,
  column: 'saddr' | 'daddr',
  version: Version,
): readonly Match[] | undefined {
  const name = set.of[version];
  if (name === undefined) return negated ? [] : undefined;
  const key = setKey(set, fields, column, version);
  return [...(negated ? [] : withPorts(set)), { kind: 'set', set: name, negated, key }];
}

/** Packets without ports are in no set of ports: where others have ports, nft reads whatever they have there. */
function withPorts({ parts }: NamedSet): readonly Match[] {
  if (!parts.includes('port') && !parts.includes('portAlone')) return [];
  return [{ kind: 'protocol', negated: false, protocols: [...protocolsWithPorts].sort((a, b) => a - b) }];
}

/** The statement that puts a packet into a set, or takes it out; undefined when the set holds nothing of the IP version. */
export function changeSet(
  action: RuleAction & { readonly kind: 'changeSet' },
  version: Version,
): Statement | undefined {
  const { operation, set, fields, timeout } = action;
  const name = set.of[version];
  if (name === undefined) return undefined;
  const key = setKey(set, fields, 'saddr', version);
  return { kind: 'changeSet', operation, set: name, key, ...(timeout === undefined ? {} : { timeout }) };
}

/** The addresses that are named, also those in sets whose content is known; undefined where any, or unknown ones, fit. */
export function knownAddresses(hosts: HostMatch | undefined): readonly AddressRange[] | undefined {
  if (hosts?.ranges) return hosts.ranges;
  return hosts?.sets.find(({ negated, set }) => !negated && set.fixed)?.set.fixed;
}

/** A list of sets as its members: a packet is in the list when it is in one of them, and outside when in none. */
export function withoutLists(traffic: Traffic): readonly Traffic[] {
  if (!namesSets(traffic.source) && !namesSets(traffic.dest) && !namesSets(traffic.originalDest)) return [traffic];
  let found: readonly Traffic[] = [traffic];
  for (const end of ['source', 'dest', 'originalDest'] as const) {
    const hosts = traffic[end];
    if (!hosts?.sets.some(({ set }) => set.members)) continue;
    const alternatives = hostsWithoutLists(hosts);
    found = found.flatMap((each) => alternatives.map((one) => ({ ...each, [end]: one })));
  }
  return found;
}

function namesSets(hosts: HostMatch | undefined): boolean {
  return hosts !== undefined && hosts.sets.length > 0;
}

/** The same for one end. */
export function hostsWithoutLists(hosts: HostMatch): readonly HostMatch[] {
  let found: readonly (readonly SetMatch[])[] = [[]];
  for (const match of hosts.sets) {
    const members = membersOf(match.set).map((set): SetMatch => ({ ...match, set }));
    found = match.negated
      ? found.map((sets) => [...sets, ...members])
      : found.flatMap((sets) => members.map((member) => [...sets, member]));
  }
  return found.map((sets) => ({ ...hosts, sets }));
}
