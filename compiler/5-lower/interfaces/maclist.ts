/** `maclist`: on these interfaces only known hardware addresses may begin a connection. */
import type { Match, NftRule, Statement } from '../../ir/ruleset.ts';
import type { Interface } from '../../model/interface.ts';
import type { MacEntry } from '../../model/maclist.ts';
import { logPrefix, logRules } from '../logging/logging.ts';
import { hostMatches } from '../rules/matches.ts';
import { rejectStatement } from '../rules/reject.ts';
import { audited, back, counter, drop, jump } from '../rules/verdicts.ts';
import { from, type Program, rule } from '../ruleset-builder.ts';
import { hostsWithoutLists } from '../sets/named-sets.ts';
import { groupMatches } from '../zones/zone-match.ts';
import { refusalEnds, settingsFor } from './interface-refusals.ts';
import { onlyVersions, versionsWith } from './interface-versions.ts';

/** The jump to each interface's list, for new and untracked packets; of all hosts behind it, or of those that have the option. */
export function maclistRules(program: Program): readonly NftRule[] {
  const { model } = program;
  const whole = model.interfaces.flatMap((each) => {
    const versions = versionsWith(each, ({ maclist }) => maclist, model);
    if (versions.length === 0) return [];
    return [
      rule(
        [
          { kind: 'interface', field: 'iifname', negated: false, interfaces: [each.pattern] },
          ...onlyVersions(versions, model),
          { kind: 'state', negated: false, states: ['new', 'untracked'] },
        ],
        [jump(maclistChain(each, program))],
        { origin: each.origin },
      ),
    ];
  });
  const some = model.zones
    .flatMap((zone) => zone.hosts.filter((group) => group.checks?.includes('maclist')))
    .flatMap((group) =>
      groupMatches(group, 'source', program).map((hosts) =>
        rule(
          [...hosts, { kind: 'state', negated: false, states: ['new', 'untracked'] }],
          [jump(maclistChain(group.interface, program))],
          { origin: group.origin },
        ),
      ),
    );
  return [...whole, ...some];
}

function maclistChain(entry: Interface, program: Program): string {
  const name = `mac-${entry.name.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
  return program.once(name, () => {
    const lines = program.model.maclists.filter((each) => each.interface.name === entry.name);
    return {
      comment: `maclist of ${entry.name}`,
      rules: [...lines.flatMap((each) => entryRules(each, program)), ...otherRules(name, logName(entry), program)],
    };
  });
}

function logName({ name }: Pick<Interface, 'name'>): string {
  return `${name}_mac`;
}

function entryRules(each: MacEntry, program: Program): readonly NftRule[] {
  const sources = hostsWithoutLists(each.hosts).flatMap((hosts) => senders(hosts, each.versions, program));
  const end: Statement =
    each.action === 'accept' ? back : each.action === 'drop' ? drop : rejectStatement(undefined, program);
  const told = each.audit || (each.action !== 'accept' && tellsOfRefusals(each, program)) ? [audited] : [];
  return sources.flatMap((matches) => {
    const written = each.log
      ? logRules(
          matches,
          logPrefix(logName(each.interface), each.action.toUpperCase(), each.log, program, each.origin),
          each.log,
          program,
          from(each),
        )
      : [];
    return [...written, rule(matches, [...told, counter, end], from(each))];
  });
}

/** With `A_` in MACLIST_DISPOSITION the audit system is told of what single lines refuse, too (Shorewall: setup_mac_lists). */
function tellsOfRefusals({ versions }: MacEntry, { model }: Program): boolean {
  return versions.some((version) => settingsFor(version, model).maclist.disposition.audit);
}

/** The hosts of a line as senders: a list of matches for each IP version that must be told apart. */
function senders(
  hosts: MacEntry['hosts'],
  versions: MacEntry['versions'],
  program: Program,
): readonly (readonly Match[])[] {
  const addressed = hosts.ranges || hosts.except.length > 0 || hosts.sets.length > 0 || hosts.runtime;
  const every = versions.length === program.model.families.versions.length;
  if (!addressed && every) return [hostMatches(hosts, 'saddr', undefined) ?? []];
  return versions.flatMap((version) => {
    const matches = hostMatches(hosts, 'saddr', version);
    const told = !program.dual || matches?.some(({ kind }) => kind === 'address' || kind === 'set');
    return matches ? [told ? matches : [{ kind: 'version' as const, version }, ...matches]] : [];
  });
}

/** Hosts that no line knows: MACLIST_DISPOSITION. */
function otherRules(name: string, inLog: string, program: Program): readonly NftRule[] {
  const ends = refusalEnds('maclist', { chain: name, log: inLog }, program);
  return ends.map(({ only, end }, index) => rule(index < ends.length - 1 ? only : [], [counter, end]));
}
