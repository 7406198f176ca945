/** Which connections get a helper: found in the rules, seen from the client's side of any translation. */

import type { HelperPorts } from '../../model/conntrack.ts';
import type { Model } from '../../model/index.ts';
import type { Rule } from '../../model/rule.ts';
import type { HostMatch, PortMatch, ProtocolMatch, Traffic } from '../../model/traffic.ts';
import { intersectRanges } from '../../net/address.ts';
import { perModel } from '../per-model.ts';
import { knownAddresses } from '../sets/named-sets.ts';

/** A helper for a rule's connections: on which ports after translation, and whether the rule is about nothing else. */
export interface HelperUse {
  readonly helper: HelperPorts;
  /** Ports that the server listens on. Empty when HELPER names the helper: then every port of the rule. */
  readonly ports: readonly number[];
  /** Every connection the rule accepts gets the helper. */
  readonly whole: boolean;
}

const protocolNumber = { tcp: 6, udp: 17 } as const;

/** The helpers that the accepted connections of a rule get (none for other actions and sections). */
export function helperUses(rule: Rule, model: Model): readonly HelperUse[] {
  if (rule.section !== 'NEW' || !admits(rule)) return none;
  if (rule.helper !== undefined) {
    const named = model.helpers.find((each) => each.helper.name === rule.helper);
    return named?.enabled ? [{ helper: named, ports: [], whole: true }] : [];
  }
  let uses: HelperUse[] | undefined;
  for (const each of automaticHelpers(model)) {
    const use = useByPorts(rule, each, model.settings.autoHelpers);
    if (use) uses = [...(uses ?? []), use];
  }
  return uses ?? none;
}

const automaticHelpers = perModel((model) => model.helpers.filter((each) => each.enabled && each.automatic));

const none: readonly never[] = [];

function admits(rule: Rule): boolean {
  const { kind } = rule.action;
  return (
    kind === 'accept' ||
    kind === 'dnat' ||
    kind === 'redirect' ||
    kind === 'helperOnly' ||
    (kind === 'noNat' && rule.action.accept)
  );
}

/** By the port list: a single port of the list always; a range, or no port at all, only with AUTOHELPERS. */
function useByPorts(rule: Rule, helper: HelperPorts, automatic: boolean): HelperUse | undefined {
  const number = protocolNumber[helper.helper.protocol];
  const { protocols } = rule.traffic;
  if (protocols.length === 0) return automatic ? { helper, ports: helper.ports, whole: false } : undefined;
  const rewritten = rewrittenPorts(rule);
  if (!asksFor(protocols, number, rewritten, helper, automatic)) return undefined;
  const mine = protocols.filter((each) => isOf(each, number));
  const ports = helper.ports.filter((port) => mine.some((each) => speaks(rewritten ?? each.dports, port, automatic)));
  const whole =
    mine.length === protocols.length && mine.every((each) => !each.either && only(rewritten ?? each.dports, ports));
  return { helper, ports, whole };
}

/** Whether any of these is about a port of the helper: most rules are about none, and all are asked about all helpers. */
function asksFor(
  protocols: readonly ProtocolMatch[],
  number: number,
  rewritten: PortMatch | undefined,
  helper: HelperPorts,
  automatic: boolean,
): boolean {
  for (let at = 0; at < protocols.length; at += 1) {
    const each = protocols[at] as ProtocolMatch;
    if (isOf(each, number) && speaksAny(rewritten ?? each.dports, helper, automatic)) return true;
  }
  return false;
}

function isOf(match: ProtocolMatch, number: number): boolean {
  return match.negated ? match.protocol !== number : match.protocol === number;
}

function speaksAny(ports: PortMatch | undefined, helper: HelperPorts, automatic: boolean): boolean {
  for (const port of helper.ports) if (speaks(ports, port, automatic)) return true;
  return false;
}

/** The port that translation gives, as a list. */
function rewrittenPorts(rule: Rule): PortMatch | undefined {
  if (rule.action.kind === 'dnat' && rule.action.server.ports)
    return { negated: false, ranges: [rule.action.server.ports] };
  if (rule.action.kind === 'redirect' && rule.action.ports) return { negated: false, ranges: [rule.action.ports] };
  return undefined;
}

function speaks(ports: PortMatch | undefined, port: number, automatic: boolean): boolean {
  if (!ports || ports.set !== undefined) return automatic;
  let inside = false;
  for (const { first, last } of ports.ranges) {
    if (port < first || last < port) continue;
    if (!ports.negated && (automatic || first === last)) return true;
    inside = true;
  }
  return ports.negated && automatic && !inside;
}

function only(ports: PortMatch | undefined, wanted: readonly number[]): boolean {
  return (
    ports !== undefined &&
    ports.set === undefined &&
    !ports.negated &&
    ports.ranges.every((range) => range.first === range.last && wanted.includes(range.first))
  );
}

/** How a client asks for a connection that gets a helper: its own destination and ports, before translation. */
export interface Request {
  readonly source: string;
  readonly traffic: Traffic;
  readonly helper: HelperPorts;
  readonly origin: Rule['origin'];
}

/**
 * Every request whose connection a rule will accept with a helper. An ACCEPT for a translated address counts with the
 * DNAT rules of the same zone that lead to it.
 */
export const helperRequests = perModel((model): readonly Request[] => {
  const translating = model.rules.filter((rule) => rule.action.kind === 'dnat' || rule.action.kind === 'redirect');
  return model.rules.flatMap((rule) => {
    const uses = helperUses(rule, model);
    if (uses.length === 0) return [];
    const zones = [...new Set(rule.pairs.map((pair) => pair.source))];
    return uses.flatMap((use) =>
      zones.flatMap((source) => {
        const own: Request = { source, traffic: requestTraffic(rule, use), helper: use.helper, origin: rule.origin };
        const through =
          rule.action.kind === 'accept'
            ? translating
                .filter((each) => each !== rule && each.pairs.some((pair) => pair.source === source))
                .flatMap((each) => throughNat(rule, each, use) ?? [])
            : [];
        const all = [...through, ...throughAddressMaps(rule, use, model)];
        return [own, ...all.map((traffic) => ({ source, traffic, helper: use.helper, origin: rule.origin }))];
      }),
    );
  });
});

/** What the first packet of the client looks like. */
function requestTraffic(rule: Rule, use: HelperUse): Traffic {
  const { traffic } = rule;
  const base = { ...traffic, rates: [], conditions: [] };
  const { connectionLimit: _limit, events: _events, originalDest, ...rest } = base;
  const dest =
    originalDest ?? (rule.action.kind === 'dnat' || rule.action.kind === 'redirect' ? undefined : traffic.dest);
  const { dest: _dest, ...open } = rest;
  const rewritten = rewrittenPorts(rule) !== undefined;
  const protocols = use.ports.length === 0 || rewritten ? helperProtocols(traffic.protocols, use) : [portProtocol(use)];
  return { ...open, protocols, ...(dest ? { dest: withoutInterface(dest) } : {}) };
}

function helperProtocols(protocols: readonly ProtocolMatch[], use: HelperUse): readonly ProtocolMatch[] {
  const number = protocolNumber[use.helper.helper.protocol];
  const mine = protocols.filter((each) => !each.negated && each.protocol === number);
  return mine.length > 0 ? mine : [{ protocol: number, negated: false, either: false }];
}

function portProtocol(use: HelperUse): ProtocolMatch {
  const ranges = use.ports.map((port) => ({ first: port, last: port }));
  return {
    protocol: protocolNumber[use.helper.helper.protocol],
    negated: false,
    either: false,
    dports: { negated: false, ranges },
  };
}

/** The public addresses that `nat` and `netmap` turn into those of an accepting rule, as requests. */
function throughAddressMaps(rule: Rule, use: HelperUse, model: Model): readonly Traffic[] {
  const servers = knownAddresses(rule.traffic.dest);
  if (rule.action.kind !== 'accept' || !servers) return [];
  const maps = [
    ...model.oneToOne.map((each) => ({ from: each.external, to: each.internal })),
    ...model.networkMaps.filter((each) => each.direction === 'dnat'),
  ];
  return maps.flatMap(({ from, to }) => {
    const ranges = intersectRanges(servers, [to]).map((range) => ({
      ...range,
      first: range.first - to.first + from.first,
      last: range.last - to.first + from.first,
    }));
    if (ranges.length === 0) return [];
    return [{ ...requestTraffic(rule, use), dest: { ranges, except: [], macs: [], sets: [] } }];
  });
}

/** At the time of the helper the outgoing interface is not known yet. */
function withoutInterface(hosts: HostMatch): HostMatch {
  const { interface: _interface, ...rest } = hosts;
  return rest;
}

/** The request that a DNAT rule turns into traffic of an accepting rule; undefined when it leads elsewhere. */
function throughNat(accepting: Rule, nat: Rule, use: HelperUse): Traffic | undefined {
  if (nat.action.kind !== 'dnat') return undefined;
  const { addresses, ports } = nat.action.server;
  const servers = knownAddresses(accepting.traffic.dest);
  if (servers && addresses && intersectRanges(servers, [addresses]).length === 0) return undefined;
  if (servers && !addresses) return undefined;
  if (ports && !use.ports.some((port) => ports.first <= port && port <= ports.last)) return undefined;
  if (
    !ports &&
    nat.traffic.protocols.some((each) => each.dports && !use.ports.some((port) => speaks(each.dports, port, true)))
  )
    return undefined;
  return requestTraffic(nat, ports ? use : { ...use, ports: use.ports });
}
