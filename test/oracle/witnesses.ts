/** Packets made to meet one rule each: what it and those that lead to it ask, put together. */

import type { Place } from '../../compiler/analyze/outcome.ts';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { Chain, Match, Ruleset } from '../../compiler/ir/ruleset.ts';
import { holds as holdsAddress, parseAddress } from '../../compiler/net/address.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';
import { packetOf, type Shape } from '../support/probes/probes.ts';
import type { Network } from '../support/probes/topology.ts';
import { callsIn } from './calls.ts';
import { fateOf, without } from './mutants.ts';

export interface Surroundings {
  readonly networks: readonly Network[];
  readonly routes: Routes;
  readonly version: Version;
  readonly next: () => number;
}

/** How often packets are made up for a rule before it is left alone. */
const tries = 150;

/**
 * At most `count` packets that meet the rule; those that are made are judged by `evaluate` before they are believed. The
 * first is one to which something else would happen without the rule, if such a packet is found.
 */
export function witnessesFor(ruleset: Ruleset, place: Place, count: number, surroundings: Surroundings): Packet[] {
  const { routes } = surroundings;
  const found: Packet[] = [];
  const ways = waysTo(ruleset, place, []);
  if (ways.length === 0) return [];
  const wanted = [...ways, ...ways.flatMap((way) => throughOthers(way, ruleset, place))];
  const rest = without(ruleset, place);
  for (let turn = 0; turn < tries; turn += 1) {
    const way = wanted[turn % wanted.length];
    const packet = way && madeFor(way, turn, surroundings);
    if (!packet) continue;
    const judged = evaluate(ruleset, packet, routes);
    if (!judged.trace.some((step) => step.chain === place.chain && step.rule === place.rule)) continue;
    if (fateOf(judged) !== fateOf(evaluate(rest, packet, routes))) return [packet, ...found].slice(0, count);
    if (found.length < count) found.push(packet);
  }
  return found;
}

/** The way of a rule narrowed to what a later rule of its chain takes, should this one be missing. */
function throughOthers(way: Way, ruleset: Ruleset, { chain: name, rule }: Place): readonly Way[] {
  const chain = ruleset.chains.find((each) => each.name === name);
  return (chain?.rules.slice(rule + 1) ?? [])
    .filter(({ matches }) => matches.length > 0)
    .map(({ matches }) => ({ base: way.base, matches: [...way.matches, ...matches] }));
}

interface Way {
  readonly base: Chain;
  readonly matches: readonly Match[];
}

/** From the base chains to a rule: what all the rules on the way ask. */
function waysTo(ruleset: Ruleset, { chain: name, rule }: Place, seen: readonly string[]): readonly Way[] {
  const chain = ruleset.chains.find((each) => each.name === name);
  if (!chain || seen.includes(name)) return [];
  const own = chain.rules[rule]?.matches ?? [];
  if (chain.base) return [{ base: chain, matches: own }];
  return ruleset.chains.flatMap((caller) =>
    caller.rules.flatMap((calling, index) =>
      calling.statements.flatMap((statement) =>
        callsIn(statement)
          .filter((call) => call.chain === name)
          .flatMap((call) =>
            waysTo(ruleset, { chain: caller.name, rule: index }, [...seen, name]).map((way) => ({
              base: way.base,
              matches: [...way.matches, ...call.matches, ...own],
            })),
          ),
      ),
    ),
  );
}

function madeFor({ base, matches }: Way, turn: number, surroundings: Surroundings): Packet | undefined {
  const { networks, routes, version, next } = surroundings;
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  const hook = base.base?.hook;
  const named = (field: 'iifname' | 'oifname') =>
    networks.filter((network) =>
      matches.every(
        (match) => match.kind !== 'interface' || match.field !== field || isAmong(match, network.interface),
      ),
    );
  const sends = hook === 'output' || (hook === 'postrouting' && next() < 0.3);
  const iface = sends ? undefined : pick(named('iifname'))?.interface;
  if (!sends && iface === undefined) return undefined;
  const own = networks.flatMap((network) => network.firewall.flatMap((text) => addressIn(text, version)));
  const behind = (name: string | undefined) =>
    networks.filter((network) => network.interface === name).flatMap((network) => hostsOf(network, version));
  const sources = iface === undefined ? own : behind(iface);
  const toUs = hook === 'input' || (hook === 'prerouting' && next() < 0.5);
  const targets = toUs ? own : named('oifname').flatMap((network) => behind(network.interface));
  const saddr = pick(addressesFor(matches, 'saddr', sources, surroundings));
  const daddr = pick(addressesFor(matches, 'daddr', targets, surroundings));
  if (saddr === undefined || daddr === undefined) return undefined;
  const from = { address: saddr, ...(iface === undefined ? {} : { iface }) };
  const state = stateFor(matches, turn, pick);
  return packetOf(from, { address: daddr }, shapeFor(matches, version, pick), state, version, 500 + turn, routes);
}

function isAmong(match: Match & { readonly kind: 'interface' }, name: string): boolean {
  const among = match.interfaces.some((each) => (each.wildcard ? name.startsWith(each.name) : each.name === name));
  return among !== match.negated;
}

/** What the matches name, else what is usual; of both only what no match forbids. */
function addressesFor(
  matches: readonly Match[],
  field: 'saddr' | 'daddr',
  usual: readonly bigint[],
  { version }: Surroundings,
): readonly bigint[] {
  const asked = matches.flatMap((match) => (match.kind === 'address' && match.field === field ? [match] : []));
  const named = asked.flatMap((match) =>
    match.negated ? [] : match.ranges.flatMap((range) => pointsOf(range, version)),
  );
  const all = [...named, ...usual];
  const original = matches.flatMap((match) =>
    match.kind === 'originalAddress' && match.field === field && !match.negated
      ? match.ranges.flatMap((range) => pointsOf(range, version))
      : [],
  );
  const fitting = all.filter((address) =>
    asked.every((match) => holdsAddress(match.ranges, version, address) !== match.negated),
  );
  return original.length > 0 ? [...original, ...fitting] : fitting;
}

function pointsOf(range: AddressRange, version: Version): readonly bigint[] {
  if (range.version !== version) return [];
  const { first, last } = range;
  return [first, last, (first + last) / 2n, first + 10n, first + 2n].filter((one) => first <= one && one <= last);
}

function addressIn(text: string, version: Version): readonly bigint[] {
  const address = parseAddress(text.replace(/\/.*/, ''));
  return address?.version === version ? [address.value] : [];
}

/** Addresses behind an interface: the host there, its neighbours, and somebody in each other network. */
function hostsOf(network: Network, version: Version): readonly bigint[] {
  const host = network.host.flatMap((text) => addressIn(text, version));
  const others = network.firewall.flatMap((text) => addressIn(text, version));
  return [...host, ...host.map((one) => one + 1n), ...others.flatMap((one) => [one + 9n, one - 9n])];
}

/** Mostly NEW; what cannot be, as ICMP errors, may be in another state. */
function stateFor(
  matches: readonly Match[],
  turn: number,
  pick: (items: readonly ConnectionState[]) => ConnectionState | undefined,
): ConnectionState {
  const asked = matches.flatMap((match) => (match.kind === 'state' ? [match] : []));
  const all: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid', 'untracked'];
  const fitting = all.filter((state) => asked.every((match) => match.states.includes(state) !== match.negated));
  return fitting.includes('new') && turn % 8 !== 7 ? 'new' : (pick(fitting) ?? 'new');
}

function shapeFor(
  matches: readonly Match[],
  version: Version,
  pick: <Item>(items: readonly Item[]) => Item | undefined,
): Shape {
  const port = (field: 'sport' | 'dport'): number | undefined => {
    const asked = matches.flatMap((match) => (match.kind === 'port' && match.field === field ? [match] : []));
    const named = asked.flatMap(({ negated, ranges }) =>
      ranges.flatMap(({ first, last }) =>
        negated ? [Math.max(first - 1, 1), Math.min(last + 1, 65535)] : [first, last, Math.floor((first + last) / 2)],
      ),
    );
    const fitting = named.filter((one) =>
      asked.every(({ negated, ranges }) => ranges.some(({ first, last }) => first <= one && one <= last) !== negated),
    );
    return pick(fitting.filter((one) => one > 0));
  };
  const icmps = matches.flatMap((match) => (match.kind === 'icmp' && !match.negated ? match.types : []));
  const icmp = pick(icmps);
  if (icmp) return { protocol: version === 4 ? 1 : 58, icmp: { type: icmp.type, code: icmp.code ?? 0 } };
  const protocols = matches.flatMap((match) => {
    if (match.kind === 'port' && match.protocol !== 'any') return [match.protocol];
    return match.kind === 'protocol' && !match.negated ? match.protocols : [];
  });
  const protocol = pick(protocols.length > 0 ? protocols.slice(-1).concat(protocols) : [6, 17]) ?? 6;
  if (protocol === 1 || protocol === 58) return { protocol, icmp: { type: protocol === 1 ? 8 : 128, code: 0 } };
  if (protocol !== 6 && protocol !== 17) return { protocol };
  const sport = port('sport');
  return { protocol, dport: port('dport') ?? pick([7, 4321, 33000]) ?? 7, ...(sport === undefined ? {} : { sport }) };
}
