/**
 * Differences that are Shorewall's, or the kernel's, by their cause. Each has a folder in which it shows, and what
 * Shorewall writes for that folder; `of-shorewall.test.ts` holds each to both. README.md says what they are.
 */

import type { Judgement, Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { Model } from '../../compiler/model/index.ts';
import type { Rule } from '../../compiler/model/rule.ts';
import type { PortMatch } from '../../compiler/model/traffic.ts';
import { holds } from '../../compiler/net/address.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';
import type { Observation } from '../kernel/packet-lab.ts';
import { kernelName } from '../support/probes/topology.ts';
import { type Compiled, rulesMet } from './ours.ts';

/** A packet with which the two firewalls do different things, and what we know of it. */
export interface Seen {
  readonly packet: Packet;
  readonly theirs: Observation;
  readonly ours: Observation;
  readonly judgement: Judgement;
  readonly compiled: Compiled;
  readonly routes: Routes;
}

export interface KnownDifference {
  readonly name: string;
  readonly is: (seen: Seen) => boolean;
  readonly proof: {
    readonly version: Version;
    readonly files: Readonly<Record<string, readonly string[]>>;
    /** What `check -r` prints for these files, and what it does not. */
    readonly writes: readonly RegExp[];
    readonly leavesOut: readonly RegExp[];
  };
}

const twoZones = { zones: ['fw firewall', 'net', 'loc'], interfaces: ['?FORMAT 2', 'net eth0', 'loc eth1'] };

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'what the firewall sends and DNAT sends elsewhere is judged by where it was to go',
    is: ({ packet, theirs, ours, judgement, compiled: { model } }) =>
      theirs.verdict !== 'accept' &&
      ours.verdict === 'accept' &&
      judgement.verdict === 'accept' &&
      packet.iif === undefined &&
      model.rules.some(
        ({ action: { kind }, pairs }) =>
          (kind === 'dnat' || kind === 'redirect') && pairs.some(({ source }) => source === model.firewall),
      ),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        rules: ['?SECTION NEW', 'DNAT fw loc:10.0.1.2:8080 tcp 80'],
        'shorewall.conf': ['OPTIMIZE=0'],
      },
      writes: [/^-A OUTPUT -o eth0 -j fw-net$/m, /^-A fw-loc .*10\.0\.1\.2.* -j ACCEPT$/m],
      leavesOut: [],
    },
  },
  {
    name: 'no disposition of states within a zone',
    is: ({ packet, theirs, ours, compiled: { model }, routes }) =>
      theirs.verdict === 'accept' &&
      ours.verdict !== 'accept' &&
      isRefused(packet.connection.state, model) &&
      isWithinAZone(packet, model, routes),
    proof: {
      version: 4,
      files: {
        zones: ['fw firewall', 'net ipv4'],
        interfaces: ['?FORMAT 2', 'net eth0', 'net eth1'],
        policy: ['all all DROP'],
        'shorewall.conf': ['UNTRACKED_DISPOSITION=DROP', 'OPTIMIZE=0'],
      },
      writes: [/^-A net_frwd -o eth1 -j ACCEPT$/m, /^-A net-fw -m conntrack --ctstate UNTRACKED -j DROP$/m],
      leavesOut: [/^:net-net /m],
    },
  },
  {
    name: 'the refusal of what is not tracked is heard',
    is: ({ theirs, ours, judgement, compiled }) =>
      theirs.verdict === 'reject' &&
      ours.verdict === 'drop' &&
      judgement.verdict === 'reject' &&
      rulesMet(judgement, compiled).some(({ statements }) => statements.some(({ kind }) => kind === 'notrack')),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        conntrack: ['?FORMAT 3', 'NOTRACK:PO - -'],
      },
      writes: [/^-A PREROUTING -j CT --notrack$/m, /^-A OUTPUT -j CT --notrack$/m],
      leavesOut: [],
    },
  },
  {
    name: 'options behind a blacklist',
    is: ({ packet, theirs, ours, judgement, compiled, routes }) => {
      const met = (chain: RegExp) => judgement.trace.some((step) => chain.test(step.chain));
      if (!isBlacklisted(compiled.model)) return false;
      // What is of no pair meets them with us alone.
      if (ours.verdict === 'accept')
        return theirs.verdict !== 'accept' && /^options-/.test(judgement.trace.at(-1)?.chain ?? '');
      const to = destinationOf(packet, routes);
      const hasNoPair = to === packet.iif || (to !== 'local' && zonesAt(to, compiled.model).length === 0);
      return met(/sfilter/) || (hasNoPair && met(/^(mac-|smurfs$|tcp-flags$|dynamic-rules$)/));
    },
    proof: {
      version: 6,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        blrules: ['DROP net loc tcp 40000'],
        rules: ['?SECTION NEW', 'ACCEPT net loc tcp 22', 'ACCEPT loc net tcp 22'],
      },
      writes: [/^-A net-loc -o eth0 -g sfilter$/m],
      leavesOut: [/^-A \S+_f(o)?rwa?d -o eth0 -g sfilter$/m],
    },
  },
  {
    name: 'FASTACCEPT behind a blacklist',
    is: ({ compiled: { model }, ...seen }) =>
      isAnswerWithoutPair(seen, model) && model.settings.fastAccept && isBlacklisted(model),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        blrules: ['DROP net loc tcp 40000'],
        'shorewall.conf': ['FASTACCEPT=Yes', 'OPTIMIZE=0'],
      },
      writes: [/^-A loc-net -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT$/m],
      leavesOut: [/^-A (loc_frwd|eth1_fwd|FORWARD) .*ESTABLISHED.* -j ACCEPT$/m],
    },
  },
  {
    name: 'dhcp of one interface for all of a zone',
    is: ({ packet: { version, iif, protocol, daddr, dport = 0 }, theirs, ours, compiled: { model }, routes }) => {
      const to = zonesAt(destinationOf({ version, daddr }, routes), model);
      const ports = version === 4 ? [67, 68] : [546, 547];
      return (
        iif === undefined &&
        protocol === 17 &&
        ports.includes(dport) &&
        theirs.verdict === 'accept' &&
        ours.verdict !== 'accept' &&
        isBlacklisted(model) &&
        model.zones.some(
          ({ name, hosts }) => to.includes(name) && hosts.some((group) => group.interface.options[version]?.dhcp),
        )
      );
    },
    proof: {
      version: 4,
      files: {
        zones: twoZones.zones,
        interfaces: ['?FORMAT 2', 'net eth0', 'loc eth1', 'loc eth2 dhcp'],
        policy: ['all all REJECT'],
        blrules: ['DROP net loc tcp 40000'],
        rules: ['?SECTION NEW', 'DROP $FW loc udp 67'],
        'shorewall.conf': ['OPTIMIZE=0'],
      },
      writes: [/^-A eth1_out -j fw-loc$/m, /^-A fw-loc -p udp --dport 67:68 -j ACCEPT$/m],
      leavesOut: [],
    },
  },
  {
    name: 'blrules without a line in rules',
    is: ({ packet, theirs, ours, compiled: { model } }) =>
      (packet.connection.state === 'established' || packet.connection.state === 'related') &&
      ours.verdict === 'accept' &&
      theirs.verdict !== 'accept' &&
      isBlacklisted(model) &&
      model.rules.every(({ blacklist }) => blacklist),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        blrules: ['DROP net loc tcp 40000'],
        'shorewall.conf': ['OPTIMIZE=0'],
      },
      writes: [/^-A net-loc -m conntrack --ctstate NEW,INVALID,UNTRACKED -j net-loc~$/m],
      leavesOut: [/^-A net-loc .*ESTABLISHED/m],
    },
  },
  {
    name: 'a macro redirects what the firewall sends to all',
    is: ({ packet, theirs, ours, compiled: { model } }) =>
      packet.iif === undefined &&
      theirs.leaves === undefined &&
      ours.leaves !== undefined &&
      model.rules.some(
        ({ action, origin }) =>
          action.kind === 'redirect' && /^\w+[(/]REDIRECT\)?\S*\s+a(ll|ny)\b/.test(textOf(origin.at(-1))),
      ),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all ACCEPT'],
        rules: ['?SECTION NEW', 'HTTP(REDIRECT) all 3128', 'REDIRECT all 3128 tcp 81'],
        'shorewall.conf': ['OPTIMIZE=0'],
      },
      writes: [/^-A OUTPUT -p 6 --dport 80 -j REDIRECT --to-port 3128/m],
      leavesOut: [/^-A OUTPUT .*--dport 81 /m],
    },
  },
  {
    name: 'a rule of a section and the dispositions of other states',
    is: ({ packet, theirs, ours, judgement, compiled: { model }, routes }) => {
      const { iif = 'local', version, daddr, connection } = packet;
      if (ours.verdict === 'accept') return false;
      if (forgetsState(connection.state, iif, destinationOf({ version, daddr }, routes), model)) return true;
      // The answer to a packet without a connection is INVALID.
      const unheard = judgement.verdict === 'reject' && ours.verdict === 'drop' && theirs.verdict === 'reject';
      return unheard && forgetsState('invalid', 'local', iif, model);
    },
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all ACCEPT'],
        rules: ['?SECTION ESTABLISHED', 'REJECT net loc udp 53', '?SECTION NEW', 'ACCEPT net loc tcp 22'],
        'shorewall.conf': ['INVALID_DISPOSITION=DROP', 'OPTIMIZE=0'],
      },
      writes: [/^-A net-loc -m conntrack --ctstate ESTABLISHED -j \^net-loc$/m],
      leavesOut: [/^-A net-loc .*--ctstate INVALID -j DROP/m],
    },
  },
  {
    name: 'hosts that a zone within another leaves out, and DNAT',
    is: ({ packet: { version, iif, saddr }, judgement, compiled }) =>
      rulesMet(judgement, compiled).some(({ statements }) =>
        statements.some(({ kind }) => /^(dnat|redirect)$/.test(kind)),
      ) &&
      compiled.model.zones.some(
        ({ parents, hosts }) =>
          parents.length > 0 &&
          hosts.some((group) => kernelName(group.interface.pattern) === iif && holds(group.except, version, saddr)),
      ),
    proof: {
      version: 4,
      files: {
        zones: ['fw firewall', 'net', 'loc', 'lsub:loc'],
        interfaces: twoZones.interfaces,
        hosts: ['lsub eth1:100.65.0.0/28!100.65.0.10'],
        policy: ['all all REJECT'],
        rules: ['?SECTION NEW', 'DNAT loc:100.65.0.10 net:100.64.0.20 tcp 80 - 203.0.113.2'],
      },
      writes: [/^-A PREROUTING -i eth1 -s 100\.65\.0\.0\/28 -j RETURN$/m],
      leavesOut: [],
    },
  },
  {
    name: 'helpers end conntrack for a zone within another',
    is: ({ packet, judgement, compiled }) =>
      compiled.model.rules.some(({ helper }) => helper !== undefined) &&
      rulesMet(judgement, compiled).some((rule) => rule.origin?.at(-1)?.source.path === 'conntrack') &&
      isFromWithin(packet, compiled.model),
    proof: {
      version: 4,
      files: {
        zones: ['fw firewall', 'net', 'loc', 'lsub:loc'],
        interfaces: twoZones.interfaces,
        hosts: ['lsub eth1:100.65.0.0/28'],
        policy: ['all all ACCEPT'],
        conntrack: ['?FORMAT 3', 'DROP - - tcp 25'],
        rules: ['?SECTION NEW', 'ACCEPT loc net tcp 2121 - - - - - - - - - ftp', 'ACCEPT all+ all+ tcp 25'],
      },
      writes: [/^-A PREROUTING -i eth1 -s 100\.65\.0\.0\/28 -j RETURN$/m],
      leavesOut: [],
    },
  },
  {
    name: 'ICMP type 0 at the head of a list',
    is: ({ packet, judgement, compiled }) =>
      packet.version === 4 &&
      packet.icmp?.type === 0 &&
      rulesMet(judgement, compiled).some(({ origin }) => /\bicmp\s+0,/.test(textOf(origin?.at(-1)))),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all DROP'],
        rules: ['?SECTION NEW', 'ACCEPT net $FW icmp 0,3', 'ACCEPT loc $FW icmp 0'],
        'shorewall.conf': ['OPTIMIZE=0'],
      },
      writes: [/^-A loc-fw -p 1 --icmp-type 0 -j ACCEPT$/m, /^-A net-fw -p 1 --icmp-type 3 -j ACCEPT$/m],
      leavesOut: [/^-A net-fw .*--icmp-type 0 /m],
    },
  },
  {
    name: 'dispositions of a pair without lines',
    is: ({ packet, theirs, ours, judgement, compiled: { model }, routes }) => {
      const from = zonesAt(packet.iif ?? 'local', model);
      const to = zonesAt(destinationOf(packet, routes), model);
      const isHeard = ours.verdict === 'drop' && judgement.verdict === 'reject' && theirs.verdict === 'reject';
      const { state } = packet.connection;
      // What answers is RELATED, or INVALID where there is no connection.
      const isUnheard = isRefused(state === 'invalid' || state === 'untracked' ? 'invalid' : 'related', model);
      if (isHeard) return isUnheard && isWithoutLines([model.firewall], from, model);
      return ours.verdict !== 'accept' && isRefused(state, model) && isWithoutLines(from, to, model);
    },
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['loc net ACCEPT', 'all all REJECT'],
        'shorewall.conf': ['INVALID_DISPOSITION=DROP', 'OPTIMIZE=2'],
      },
      writes: [/^-A loc_frwd -o eth0 -j ACCEPT$/m, /^-A net-loc -m conntrack --ctstate INVALID -j DROP$/m],
      leavesOut: [/^:loc-net /m],
    },
  },
  {
    name: 'lines that are merged lose their source ports',
    is: ({ packet, theirs, ours, compiled: { model } }) =>
      theirs.verdict !== ours.verdict &&
      model.rules.some(
        (rule) => wantsOtherSourcePort(rule, packet) && model.rules.some((other) => isMergedWith(rule, other)),
      ),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all REJECT'],
        rules: ['?SECTION NEW', 'ACCEPT net $FW tcp 22 40000', 'ACCEPT net $FW tcp 80 40000'],
        'shorewall.conf': ['OPTIMIZE=16'],
      },
      writes: [/^-A net-fw -p 6 -m multiport --dports 22,80 -j ACCEPT$/m],
      leavesOut: [/--dport (22|80)/],
    },
  },
];

/** What a difference is known as; undefined for one that nobody has explained. */
export function knownAs(seen: Seen): string | undefined {
  return knownDifferences.find(({ is }) => is(seen))?.name;
}

/** Whether a rule is about the port that a packet goes to, and not about the one that it comes from. */
function wantsOtherSourcePort({ traffic }: Rule, { protocol, sport = 0, dport = 0 }: Packet): boolean {
  return traffic.protocols.some(
    (each) => each.protocol === protocol && each.sports && hasPort(each.dports, dport) && !hasPort(each.sports, sport),
  );
}

function hasPort(ports: PortMatch | undefined, port: number): boolean {
  return ports?.ranges.some(({ first, last }) => first <= port && port <= last) ?? false;
}

/** Whether two rules differ in their destination port alone; bit 16 of OPTIMIZE makes one of them. */
function isMergedWith(rule: Rule, other: Rule): boolean {
  const [one, another] = [rule, other].map(({ traffic, pairs, action }) =>
    JSON.stringify([pairs, action.kind, traffic.protocols.map(({ protocol, sports }) => [protocol, sports])]),
  );
  return rule !== other && one === another;
}

/** Whether the setting for a state refuses packets. */
function isRefused(state: ConnectionState, { settings }: Model): boolean {
  if (state !== 'related' && state !== 'invalid' && state !== 'untracked') return false;
  return settings[state].kind === 'drop' || settings[state].kind === 'reject';
}

/** Whether `rules` says nothing of what goes from one of these zones to one of those. */
function isWithoutLines(from: readonly string[], to: readonly string[], { rules }: Model): boolean {
  return !rules.some(({ pairs }) => pairs.some(({ source, dest }) => from.includes(source) && to.includes(dest)));
}

/** Whether packets of a state are to be refused on the way from one place to another, and there is a rule for another state. */
function forgetsState(state: ConnectionState, from: string, to: string | undefined, model: Model): boolean {
  const [sources, dests] = [zonesAt(from, model), zonesAt(to, model)];
  const states: readonly string[] = ['ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
  return (
    isRefused(state, model) &&
    model.rules.some(
      ({ section, pairs }) =>
        states.includes(section) &&
        section !== state.toUpperCase() &&
        pairs.some(({ source, dest }) => sources.includes(source) && dests.includes(dest)),
    )
  );
}

/** The interface by which a packet leaves; `local` when the firewall hears it. */
function destinationOf({ version, daddr }: Pick<Packet, 'version' | 'daddr'>, routes: Routes): string | undefined {
  return routes.addressType(version, daddr) === 'unicast' ? routes.route(version, daddr) : 'local';
}

/** The zones behind an interface; the firewall is `local`. */
function zonesAt(place: string | undefined, { zones, firewall }: Model): readonly string[] {
  if (place === 'local') return [firewall];
  return zones
    .filter(({ hosts }) => hosts.some((group) => kernelName(group.interface.pattern) === place))
    .map(({ name }) => name);
}

/** From one interface of a zone to another of it, with no line for this pair. */
function isWithinAZone({ version, iif, daddr }: Packet, model: Model, routes: Routes): boolean {
  const to = zonesAt(destinationOf({ version, daddr }, routes), model);
  const isWritten = (name: string) =>
    model.rules.some(({ pairs }) => pairs.some(({ source, dest }) => source === name && dest === name));
  return zonesAt(iif, model).some((name) => to.includes(name) && !isWritten(name));
}

/** From a zone that lies within another. */
function isFromWithin({ version, iif, saddr }: Packet, { zones }: Model): boolean {
  return zones.some(
    ({ parents, hosts }) =>
      parents.length > 0 &&
      hosts.some((group) => kernelName(group.interface.pattern) === iif && holds(group.ranges ?? [], version, saddr)),
  );
}

/**
 * A packet of an accepted connection that Shorewall refuses, between no two zones: it leaves by the interface it came by,
 * or by one of no zone.
 */
function isAnswerWithoutPair({ packet, theirs, ours }: Omit<Seen, 'compiled'>, model: Model): boolean {
  const { state } = packet.connection;
  const oif = ours.leaves?.oif;
  return (
    (state === 'established' || state === 'related') &&
    ours.verdict === 'accept' &&
    theirs.verdict !== 'accept' &&
    (oif === packet.iif || (packet.iif !== undefined && oif !== undefined && zonesAt(oif, model).length === 0))
  );
}

function isBlacklisted({ rules }: Model): boolean {
  return rules.some(({ blacklist }) => blacklist);
}

function textOf(span: { readonly source: { readonly text: string }; readonly start: number } | undefined): string {
  return span?.source.text.slice(span.start).split('\n')[0]?.trim() ?? '';
}
