/** The base chains of input, forward and output: states first, then interfaces, then pairs of zones. */
import type { ConnectionState, DispatchEntry, Match, NftRule, Version } from '../ir/ruleset.ts';
import { fastStates } from '../language/settings.ts';
import type { HostGroup, Interface, Model, Policy, Zone, ZonePair } from '../model.ts';
import { concernsEstablished, dynamicRules } from './dynamic-blacklist.ts';
import { foreignSources, incomingRules, neighbourRules, outgoingRules, sfilterRules } from './interface-options.ts';
import { hasOption, isLoopback, onlyVersions, versionsWith } from './interface-versions.ts';
import { beforePolicy, unheardRules } from './no-pair.ts';
import {
  addBlacklistChain,
  addPairChain,
  blacklistChain,
  pairChain,
  policyRules,
  rulesByPair,
  rulesOfVersion,
} from './pairs.ts';
import { type Program, rule } from './program.ts';
import { earlyStates, type States, stateDisposition } from './states.ts';
import { accept, counter, drop, goto, jump } from './verdicts.ts';
import {
  groupMatches,
  groupsOf,
  interfacesTellZones,
  isPlain,
  pairsWithoutChain,
  zoneDispatch,
  zonesAreApart,
} from './zone-match.ts';

const hookPriority = 0;

/** Adds the filter: base chains and a chain for each pair of zones that packets can take. */
export function addFilter(program: Program): void {
  const { model } = program;
  const states = earlyStates(model);
  const byPair = rulesByPair(model.rules);
  const without = pairsWithoutChain(model);
  const pairs = forwardPairs(program).filter((pair) => !without.has(`${pair.source.name} ${pair.dest.name}`));
  const wanted = model.policies.filter(
    (policy) =>
      !without.has(`${policy.source} ${policy.dest}`) &&
      isWanted(policy, pairs, model, byPair.has(`${policy.source} ${policy.dest}`)),
  );
  const base = (hook: 'input' | 'forward' | 'output', rules: readonly NftRule[]): void => {
    program.add({ name: hook, base: { type: 'filter', hook, priority: hookPriority, policy: 'drop' }, rules });
  };
  for (const [key, policies] of policiesByPair(wanted)) {
    const [pair] = policies;
    const rules = byPair.get(key) ?? [];
    addBlacklistChain(pair, rules, program);
    const [first, ...others] = policies;
    const decided = [
      withinZone(first, rules, program),
      ...others.map((each) => withinZone(each, rules, program)),
    ] as const;
    addPairChain({ source: pair.source, dest: pair.dest }, decided, rules, blacklistOf(pair, program), states, program);
  }
  base('input', inputRules(states, program));
  base('forward', forwardRules(states, pairs, program));
  base('output', outputRules(states, program));
}

/** The policies of each pair: one, or one for each IP version. */
function policiesByPair(policies: readonly Policy[]): ReadonlyMap<string, readonly [Policy, ...Policy[]]> {
  const found = new Map<string, readonly [Policy, ...Policy[]]>();
  for (const policy of policies) {
    const key = `${policy.source} ${policy.dest}`;
    const [first, ...others] = found.get(key) ?? [];
    found.set(key, first ? [first, ...others, policy] : [policy]);
  }
  return found;
}

/** Within a zone, CONTINUE without a rule is what it is without a line: ACCEPT (Shorewall: rules_target). */
function withinZone(policy: Policy, rules: readonly unknown[], { model }: Program): Policy {
  const { verdict, source, dest } = policy;
  const unwritten = verdict.kind === 'continue' && source === dest && rules.length === 0;
  return unwritten && !model.settings.closedOutsideZones ? { ...policy, verdict: { kind: 'accept' } } : policy;
}

/** Chains are made for pairs that packets can take; within the firewall only when somebody wrote a rule or policy. */
function isWanted(policy: Policy, pairs: readonly ForwardPair[], model: Model, hasRules: boolean): boolean {
  const { firewall } = model;
  if (policy.source === firewall && policy.dest === firewall) return hasRules || !policy.implicit;
  if (policy.source === firewall || policy.dest === firewall)
    return hasHosts(model, policy.source === firewall ? policy.dest : policy.source);
  return pairs.some((pair) => pair.source.name === policy.source && pair.dest.name === policy.dest);
}

function hasHosts(model: Model, name: string): boolean {
  return model.zones.some((zone) => zone.name === name && zone.hosts.length > 0);
}

/** What comes before the zones in every hook. */
function opening(
  states: States,
  hook: 'input' | 'forward' | 'output',
  blacklist: readonly NftRule[],
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  const fastRelated = fastStates(model.settings).filter((each) => each === 'related');
  // BLACKLIST=ALL is asked even of what FASTACCEPT accepts.
  const blacklistFirst = fastStates(model.settings).some((each) => model.settings.blacklist.states.includes(each));
  const early = (['related', 'invalid', 'untracked'] as const).filter(
    (state) => states.early.has(state) && !(state === 'related' && fastRelated.length > 0),
  );
  const dynamic = dynamicRules(hook, program);
  const options = hook === 'output' ? outgoingRules(program) : incomingRules(hook, program);
  return [
    ...refusedVersions(program),
    ...(concernsEstablished(program) ? dynamic : []),
    ...(blacklistFirst ? blacklist : []),
    ...(states.early.has('established')
      ? [rule([state('established', ...fastRelated)], [counter, accept], { comment: 'established connections' })]
      : []),
    ...(hook === 'forward' ? [] : neighbourRules(model, program.dual)),
    ...(blacklistFirst ? [] : blacklist),
    ...(concernsEstablished(program) ? [] : dynamic),
    ...options,
    ...early.flatMap((each) =>
      stateDisposition(each, hook === 'input' ? 'INPUT' : hook === 'forward' ? 'FORWARD' : 'OUTPUT', program),
    ),
  ];
}

function state(...states: readonly ConnectionState[]): Match {
  return { kind: 'state', negated: false, states };
}

/** A version that the configuration does not want is dropped, whatever its state. */
function refusedVersions({ model, dual }: Program): readonly NftRule[] {
  if (!dual) return [];
  return model.families.refused.map((version) =>
    rule([{ kind: 'version', version }], [counter, drop], { comment: `IPv${version} is not compiled (FAMILY)` }),
  );
}

function loopback(field: 'iifname' | 'oifname', program: Program): readonly NftRule[] {
  const { firewall } = program.model;
  const chain = pairChain({ source: firewall, dest: firewall });
  const match: Match = { kind: 'interface', field, negated: false, interfaces: [{ name: 'lo', wildcard: false }] };
  // What the firewall sends to itself is judged once, on its way out.
  if (field === 'oifname' && program.has(chain)) return [rule([match], [jump(chain)])];
  return [rule([match], [counter, accept], { comment: 'loopback' })];
}

function inputRules(states: States, program: Program): readonly NftRule[] {
  const { model } = program;
  const targets = model.zones
    .filter(
      (zone) => program.has(pairChain({ source: zone.name, dest: model.firewall })) && zone.name !== model.firewall,
    )
    .map((zone) => ({ zone: zone.name, chain: pairChain({ source: zone.name, dest: model.firewall }) }));
  const listed = blacklistDispatch(
    model.zones.map((zone) => ({ source: zone.name, dest: model.firewall })),
    (pair) => pair.source,
    'source',
    program,
  );
  return [
    ...loopback('iifname', program),
    ...unheardRules('input', fallback('INPUT', model.fallbacks.input, program), program),
    ...(model.settings.closedOutsideZones ? [] : foreignSources(program)),
    ...opening(states, 'input', listed, program),
    ...zoneDispatch(targets, 'source', [], program),
    ...unmanaged('iifname', program),
    ...fallback('INPUT', model.fallbacks.input, program),
  ];
}

function outputRules(states: States, program: Program): readonly NftRule[] {
  const { model } = program;
  const targets = model.zones
    .filter(
      (zone) => program.has(pairChain({ source: model.firewall, dest: zone.name })) && zone.name !== model.firewall,
    )
    .map((zone) => ({ zone: zone.name, chain: pairChain({ source: model.firewall, dest: zone.name }) }));
  const listed = blacklistDispatch(
    model.zones.map((zone) => ({ source: model.firewall, dest: zone.name })),
    (pair) => pair.dest,
    'dest',
    program,
  );
  return [
    ...loopback('oifname', program),
    ...opening(states, 'output', listed, program),
    ...zoneDispatch(targets, 'dest', [], program),
    ...unmanaged('oifname', program),
    ...fallback('OUTPUT', model.fallbacks.output, program),
  ];
}

interface ForwardPair {
  readonly source: Zone;
  readonly dest: Zone;
  readonly from: HostGroup;
  readonly to: HostGroup;
  /** The IP versions that have this way. */
  readonly versions: readonly Version[];
}

/**
 * Every way that packets can take through the firewall. Within a zone of one interface only with `routeback`; the zones
 * of a pair may share an interface.
 */
function forwardPairs({ model }: Program): readonly ForwardPair[] {
  const zones = model.zones.filter((zone) => zone.name !== model.firewall);
  return groupsOf(zones, 'source').flatMap(({ zone: source, group: from }) =>
    groupsOf(zones, 'dest').flatMap(({ zone: dest, group: to }) => {
      const versions = from.versions.filter(
        (version) =>
          to.versions.includes(version) && (source !== dest || to.routeback || interfacesOf(dest, version).size > 1),
      );
      return versions.length > 0 ? [{ source, dest, from, to, versions }] : [];
    }),
  );
}

/** The interfaces behind which an IP version has hosts of a zone. */
function interfacesOf({ hosts }: Zone, version: Version): ReadonlySet<string> {
  return new Set(hosts.filter(({ versions }) => versions.includes(version)).map((group) => group.interface.name));
}

function forwardRules(states: States, pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  // Where a single zone of one interface forwards nothing Shorewall makes no chains for it: all of it meets the policy for all.
  const groups = model.zones.flatMap((zone) => (zone.name === model.firewall ? [] : [zone.hosts.length]));
  const single = groups.length < 2 && groups.every((count) => count < 2);
  if (single && pairs.length === 0 && !model.settings.closedOutsideZones)
    return fallback('FORWARD', model.fallbacks.forward, program);
  const dispatch = forwardDispatch(pairs, usualDispatch, program);
  const listed = forwardDispatch(
    pairs.filter((pair) => zonesAreApart(model) && program.has(blacklistChain(named(pair)))),
    { chainOf: blacklistChain, prefix: 'blacklist-', before: [blacklistStates(model)] },
    program,
  );
  return [
    ...unheardRules('forward', fallback('FORWARD', model.fallbacks.forward, program), program),
    ...nothingForwarded(pairs, program),
    ...turningBack(pairs, program),
    ...opening(states, 'forward', listed, program),
    ...clampRules(program),
    ...dispatch,
    ...fallback('FORWARD', model.fallbacks.forward, program),
  ];
}

/** The same for one IP version, of which no packet has a way through. */
function nothingForwarded(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  if (model.settings.closedOutsideZones) return [];
  const closed = model.families.versions.filter((version) => !pairs.some(({ versions }) => versions.includes(version)));
  if (closed.length === 0 || closed.length === model.families.versions.length) return [];
  const chain = program.once('nothing-forwarded', () => ({
    comment: 'no pair of zones has these packets',
    rules: fallback('FORWARD', model.fallbacks.forward, program),
  }));
  return [rule(onlyVersions(closed, model), [goto(chain)])];
}

function named(pair: ForwardPair): ZonePair {
  return { source: pair.source.name, dest: pair.dest.name };
}

/** Which chain of a pair packets go to, and which packets. */
interface Dispatching {
  readonly chainOf: (pair: ZonePair) => string;
  readonly prefix: string;
  readonly before: readonly Match[];
}

const usualDispatch: Dispatching = { chainOf: pairChain, prefix: '', before: [] };

/** Blacklists hold for packets in these states (BLACKLIST). */
function blacklistStates(model: Model): Match {
  return { kind: 'state', negated: false, states: model.settings.blacklist.states };
}

/**
 * Where hosts may be of several zones, the blacklist of a pair is asked when its pair is: those of the zones around are
 * not for packets that never come to them.
 */
function blacklistOf(pair: ZonePair, program: Program): readonly NftRule[] {
  const chain = blacklistChain(pair);
  if (zonesAreApart(program.model) || !program.has(chain)) return [];
  return [rule([blacklistStates(program.model)], [jump(chain)])];
}

/** To and from the firewall: the blacklists of the pairs that have one, before anything accepts. */
function blacklistDispatch(
  pairs: readonly ZonePair[],
  zoneOf: (pair: ZonePair) => string,
  side: 'source' | 'dest',
  program: Program,
): readonly NftRule[] {
  if (!zonesAreApart(program.model)) return [];
  const targets = pairs
    .filter((pair) => program.has(blacklistChain(pair)))
    .map((pair) => ({ zone: zoneOf(pair), chain: blacklistChain(pair) }));
  return zoneDispatch(targets, side, [blacklistStates(program.model)], program);
}

/** One verdict map where interfaces alone tell the zones apart; otherwise zone by zone, parts before the whole. */
function forwardDispatch(
  pairs: readonly ForwardPair[],
  { chainOf, prefix, before }: Dispatching,
  program: Program,
): readonly NftRule[] {
  const { model } = program;
  if (pairs.length === 0) return [];
  if (interfacesTellZones(model)) {
    const entries: readonly DispatchEntry[] = pairs.map((pair) => ({
      keys: [pair.from.interface.pattern, pair.to.interface.pattern],
      verdict: { kind: 'jump', chain: chainOf(named(pair)) },
    }));
    return [rule(before, [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  }
  const sources = [...new Set(pairs.map((pair) => pair.source))];
  return sources.flatMap((source) => {
    const mine = pairs.filter((pair) => pair.source === source);
    const chain = program.once(`${prefix}from-${source.name}`, () => ({
      comment: `packets from ${source.name}, by where they go`,
      rules: destRules(source, mine, chainOf, program),
    }));
    const groups = [...new Set(mine.map((pair) => pair.from))];
    return groups.flatMap((group) =>
      groupMatches(group, 'source', program).map((matches) => rule([...before, ...matches], [jump(chain)])),
    );
  });
}

/** In the chain of a source zone: where packets go. Interfaces without routeback exclude themselves. */
function destRules(
  source: Zone,
  pairs: readonly ForwardPair[],
  chainOf: Dispatching['chainOf'],
  program: Program,
): readonly NftRule[] {
  const dests = [...new Set(pairs.map((pair) => pair.dest))];
  return dests.flatMap((dest) => {
    const groups = [...new Set(pairs.filter((pair) => pair.dest === dest).map((pair) => pair.to))];
    return groups.flatMap((to) => {
      const froms = pairs.filter((pair) => pair.dest === dest && pair.to === to).map((pair) => pair.from);
      const every = source.hosts.length === froms.length;
      const only: readonly Match[] = every
        ? []
        : [
            {
              kind: 'interface',
              field: 'iifname',
              negated: false,
              interfaces: [...new Set(froms.map((from) => from.interface.pattern))],
            },
          ];
      return groupMatches(to, 'dest', program).map((matches) =>
        rule([...only, ...matches], [jump(chainOf({ source: source.name, dest: dest.name }))]),
      );
    });
  });
}

/**
 * With OUTSIDE_ZONES=policy packets that would leave by the interface they came by are of no pair of zones, whatever
 * their state; an ftpwall directory alone lets established connections go on there.
 */
function turningBack(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  if (model.settings.closedOutsideZones) return [];
  const bridges = model.interfaces.filter(
    (each) =>
      hasOption(each, ({ bridge }) => bridge) &&
      !model.zones.some((zone) => zone.hosts.some((group) => group.interface.name === each.name)),
  );
  const single = model.interfaces.filter(
    (each) =>
      !hasOption(each, isLoopback) &&
      !bridges.includes(each) &&
      each.pattern.name !== '' &&
      !pairs.some((pair) => pair.from.interface.name === each.name && pair.to.interface.name === each.name),
  );
  const turning = () =>
    program.once('turning-back', () => ({
      comment: 'would leave by the interface it came by',
      rules: [...beforePolicy(program), ...fallback('FORWARD', model.fallbacks.forward, program)],
    }));
  // An interface that only one IP version knows is like any other for the packets of the other one.
  const knownTo = (versions: readonly Version[]): readonly NftRule[] => {
    const entries = single
      .filter((each) => versionsWith(each, () => true, model).join() === versions.join())
      .map(
        (each): DispatchEntry => ({
          keys: [each.pattern, each.pattern],
          verdict: { kind: 'goto', chain: turning() },
        }),
      );
    if (entries.length === 0) return [];
    return [rule(onlyVersions(versions, model), [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  };
  const { versions } = model.families;
  return [
    ...sfilterRules(program),
    ...bridges.map((each) => withinBridge(each, program)),
    ...knownTo(versions),
    ...(versions.length > 1 ? versions.flatMap((version) => knownTo([version])) : []),
    ...partlyTurningBack(pairs, program),
  ];
}

/** What a bridge of no zone passes on between its ports (shorewall-interfaces(5), bridge). */
function withinBridge(each: Interface, { model }: Program): NftRule {
  const through = (['iifname', 'oifname'] as const).map(
    (field): Match => ({ kind: 'interface', field, negated: false, interfaces: [each.pattern] }),
  );
  const versions = versionsWith(each, ({ bridge }) => bridge, model);
  return rule([...through, ...onlyVersions(versions, model)], [counter, accept], { origin: each.origin });
}

/** The same where an interface has zones of which only some pairs may turn back by it. */
function partlyTurningBack(pairs: readonly ForwardPair[], program: Program): readonly NftRule[] {
  const { model } = program;
  return model.interfaces.flatMap((each) => {
    const here = pairs.filter((pair) => pair.from.interface.name === each.name && pair.to.interface.name === each.name);
    const groups = model.zones.flatMap((zone) => zone.hosts.filter((group) => group.interface.name === each.name));
    const whole = groups.find((group) => isPlain(group, model));
    const every = here.some((pair) => pair.from === whole && pair.to === whole);
    if (here.length === 0 || every) return [];
    // No interface has a slash in its name, so `wl+` and `wl` keep chains of their own.
    const chain = program.once(`turning-back-${each.name.replace(/[^A-Za-z0-9_.-]/g, '/')}`, () => ({
      comment: `would leave by ${each.name}, by which it came`,
      rules: [
        ...here.flatMap((pair) =>
          groupMatches(pair.from, 'source', program).flatMap((from) =>
            groupMatches(pair.to, 'dest', program).map((to) =>
              rule([...from, ...to], [{ kind: 'verdict', verdict: { kind: 'return' } }]),
            ),
          ),
        ),
        ...beforePolicy(program),
        ...fallback('FORWARD', model.fallbacks.forward, program),
      ],
    }));
    const entries: readonly DispatchEntry[] = [
      { keys: [each.pattern, each.pattern], verdict: { kind: 'jump', chain } },
    ];
    return [rule([], [{ kind: 'dispatch', fields: ['iifname', 'oifname'], entries }])];
  });
}

/** What the firewall itself says and hears on interfaces that are not ours to judge. */
function unmanaged(field: 'iifname' | 'oifname', { model }: Program): readonly NftRule[] {
  if (model.settings.complete) return [];
  return model.interfaces.flatMap((each) => {
    const versions = versionsWith(each, (options) => options.unmanaged, model);
    if (versions.length === 0) return [];
    const matches: readonly Match[] = [
      { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
      ...onlyVersions(versions, model),
    ];
    return [rule(matches, [counter, accept], { origin: each.origin })];
  });
}

/** CLAMPMSS and `mss=`: the segment size that a connection may announce (RFC 9293 section 3.7.1). */
function clampRules({ model }: Program): readonly NftRule[] {
  const syn: Match = { kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['syn'] };
  const { clampMss } = model.settings;
  const byInterface = model.interfaces.flatMap((each) => {
    const sizes = new Set(model.families.versions.flatMap((version) => each.options[version]?.mss ?? []));
    return [...sizes].flatMap((size) =>
      (['iifname', 'oifname'] as const).map((field) =>
        rule(
          [
            { kind: 'interface', field, negated: false, interfaces: [each.pattern] },
            ...onlyVersions(
              versionsWith(each, ({ mss }) => mss === size, model),
              model,
            ),
            syn,
          ],
          [{ kind: 'clampMss', size }],
          { origin: each.origin },
        ),
      ),
    );
  });
  return [
    ...byInterface,
    ...(clampMss === undefined ? [] : [rule([syn], [{ kind: 'clampMss', size: clampMss }], { comment: 'CLAMPMSS' })]),
  ];
}

/** Packets of no zone, as OUTSIDE_ZONES has it: dropped, or judged by the policy for all. */
function fallback(name: string, policies: readonly Policy[], program: Program): readonly NftRule[] {
  const { settings, families } = program.model;
  const closed: readonly NftRule[] = [rule([], [counter, drop], { comment: 'belongs to no zone' })];
  if (settings.closedOutsideZones || settings.complete) return closed;
  const deciding = policies.filter(({ verdict }) => verdict.kind !== 'continue' && verdict.kind !== 'none');
  const decided = deciding.flatMap(({ versions }) => versions);
  if (families.versions.every((version) => decided.includes(version))) return policyRules(deciding, name, program);
  return [...deciding.flatMap((policy) => rulesOfVersion(policy, name, program)), ...closed];
}
