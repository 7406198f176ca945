/**
 * The sources that commands refuse: one map for each IP version, in which each leads to the chain of its verb, so that a new
 * connection pays for one look-up. Beside the map they are told of as a list for each verb.
 */
import type { NftSet, SetElement, SetType, Statement } from '../../ir/ruleset.ts';
import { dynamicList, dynamicMap, type RefusingVerb, refusingChain, refusingVerbs } from '../../language/names.ts';
import type { LogTarget } from '../../net/log.ts';
import type { Version } from '../../net/version.ts';
import { logChain, logPrefix } from '../logging/logging.ts';
import { rejectStatement } from '../rules/reject.ts';
import { counter, drop, goto } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';

/** Sends a refused source to the chain of the verb. */
export function refusedSources(version: Version, program: Program): Statement {
  const verdicts = refusingVerbs.map((verb) => ({ kind: 'goto', chain: chainOf(verb, program) }) as const);
  const map = filledSet(dynamicMap(version), [addressType(version)], program, { to: 'verdict', verdicts });
  return { kind: 'lookup', map, key: [{ field: 'saddr', version }] };
}

/** The elements of a set, or of this map, where lists tell what there is, by their names; undefined when none does. */
export function elementsOfSet(
  { name }: Pick<NftSet, 'name'>,
  lists: ReadonlyMap<string, readonly SetElement[]>,
): readonly SetElement[] | undefined {
  const version = ([4, 6] as const).find((each) => dynamicMap(each) === name);
  if (version === undefined) return lists.get(name);
  return refusingVerbs.flatMap((verb) => {
    const verdict = { kind: 'goto', chain: refusingChain(verb) } as const;
    return (lists.get(dynamicList(verb, version)) ?? []).map((element) => ({ ...element, verdict }));
  });
}

/** A set of intervals, or a map, that commands fill, each element for ever or for a time. */
export function filledSet(
  name: string,
  type: readonly SetType[],
  program: Program,
  leadsTo: Pick<NftSet, 'to' | 'verdicts'> = {},
): string {
  return program.set({ name, type, ...leadsTo, interval: true, dynamic: false, timeout: 0, elements: [] });
}

/** The type of the addresses of an IP version. */
export function addressType(version: Version): 'ipv4_addr' | 'ipv6_addr' {
  return version === 4 ? 'ipv4_addr' : 'ipv6_addr';
}

function chainOf(verb: RefusingVerb, program: Program): string {
  return program.once(refusingChain(verb), () => ({
    comment: `sources that \`ftpwall ${verb}\` has named`,
    rules: [rule([], [counter, refusal(verb, program)])],
  }));
}

function refusal(verb: RefusingVerb, program: Program): Statement {
  const last = verb.endsWith('drop') ? drop : rejectStatement(undefined, program);
  if (!verb.startsWith('log')) return last;
  const target: LogTarget = program.model.settings.blacklist.log ?? { kind: 'syslog', level: 'info', flags: [] };
  const prefix = logPrefix(verb, verb.endsWith('drop') ? 'DROP' : 'REJECT', { target }, program);
  return goto(logChain(verb, prefix, { target }, [last], program));
}
