/**
 * Lists with ranges in them become named sets. The kernel shows the ranges of a new set only after the rules that look
 * into it (nf_tables_commit; measured on Linux 6.18), so the set is loaded before them and has a name. A single range,
 * and a list of single values, need no such set.
 */
import { isEvery, withoutCovered } from '../ir/interfaces.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { ElementPart, Match, NftRule, Ruleset, SetKeyField, SetType } from '../ir/ruleset.ts';
import { joinNumbers, joinRanges } from '../net/address.ts';
import { Additions } from './fold/verdict-map.ts';
import { piecesOf } from './pieces.ts';
import { withRules } from './with-rules.ts';

export function nameLists(ruleset: Ruleset): Ruleset {
  const additions = new Additions([]);
  const chains = withRules(ruleset.chains, (rule) => {
    const rules = withNames(rule, additions);
    return rules.length === 1 && rules[0] === rule ? undefined : rules;
  });
  return chains === ruleset.chains ? ruleset : { ...ruleset, chains, sets: [...ruleset.sets, ...additions.sets] };
}

function withNames(rule: NftRule, additions: Additions): readonly NftRule[] {
  const matches = rule.matches.flatMap((match) => named(match, additions));
  const changed = matches.length !== rule.matches.length || matches.some((match, at) => match !== rule.matches[at]);
  return inPieces(changed ? { ...rule, matches } : rule);
}

/** What a named set can hold: the field that is looked up, and its values. */
interface List {
  readonly key: SetKeyField;
  readonly type: SetType;
  readonly values: readonly ElementPart[];
  /** What must hold besides. */
  readonly besides: readonly Match[];
  readonly negated: boolean;
}

function named(match: Match, additions: Additions): readonly Match[] {
  const list = listOf(match);
  if (!list || list.values.length < 2 || list.values.every(isSingle)) return [match];
  const { key, type, values, besides, negated } = list;
  const set = additions.map(purposes[key.field], {
    type: [type],
    interval: true,
    dynamic: false,
    elements: values.map((value) => ({ key: [value] })),
  });
  return [...besides, { kind: 'set', set, negated, key: [key] }];
}

/** Lists of the same values are one set, whatever rules look into it. */
const purposes: Readonly<Record<SetKeyField['field'], string>> = {
  saddr: 'hosts',
  daddr: 'hosts',
  originalDaddr: 'hosts',
  sport: 'ports',
  dport: 'ports',
  originalDport: 'ports',
  iifname: 'interfaces',
  oifname: 'interfaces',
  protocol: 'protocols',
  sourceMac: 'hosts',
  metaMark: 'marks',
};

function isSingle(part: ElementPart): boolean {
  return 'name' in part ? !part.wildcard : part.first === part.last;
}

function listOf(match: Match): List | undefined {
  switch (match.kind) {
    case 'address':
    case 'originalAddress': {
      const version = match.ranges[0]?.version ?? 4;
      const field = match.kind === 'address' ? match.field : match.field === 'daddr' ? 'originalDaddr' : undefined;
      const type = version === 4 ? 'ipv4_addr' : 'ipv6_addr';
      const values = joinRanges(match.ranges).map(({ first, last }) => ({ first, last }));
      return field && { key: { field, version }, type, values, besides: [], negated: match.negated };
    }
    case 'port': {
      const values = joinNumbers(match.ranges).map(({ first, last }) => ({ first: BigInt(first), last: BigInt(last) }));
      const besides: readonly Match[] =
        match.protocol === 'any' ? [] : [{ kind: 'protocol', negated: false, protocols: [match.protocol] }];
      return { key: { field: match.field }, type: 'inet_service', values, besides, negated: match.negated };
    }
    case 'interface': {
      const values = withoutCovered(match.interfaces);
      if (values.some(isEvery)) return undefined;
      return { key: { field: match.field }, type: 'ifname', values, besides: [], negated: match.negated };
    }
    default:
      return undefined;
  }
}

/** Of lists that no named set can hold, a rule for each range. One that remembers packets cannot be copied. */
function inPieces(rule: NftRule): readonly NftRule[] {
  const pieces = rule.matches.map(piecesOf);
  if (pieces.every((each, index) => each.length === 1 && each[0] === rule.matches[index])) return [rule];
  const together = pieces.map((each, index) => {
    const match = rule.matches[index];
    return match && 'negated' in match && match.negated ? [each] : each.map((piece) => [piece]);
  });
  const ways = together.reduce<readonly (readonly Match[])[]>(
    (all, steps) => all.flatMap((way) => steps.map((step) => [...way, ...step])),
    [[]],
  );
  if (ways.length > 1 && rule.matches.some((match) => kindOfMatch(match).stateful)) return [rule];
  return ways.map((matches) => ({ ...rule, matches }));
}
