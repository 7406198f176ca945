/** What is known of a packet where the chains of a listing are followed, and what that decides of a rule's conditions. */
import type { Chain, ElementPart, Hook, Match, NftSet, SetKeyField } from '../../ir/ruleset.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { ConnectionState } from '../../net/state.ts';
import type { Version } from '../../net/version.ts';

/** Packets of one kind: between two interfaces, in one state, of one IP version. What is undefined is not known there. */
export interface Situation {
  readonly version: Version;
  readonly state: ConnectionState;
  /** Of `iifname` and `oifname`; null for packets that have none in their hook. */
  readonly iifname?: InterfacePattern | null;
  readonly oifname?: InterfacePattern | null;
}

/** The rules of one IP version, by name. */
export interface Rules {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, NftSet>;
}

/** The base chains of a hook in the order in which the kernel calls them. */
export function chainsAt(rules: Rules, hook: Hook['hook'], isNat: boolean): readonly Chain[] {
  return [...rules.chains.values()]
    .filter(({ base }) => base?.hook === hook && (base.type === 'nat') === isNat)
    .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0));
}

/** Whether a condition holds for all packets of a situation, for none, or what is left of it to ask. */
export function decide(match: Match, situation: Situation, rules: Rules): boolean | Match {
  switch (match.kind) {
    case 'version':
      return match.version === situation.version;
    case 'interface':
      return isBy(match.interfaces, situation[match.field], match.negated) ?? match;
    case 'state':
      return match.states.includes(situation.state) !== match.negated;
    case 'address':
    case 'originalAddress': {
      const ranges = match.ranges.filter(({ version }) => version === situation.version);
      if (ranges.length === 0) return false;
      const bits = situation.version === 4 ? 32n : 128n;
      const isAll = ranges.some(({ first, last }) => first === 0n && last === (1n << bits) - 1n);
      return isAll ? !match.negated : { ...match, ranges };
    }
    case 'icmp':
    case 'hopLimit':
    case 'fragment':
      return match.version === situation.version ? match : false;
    case 'reversePath':
      // What comes by the loopback interface is not asked (nft_fib_is_loopback, xt_rpfilter.c).
      return situation.iifname?.name === 'lo' ? !match.negated : match;
    case 'set':
      return ofSet(match, situation, rules);
    default:
      return match;
  }
}

/** A name that a rule asks for has a zone of its own, so a wildcard beside it never means it. */
function isBy(
  asked: readonly InterfacePattern[],
  known: InterfacePattern | null | undefined,
  negated: boolean,
): boolean | undefined {
  if (known === undefined) return undefined;
  const name = known ?? { name: '', wildcard: false };
  return asked.some((pattern) => covers(pattern, name)) !== negated;
}

/** Whether a pattern means every name that the other one means. */
export function covers(pattern: InterfacePattern, { name, wildcard }: InterfacePattern): boolean {
  return pattern.wildcard ? name.startsWith(pattern.name) : !wildcard && name === pattern.name;
}

/** A set that nothing fills at run time is the list of its elements. */
function ofSet(match: Match & { readonly kind: 'set' }, situation: Situation, rules: Rules): boolean | Match {
  const [key, ...more] = match.key;
  if (match.key.some((part) => 'version' in part && part.version !== situation.version)) return false;
  const set = rules.sets.get(match.set);
  if (!key || more.length > 0 || !set || set.dynamic || 'prefix' in key) return match;
  const parts = set.elements.flatMap((element) => element.key.slice(0, 1));
  const listed = asList(key, parts, match.negated);
  return listed ? decide(listed, situation, rules) : match;
}

function asList(key: SetKeyField, parts: readonly ElementPart[], negated: boolean): Match | undefined {
  const ranges = parts.flatMap((part) => ('first' in part ? [part] : []));
  if (key.field === 'iifname' || key.field === 'oifname') {
    const interfaces = parts.flatMap((part) => ('name' in part ? [part] : []));
    return { kind: 'interface', field: key.field, negated, interfaces };
  }
  if (ranges.length !== parts.length || ranges.length === 0) return undefined;
  const numbers = ranges.map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  switch (key.field) {
    case 'saddr':
    case 'daddr':
      return {
        kind: 'address',
        field: key.field,
        negated,
        ranges: ranges.map((each) => ({ ...each, version: key.version })),
      };
    case 'sport':
    case 'dport':
      return { kind: 'port', field: key.field, protocol: 'any', negated, ranges: numbers };
    case 'protocol': {
      const protocols = numbers.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      return { kind: 'protocol', negated, protocols };
    }
    default:
      return undefined;
  }
}
