/**
 * The path of a packet: the steps that it meets, in order, in which hooks, when each exists, and what makes its rules.
 * Stage 5 makes the running ruleset by this table, and the manual prints it (ftpwall-policies(7)).
 */
import type { NftRule } from '../ir/ruleset.ts';
import { addAccounting } from './accounting/accounting.ts';
import { addHelperChains } from './conntrack/helpers.ts';
import { addTracking } from './conntrack/tracking.ts';
import { addPorts } from './frames/ports.ts';
import { clampRules, earlyClamps } from './interfaces/clamping.ts';
import { addReversePathFilter, foreignSources, neighbourRules } from './interfaces/interface-options.ts';
import { optionsBeforeZones, optionsOfOthers } from './interfaces/options-place.ts';
import { addLogOfAllNew } from './logging/log-all-new.ts';
import { addMarks } from './marks/marks.ts';
import { addDestinationNat } from './nat/nat.ts';
import { addSourceNat } from './nat/source-nat.ts';
import type { Program } from './ruleset-builder.ts';
import { addClasses, addIncomingLimits } from './shaping/classes.ts';
import { earlyDynamicBlacklist, earlyEstablished, otherEarlyStates, refusedVersions } from './zones/early-rules.ts';
import { forwardDispatch, usualDispatch } from './zones/forward-pairs.ts';
import { turningBack } from './zones/hairpin.ts';
import type { FilterHook, Layout } from './zones/layout.ts';
import { loopback } from './zones/loopback.ts';
import { ownNames, sentElsewhere } from './zones/own-names.ts';
import { pairChain } from './zones/pairs.ts';
import { unlistedRules } from './zones/unlisted-interfaces.ts';
import { unmanaged } from './zones/unmanaged.ts';
import { nothingForwarded, outsideZones, unheardRules } from './zones/unzoned.ts';
import { zoneDispatch } from './zones/zone-match.ts';

/** A step of the path, as people are told of it. */
export interface Step {
  readonly step: string;
  /** The hooks in which packets meet it (nft(8), hooks). */
  readonly hooks: readonly ('prerouting' | 'input' | 'forward' | 'output' | 'postrouting')[];
  /** When it exists, and what it does: a clause for the manual. */
  readonly when: string;
}

/** A step with chains of its own, before the filter or behind it. */
export interface ChainStep extends Step {
  readonly add: (program: Program) => void;
}

/** A step in the chains of the filter. */
export interface FilterStep extends Step {
  readonly hooks: readonly FilterHook[];
  readonly rules: (layout: Layout) => readonly NftRule[];
  /** It is there, too, where a firewall has nothing but a policy to forward by. */
  readonly always?: true;
}

const everyHook = ['input', 'forward', 'output'] as const;

/** Steps before the filter. */
export const beforeFilter: readonly ChainStep[] = [
  {
    step: 'ports of bridges',
    hooks: ['prerouting', 'output'],
    when: 'with zones of type bport: the bits of the mark that tell ports are set by the table of the bridge alone',
    add: addPorts,
  },
  {
    step: 'shaping of what comes in',
    hooks: ['prerouting'],
    when: 'with IN-BANDWIDTH in tcdevices or tcinterfaces',
    add: addIncomingLimits,
  },
  {
    step: 'conntrack',
    hooks: ['prerouting', 'output'],
    when: 'with lines of conntrack: what is not to be tracked, timeouts, events',
    add: addTracking,
  },
  {
    step: 'reverse path',
    hooks: ['prerouting'],
    when: 'with rpfilter in interfaces: answers must leave by the interface that the packet came by',
    add: addReversePathFilter,
  },
  {
    step: 'helpers',
    hooks: ['prerouting', 'output'],
    when: 'the helper of each new connection, by conntrack, modules and HELPER',
    add: addHelperChains,
  },
  {
    step: 'marks',
    hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
    when: 'with lines of mangle, tcrules, tos, ecn or providers',
    add: addMarks,
  },
  {
    step: 'accounting',
    hooks: ['input', 'forward', 'output'],
    when: 'with lines of accounting: packets are counted',
    add: addAccounting,
  },
  {
    step: 'DNAT, REDIRECT',
    hooks: ['prerouting', 'output'],
    when: 'the destination is changed before anybody decides, so rules and policies see the server',
    add: addDestinationNat,
  },
];

/** Steps in the chains of the filter. */
export const filterSteps: readonly FilterStep[] = [
  {
    step: 'names of interfaces in $FW',
    hooks: ['output'],
    when: 'what is sent as the address of an interface by another one',
    rules: ({ states, program }) => ownNames(states, program),
  },
  {
    step: 'loopback',
    hooks: ['input', 'output'],
    when: 'packets of this machine to itself go through, unless a rule or policy says otherwise',
    rules: ({ hook, states, program }) => loopback(hook === 'input' ? 'iifname' : 'oifname', states, program),
  },
  {
    step: 'the other IP version',
    hooks: everyHook,
    when: 'dropped where FAMILY names one version',
    rules: ({ program }) => refusedVersions(program),
    always: true,
  },
  {
    step: 'segment sizes',
    hooks: ['forward'],
    when: 'with CLAMPMSS, or mss in interfaces',
    rules: ({ program }) => clampRules(program),
  },
  {
    step: 'interfaces that are only a destination',
    hooks: ['input', 'forward'],
    when: 'with destonly in interfaces: what comes from there meets the policy for all',
    rules: ({ hook, program }) => (hook === 'output' ? [] : unheardRules(hook, policyForAll(hook, program), program)),
  },
  {
    step: 'an IP version that nothing forwards',
    hooks: ['forward'],
    when: 'no pair of zones has it: the policy for all',
    rules: ({ pairs, program }) => nothingForwarded(pairs, program),
  },
  {
    step: 'back by the same interface',
    hooks: ['forward'],
    when: 'without routeback: the policy for all',
    rules: ({ pairs, program }) => turningBack(pairs, program),
  },
  {
    step: 'interfaces that no line names',
    hooks: everyHook,
    when: 'they have no options, and no state is accepted early',
    rules: ({ hook, states, program }) => unlistedRules(hook, states, program),
  },
  {
    step: 'sources of other interfaces',
    hooks: ['input'],
    when: 'with sfilter in interfaces',
    rules: ({ program }) => (program.model.settings.closedOutsideZones ? [] : foreignSources(program)),
  },
  {
    step: 'what commands refused, for all states',
    hooks: everyHook,
    when: 'with BLACKLIST=ALL: `ftpwall drop`, `reject` and `blacklist` end open connections, too',
    rules: earlyDynamicBlacklist,
  },
  {
    step: 'blrules, for all states',
    hooks: everyHook,
    when: 'with BLACKLIST=ALL and FASTACCEPT',
    rules: ({ blacklists, blacklistsFirst }) => (blacklistsFirst ? blacklists : []),
  },
  {
    step: 'segment sizes of answers',
    hooks: everyHook,
    when: 'with mss in zones or hosts',
    rules: ({ hook, states, pairs, local, program }) => {
      const clamps = earlyClamps(states, program);
      return hook === 'forward' ? clamps.forward(pairs) : clamps.local(local, hook === 'input' ? 'source' : 'dest');
    },
  },
  {
    step: 'established',
    hooks: everyHook,
    when: 'packets of a connection that may be go through, unless a section of rules is about them',
    rules: ({ states, program }) => earlyEstablished(states, program),
  },
  {
    step: 'neighbours',
    hooks: ['input', 'output'],
    when: 'what IPv6 cannot live without: neighbour discovery and MLD, unless NEIGHBOUR_DISCOVERY=rules',
    rules: ({ program }) => neighbourRules(program.model),
  },
  {
    step: 'blrules',
    hooks: everyHook,
    when: 'the blacklist, before the rules',
    rules: ({ blacklists, blacklistsFirst }) => (blacklistsFirst ? [] : blacklists),
  },
  {
    step: 'options of interfaces',
    hooks: everyHook,
    when: 'what commands refused; smurfs, DHCP, malformed TCP, MAC lists',
    rules: ({ hook, program }) => optionsBeforeZones(hook, program),
  },
  {
    step: 'related, invalid, untracked',
    hooks: everyHook,
    when: 'by the settings of these names, unless a section of rules is about them',
    rules: ({ hook, states, program }) => otherEarlyStates(states, hook, program),
  },
  {
    step: 'DNAT of own connections',
    hooks: ['output'],
    when: 'what a rule from $FW has sent elsewhere',
    rules: ({ program }) => sentElsewhere(program),
  },
  {
    step: 'the pair of zones',
    hooks: everyHook,
    when: 'rules of the pair from the top, then its policy; the first line that fits decides',
    rules: ({ hook, pairs, local, program }) => {
      if (hook === 'forward') return forwardDispatch(pairs, usualDispatch, program);
      const side = hook === 'input' ? 'source' : 'dest';
      return zoneDispatch(
        local.map((pair) => ({ zone: pair[side], chain: pairChain(pair) })),
        side,
        [],
        program,
      );
    },
  },
  {
    step: 'options of interfaces, for the rest',
    hooks: everyHook,
    when: 'where they stand in the chains of pairs, behind blrules',
    rules: ({ hook, program }) => optionsOfOthers(hook, program),
  },
  {
    step: 'interfaces that are not ours to judge',
    hooks: ['input', 'output'],
    when: 'with unmanaged in interfaces',
    rules: ({ hook, program }) => unmanaged(hook === 'input' ? 'iifname' : 'oifname', program),
  },
  {
    step: 'the policy for all',
    hooks: everyHook,
    when: 'what is of no pair of zones: dropped, or by the policy `all all`, as OUTSIDE_ZONES says',
    rules: ({ hook, program }) => policyForAll(hook, program),
    always: true,
  },
];

/** Steps behind the filter. */
export const afterFilter: readonly ChainStep[] = [
  {
    step: 'SNAT, MASQUERADE',
    hooks: ['input', 'postrouting'],
    when: 'the source of what leaves is changed when all is decided',
    add: addSourceNat,
  },
  {
    step: 'classes of devices',
    hooks: ['postrouting'],
    when: 'with tcclasses or tcinterfaces: filters see what is sent, as those of tc do',
    add: addClasses,
  },
  {
    step: 'LOGALLNEW',
    hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
    when: 'with this setting: each new connection is logged at each station',
    add: addLogOfAllNew,
  },
];

/** All steps, in the order of the path. */
export const packetPath: readonly Step[] = [...beforeFilter, ...filterSteps, ...afterFilter];

function policyForAll(hook: FilterHook, program: Program): readonly NftRule[] {
  return outsideZones(hook.toUpperCase(), program.model.fallbacks[hook], program);
}
