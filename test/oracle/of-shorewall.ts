/**
 * Differences that are Shorewall's, or the kernel's, by their cause. Each has a folder in which it shows, and what
 * Shorewall writes for that folder; `of-shorewall.test.ts` holds each to both. README.md says what they are.
 */
import { holds } from '../../compiler/ir/address.ts';
import type { Judgement, Packet, Network as Routes } from '../../compiler/ir/packet.ts';
import type { NftRule, Version } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model.ts';
import type { Observation } from '../kernel/packet-lab.ts';
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
    name: 'no disposition of states within a zone',
    is: ({ packet, theirs, ours, compiled: { model }, routes }) => {
      const disposition = dispositionOf(packet, model);
      return (
        theirs.verdict === 'accept' &&
        ours.verdict !== 'accept' &&
        (disposition === 'drop' || disposition === 'reject') &&
        isWithinAZone(packet, model, routes)
      );
    },
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
    name: 'CONTINUE+ in snat',
    is: ({ theirs, ours, judgement, compiled }) =>
      theirs.leaves !== undefined &&
      ours.leaves !== undefined &&
      theirs.leaves.saddr !== ours.leaves.saddr &&
      rulesMet(judgement, compiled).some((rule) => /^CONTINUE\+/.test(wordsOf(rule))),
    proof: {
      version: 4,
      files: {
        ...twoZones,
        policy: ['all all ACCEPT'],
        snat: ['CONTINUE+ - eth0', 'MASQUERADE 100.65.0.0/24 eth0'],
      },
      writes: [/^-A POSTROUTING -o eth0 -s 100\.65\.0\.0\/24 -j MASQUERADE$/m],
      leavesOut: [/-j RETURN/],
    },
  },
  {
    name: 'options behind a blacklist',
    is: ({ packet, ours, judgement, compiled, routes }) =>
      ours.verdict !== 'accept' &&
      isBlacklisted(compiled.model) &&
      (judgement.trace.some(({ chain }) => /sfilter/.test(chain)) ||
        (routes.route(packet.version, packet.daddr) === packet.iif &&
          judgement.trace.some(({ chain }) => /^(mac-|smurfs$|tcp-flags$|dynamic-rules$)/.test(chain)))),
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
      isAnswerTurnedBack(seen) && model.settings.fastAccept && isBlacklisted(model),
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
    name: 'a macro redirects what the firewall sends to all',
    is: ({ packet, theirs, ours, compiled: { model } }) =>
      packet.iif === undefined &&
      theirs.verdict === 'accept' &&
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
];

/** What a difference is known as; undefined for one that nobody has explained. */
export function knownAs(seen: Seen): string | undefined {
  return knownDifferences.find(({ is }) => is(seen))?.name;
}

function dispositionOf({ connection: { state } }: Packet, { settings }: Model): string | undefined {
  if (state === 'related' || state === 'invalid' || state === 'untracked') return settings[state].kind;
  return undefined;
}

/** From one interface of a zone to another of it, with no line for this pair. */
function isWithinAZone({ version, iif, daddr }: Packet, { zones, rules }: Model, routes: Routes): boolean {
  const oif = routes.route(version, daddr);
  return zones.some(({ name, hosts }) => {
    const names = hosts.map((group) => group.interface.pattern.name);
    const written = rules.some(({ pairs }) => pairs.some(({ source, dest }) => source === name && dest === name));
    return iif !== undefined && oif !== undefined && names.includes(iif) && names.includes(oif) && !written;
  });
}

/** From a zone that lies within another. */
function isFromWithin({ version, iif, saddr }: Packet, { zones }: Model): boolean {
  return zones.some(
    ({ parents, hosts }) =>
      parents.length > 0 &&
      hosts.some((group) => group.interface.pattern.name === iif && holds(group.ranges ?? [], version, saddr)),
  );
}

/** A packet of an accepted connection that leaves by the interface it came by, which Shorewall refuses. */
function isAnswerTurnedBack({ packet, theirs, ours }: Omit<Seen, 'compiled'>): boolean {
  const { state } = packet.connection;
  return (
    (state === 'established' || state === 'related') &&
    ours.verdict === 'accept' &&
    theirs.verdict !== 'accept' &&
    ours.leaves?.oif === packet.iif
  );
}

function isBlacklisted({ rules }: Model): boolean {
  return rules.some(({ blacklist }) => blacklist);
}

/** The line that a rule comes from. */
function wordsOf({ origin }: NftRule): string {
  return textOf(origin?.at(-1));
}

function textOf(span: { readonly source: { readonly text: string }; readonly start: number } | undefined): string {
  return span?.source.text.slice(span.start).split('\n')[0]?.trim() ?? '';
}
