/** Translation before routing: DNAT and REDIRECT. */
import type { NftRule, Statement } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { ActionCall, Rule, RuleAction } from '../../model/rule.ts';
import type { RuntimeAddress, Traffic } from '../../model/traffic.ts';
import type { Version } from '../../net/version.ts';
import { levelName, logChain, logPrefix, pairInLog } from '../logging/logging.ts';
import { lowerTraffic, runtimeMap } from '../rules/matches.ts';
import { limitsAll, underOneLimit, unlimited } from '../rules/one-limit.ts';
import { accept, back, counter, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { zoneDispatch } from '../zones/zone-match.ts';
import { localNat, mappedInward } from './address-maps.ts';

/** Ours stand ten before those of others, so that the order does not depend on which table was loaded last. */
const dstnat = -110;

/** Adds the chains of translation that the rules need. */
/** Whether connections of such a line go elsewhere, or are spared that. */
export function translates(action: RuleAction): boolean {
  if (action.kind === 'call') return action.call.translates === true;
  return action.kind === 'dnat' || action.kind === 'redirect' || action.kind === 'noNat';
}

/** Adds the chains that say where connections go instead. */
export function addDestinationNat(program: Program): void {
  const { model } = program;
  const rules = model.rules.filter((each) => translates(each.action));
  const writers = new Set(rules.flatMap((each) => each.pairs.map((pair) => pair.source)));
  const spared = partsOnTheirOwn(model, writers);
  const sources = model.zones.map((zone) => zone.name).filter((name) => writers.has(name) || spared.has(name));
  for (const source of sources) {
    const mine = rules.filter((each) => each.pairs.some((pair) => pair.source === source));
    const own = mine.flatMap((each) => destinationRules(each, source, program));
    const end = spared.has(source) ? [rule([], [accept], { comment: 'the zones around do not translate it' })] : [];
    program.once(`${source}-dnat`, () => ({
      comment: `connections from ${source} that go elsewhere`,
      rules: [...own, ...end],
    }));
  }
  const incoming = sources.filter((source) => source !== model.firewall);
  const base = (name: string, hook: 'prerouting' | 'output', own: readonly NftRule[]): void => {
    if (own.length > 0)
      program.add({ name, base: { type: 'nat', hook, priority: dstnat, policy: 'accept' }, rules: own });
  };
  // Rules go before one-to-one translation (shorewall-nat(5)).
  const targets = incoming.map((zone) => ({ zone, chain: `${zone}-dnat` }));
  base('dstnat', 'prerouting', [...zoneDispatch(targets, 'source', [], program), ...mappedInward(program)]);
  const local = sources.includes(model.firewall) ? [rule([], [jump(`${model.firewall}-dnat`)])] : [];
  // Those of the firewall itself come after it (Shorewall: do_one_nat).
  base('dstnat-output', 'output', [...localNat(program), ...local]);
}

/**
 * Zones within another, which rules of that other do not translate: those without a policy CONTINUE, as packets of theirs
 * never come to the rules of the zones around (Shorewall: handle_nested_zone).
 */
function partsOnTheirOwn({ zones, policies }: Model, writers: ReadonlySet<string>): ReadonlySet<string> {
  const goesOn = (name: string) => policies.some((each) => each.source === name && each.verdict.kind === 'continue');
  return new Set(
    zones
      .filter(({ name, parents }) => parents.some((parent) => writers.has(parent)) && !goesOn(name))
      .map(({ name }) => name),
  );
}

/** The chain of the lines of an action that translate. */
function natChainOf(call: ActionCall, program: Program): string {
  const place = { name: `${call.chain}-dnat`, logName: call.name, spared: back };
  return program.once(`action-${call.chain}-dnat`, () => ({
    comment: `action ${call.chain}: connections that go elsewhere`,
    rules: call.rules
      .filter(({ action }) => translates(action))
      .flatMap((each) => translatingRules(each, place, program)),
  }));
}

function destinationRules(each: Rule, source: string, program: Program): readonly NftRule[] {
  const { firewall } = program.model;
  const pair = each.log?.ofPair && each.pairs.find((one) => one.source === source);
  const logName = pair ? pairInLog(pair, program) : source === firewall ? 'OUTPUT' : `${source}_dnat`;
  const place: NatPlace = { name: `${source}-dnat`, logName, spared: accept, source };
  if (each.action.kind !== 'call') return translatingRules(each, place, program);
  // DEST is asked where the connection is admitted: here it is not yet the server.
  const { dest: _dest, ...traffic } = each.traffic;
  const last = jump(natChainOf(each.action.call, program));
  return withLimits([traffic], each, place, program, (matches) => [
    rule(matches, [counter, last], { origin: each.origin }),
  ]);
}

/** Where translating rules stand: their chain, what log lines call it, and what ends it for connections that are spared. */
interface NatPlace {
  readonly name: string;
  readonly logName: string;
  readonly spared: Statement;
  /** The zone that the connections come from; it is not known in an action. */
  readonly source?: string;
}

function translatingRules(
  each: Pick<Rule, 'traffic' | 'action' | 'log' | 'origin'>,
  place: NatPlace,
  program: Program,
): readonly NftRule[] {
  const { action } = each;
  const versions: readonly (Version | undefined)[] =
    action.kind === 'dnat' && action.server.addresses ? [action.server.addresses.version] : each.traffic.versions;
  const from = { origin: each.origin };
  return versionsOf(each.traffic, versions, program).flatMap(({ traffic, version }) => {
    const last = translation(action, version ?? program.model.families.versions[0] ?? 4, place.spared);
    const parts = toDetected(traffic, action, place.source, program);
    return withLimits(parts, each, place, program, (matches, index) =>
      translated(matches, last, each, { chain: place.logName, index }, program, from),
    );
  });
}

/** Rules for each way in which connections are those of the parts of a line, with one limit for all of them. */
function withLimits(
  parts: readonly Traffic[],
  { origin }: Pick<Rule, 'origin'>,
  place: NatPlace,
  program: Program,
  rulesFor: (matches: NftRule['matches'], index: number) => readonly NftRule[],
): readonly NftRule[] {
  const name = `${place.name}-${origin.at(-1)?.start ?? 0}`;
  const waysOf = (some: readonly Traffic[]) =>
    some.flatMap((part) => lowerTraffic(part, { beforeNat: true, name }, program));
  const [first] = parts;
  const ways = first && limitsAll(first) ? waysOf(parts.map(unlimited)) : [];
  if (!first || ways.length < 2) return waysOf(parts).flatMap(rulesFor);
  return underOneLimit(name, first, ways, ways.flatMap(rulesFor), { origin }, program);
}

/**
 * DETECT_DNAT_IPADDRS: without ORIGDEST a DNAT is for connections to the addresses of the interfaces by which the zone
 * comes, IPv4 only (shorewall.conf(5)). What the rule admits does not depend on it.
 */
function toDetected(
  traffic: Traffic,
  action: RuleAction,
  source: string | undefined,
  { model }: Program,
): readonly Traffic[] {
  if (!model.settings.detectDnatAddresses || action.kind !== 'dnat' || traffic.originalDest) return [traffic];
  const zone = model.zones.find(({ name }) => name === source);
  const names = new Set((zone?.hosts ?? []).map((group) => group.interface.pattern.name));
  if (names.size === 0 || !traffic.versions.includes(4)) return [traffic];
  return [...names].map((name) => {
    const runtime: RuntimeAddress = { kind: 'address', interface: name };
    return { ...traffic, versions: [4], originalDest: { except: [], macs: [], sets: [], runtime } };
  });
}

/** DEST of an ACCEPT+ is the destination itself; that of DNAT is where the connection goes. */
function versionsOf(
  traffic: Traffic,
  versions: readonly (Version | undefined)[],
  program: Program,
): readonly { readonly traffic: Traffic; readonly version: Version | undefined }[] {
  if (!program.dual) return [{ traffic, version: versions[0] }];
  return versions.flatMap((version) =>
    version === undefined ? [] : [{ traffic: { ...traffic, versions: [version] }, version }],
  );
}

function translation(action: RuleAction, version: Version, spared: Statement): Statement {
  if (action.kind === 'redirect')
    return { kind: 'redirect', ...(action.ports ? { ports: action.ports } : {}), random: action.random };
  if (action.kind !== 'dnat') return spared;
  const { addresses, runtime, ports, random } = action.server;
  const addressIn = runtime && runtimeMap(runtime.interface, runtime.kind, version);
  return {
    kind: 'dnat',
    to: {
      version,
      ...(addresses ? { addresses } : {}),
      ...(addressIn ? { addressIn } : {}),
      ...(ports ? { ports } : {}),
      random,
      persistent: false,
    },
  };
}

/** What log lines call the decision. */
function wordOf(action: RuleAction): string {
  if (action.kind === 'noNat') return action.accept ? 'ACCEPT' : 'NONAT';
  return action.kind.toUpperCase();
}

function translated(
  matches: NftRule['matches'],
  last: Statement,
  each: Pick<Rule, 'log' | 'action' | 'origin'>,
  { chain, index }: { readonly chain: string; readonly index: number },
  program: Program,
  from: Pick<NftRule, 'origin'>,
): readonly NftRule[] {
  if (!each.log) return [rule(matches, [counter, last], from)];
  const word = wordOf(each.action);
  const prefix = logPrefix(chain, word, each.log, program, each.origin);
  if (!program.model.settings.logLimit)
    return [rule(matches, [{ kind: 'log', prefix, target: each.log.target }, counter, last], from)];
  const tag = each.log.tag ? `-${each.log.tag}` : '';
  const written = logChain(`${chain}-${word}${tag}-${levelName(each.log)}`, prefix, each.log, [], program, each.origin);
  if (matches.some((match) => match.kind === 'limit' || match.kind === 'limitEach')) {
    // Asked twice, a rate would be used up twice as fast.
    const transport = matches.filter((match) => match.kind === 'protocol' || match.kind === 'port');
    const within = program.once(`${chain}-${each.origin.at(-1)?.start ?? 0}-${index}`, () => ({
      comment: 'within the rate: to the log, then translated',
      rules: [rule([], [jump(written)]), rule(transport, [counter, last], from)],
    }));
    return [rule(matches, [jump(within)], from)];
  }
  // The translation needs the matches of its own rule (a port needs a protocol), so it does not move to another chain.
  return [rule(matches, [jump(written)], from), rule(matches, [counter, last], from)];
}
