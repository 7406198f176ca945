/** CLAMPMSS and `mss=`: the segment size that a connection may announce (RFC 9293 section 3.7.1). Both of its ends do, so answers are clamped, too. */

import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Interface } from '../../model/interface.ts';
import type { ZonePair } from '../../model/zone.ts';
import type { ConnectionState } from '../../net/state.ts';
import { zonesByName } from '../per-model.ts';
import { accept, back, counter, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { type ForwardPair, forwardDispatch, named } from '../zones/forward-pairs.ts';
import { pairChain } from '../zones/pairs.ts';
import type { States } from '../zones/states.ts';
import { groupMatches, hasIpsec, zoneDispatch, zonesAreApart } from '../zones/zone-match.ts';
import { isClamped, sizeOfPair } from './clamped-pairs.ts';
import { onlyVersions, versionsWith } from './interface-versions.ts';

const syn: Match = { kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['syn'] };

/** CLAMPMSS, and `mss=` of interfaces, for all that is forwarded; CLAMPMSS leaves an interface with a size of its own alone. */
export function clampRules(program: Program): readonly NftRule[] {
  const { model } = program;
  const { clampMss } = model.settings;
  const plainOut: readonly Match[] = hasIpsec(model) ? [{ kind: 'ipsec', direction: 'out', present: false }] : [];
  const every =
    clampMss === undefined
      ? []
      : [rule([syn, ...plainOut], [{ kind: 'clampMss', size: clampMss }], { comment: 'CLAMPMSS' })];
  const own = model.interfaces.flatMap((each) => ofInterface(each, program));
  if (own.length === 0 || clampMss === undefined) return [...own, ...every];
  const chain = program.once('clamping', () => ({
    comment: 'segment sizes of what is forwarded',
    rules: [...own, ...every],
  }));
  return [rule([syn], [jump(chain)])];
}

/** The size of an interface, for what leaves by it and what comes from it; packets of IPsec are left alone. */
function ofInterface(each: Interface, { model }: Program): readonly NftRule[] {
  const sizes = new Set(model.families.versions.flatMap((version) => each.options[version]?.mss ?? []));
  return [...sizes].flatMap((size) =>
    (['oifname', 'iifname'] as const).flatMap((field) => {
      const direction = field === 'iifname' ? ('in' as const) : ('out' as const);
      const plain: readonly Match[] = hasIpsec(model) ? [{ kind: 'ipsec', direction, present: false }] : [];
      const versions = versionsWith(each, ({ mss }) => mss === size, model);
      const where: readonly Match[] = [
        { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
        ...onlyVersions(versions, model),
      ];
      const done = model.settings.clampMss === undefined ? [] : [rule(where, [back], { origin: each.origin })];
      return [rule([...where, ...plain, syn], [{ kind: 'clampMss', size }], { origin: each.origin }), ...done];
    }),
  );
}

/** The sizes of a pair: in front of all else in its chain. */
export function clampsOfPair(pair: ZonePair, program: Program): readonly NftRule[] {
  const { model } = program;
  const size = sizeOfPair(pair, model);
  const whole = size === undefined ? [] : [rule([syn], [{ kind: 'clampMss', size }], { comment: 'zones: mss' })];
  const ofHosts = (['source', 'dest'] as const).flatMap((side) =>
    (zonesByName(model).get(pair[side])?.hosts ?? []).flatMap((group) =>
      group.mss === undefined
        ? []
        : groupMatches(group, side, program).map((matches) =>
            rule([...matches, syn], [{ kind: 'clampMss', size: group.mss ?? 0 }], { origin: group.origin }),
          ),
    ),
  );
  return [...whole, ...ofHosts];
}

/** The same for packets that are accepted before any zone is asked for. */
export interface EarlyClamps {
  forward(pairs: readonly ForwardPair[]): readonly NftRule[];
  /** `zoneOf` the other end than the firewall. */
  local(pairs: readonly ZonePair[], side: 'source' | 'dest'): readonly NftRule[];
}

/** Where established connections are accepted early, their SYN and ACK finds its pair by itself. */
export function earlyClamps(states: States, program: Program): EarlyClamps {
  const { model } = program;
  const early = (['established', 'related'] as const).filter((each) => states.early.has(each));
  if (early.length === 0) return { forward: () => [], local: () => [] };
  const before: readonly Match[] = [{ kind: 'state', negated: false, states: early }, syn];
  // Where hosts are of several zones, the first pair is the only one that sees an established connection.
  const wanted = <Pair>(pairs: readonly Pair[], pairOf: (pair: Pair) => ZonePair): readonly Pair[] => {
    const clamped = pairs.filter((pair) => isClamped(pairOf(pair), model));
    return clamped.length > 0 && !zonesAreApart(model) ? pairs : clamped;
  };
  const chainOf = (pair: ZonePair): string =>
    program.once(`${pairChain(pair)}-mss`, () => ({
      comment: `segment sizes from ${pair.source} to ${pair.dest}`,
      rules: [...clampsOfPair(pair, program), ...(zonesAreApart(model) ? [] : [acceptEstablished])],
    }));
  // The packets of established connections ask a single rule.
  const asked = (what: string, rules: readonly NftRule[]): readonly NftRule[] => {
    if (rules.length === 0) return [];
    const chain = program.once(`mss-${what}`, () => ({ comment: 'segment sizes of answers, by zones', rules }));
    return [rule(before, [jump(chain)])];
  };
  return {
    forward: (pairs) =>
      asked('forward', forwardDispatch(wanted(pairs, named), { chainOf, prefix: 'mss-', before: [] }, program)),
    local: (pairs, side) => {
      const targets = wanted(pairs, (pair) => pair).map((pair) => ({ zone: pair[side], chain: chainOf(pair) }));
      return asked(side === 'source' ? 'input' : 'output', zoneDispatch(targets, side, [], program));
    },
  };
}

const established: readonly ConnectionState[] = ['established'];
const acceptEstablished = rule([{ kind: 'state', negated: false, states: established }], [counter, accept]);
