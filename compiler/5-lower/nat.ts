/** Translation: DNAT and REDIRECT before routing, SNAT and MASQUERADE on the way out. */
import type { NftRule, Statement, Version } from '../ir/ruleset.ts';
import type { Model, Rule, RuleAction, RuntimeAddress, SnatRule, Traffic } from '../model.ts';
import { inwardRules, localRules, outwardRules } from './address-maps.ts';
import { logChain, logPrefix, logRules } from './logging.ts';
import { lowerTraffic } from './matches.ts';
import { knownAddresses } from './named-sets.ts';
import { type Program, rule } from './program.ts';
import { accept, counter, jump } from './verdicts.ts';
import { zoneDispatch } from './zone-match.ts';

/** Ours stand ten before those of others, so that the order does not depend on which table was loaded last. */
const dstnat = -110;
const srcnat = 90;

/** Adds the chains of translation that the rules need. */
export function addNat(program: Program): void {
  addDestinationNat(program);
  addSourceNat(program);
}

function translates(action: RuleAction): boolean {
  return action.kind === 'dnat' || action.kind === 'redirect' || action.kind === 'noNat';
}

function addDestinationNat(program: Program): void {
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
  base('dstnat', 'prerouting', [
    ...zoneDispatch(targets, 'source', [], program),
    ...inwardRules(model.oneToOne, model.networkMaps),
  ]);
  const local = sources.includes(model.firewall) ? [rule([], [jump(`${model.firewall}-dnat`)])] : [];
  base('dstnat-output', 'output', [...local, ...localRules(model.oneToOne)]);
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

function destinationRules(each: Rule, source: string, program: Program): readonly NftRule[] {
  const { action } = each;
  const versions: readonly (Version | undefined)[] =
    action.kind === 'dnat' && action.server.addresses ? [action.server.addresses.version] : each.traffic.versions;
  const from = { origin: each.origin };
  return versionsOf(each.traffic, versions, program).flatMap(({ traffic, version }) =>
    toDetected(traffic, each, source, program)
      .flatMap((asked) =>
        lowerTraffic(asked, { beforeNat: true, name: `${source}-dnat-${each.origin.at(-1)?.start ?? 0}` }, program),
      )
      .flatMap((matches, index) => {
        const last = translation(action, version ?? program.model.families.versions[0] ?? 4);
        return translated(matches, last, each, { chain: `${source}_dnat`, index }, program, from);
      }),
  );
}

/**
 * DETECT_DNAT_IPADDRS: without ORIGDEST a DNAT is for connections to the addresses of the interfaces by which the zone
 * comes, IPv4 only (shorewall.conf(5)). What the rule admits does not depend on it.
 */
function toDetected(traffic: Traffic, { action }: Rule, source: string, { model }: Program): readonly Traffic[] {
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

function translation(action: RuleAction, version: Version): Statement {
  if (action.kind === 'redirect')
    return { kind: 'redirect', ...(action.ports ? { ports: action.ports } : {}), random: action.random };
  if (action.kind !== 'dnat') return accept;
  const { addresses, ports, random } = action.server;
  return {
    kind: 'dnat',
    to: { version, ...(addresses ? { addresses } : {}), ...(ports ? { ports } : {}), random, persistent: false },
  };
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
  const word = each.action.kind === 'redirect' ? 'REDIRECT' : each.action.kind === 'dnat' ? 'DNAT' : 'ACCEPT';
  const prefix = logPrefix(chain, word, each.log, program);
  if (!program.model.settings.logLimit)
    return [rule(matches, [{ kind: 'log', prefix, target: each.log.target }, counter, last], from)];
  const written = logChain(`${chain}-${word}`, prefix, each.log, [], program);
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

function addSourceNat(program: Program): void {
  const { model } = program;
  const lines = (before: boolean): readonly NftRule[] =>
    model.snat.filter((each) => each.before === before).flatMap((each) => sourceRules(each, program));
  const rules = [...lines(true), ...outwardRules(model.oneToOne, model.networkMaps), ...lines(false)];
  if (rules.length === 0) return;
  program.add({
    name: 'srcnat',
    base: { type: 'nat', hook: 'postrouting', priority: srcnat, policy: 'accept' },
    comment: 'the address that connections leave with',
    rules,
  });
}

/** A line that logs is a rule for each interface, since the log line names it. */
function sourceRules(each: SnatRule, program: Program): readonly NftRule[] {
  const { log, interfaces } = each;
  if (!log || interfaces.length === 1) return sourceRulesOf(each, program);
  return interfaces.flatMap((only) => sourceRulesOf({ ...each, interfaces: [only] }, program));
}

const sourceWords = { masquerade: 'MASQ', snat: 'SNAT', snatRuntime: 'SNAT', none: 'CONTINUE', log: 'LOG' } as const;

function sourceRulesOf(each: SnatRule, program: Program): readonly NftRule[] {
  const from = { origin: each.origin };
  const version = versionOfSnat(each, program);
  const traffic: Traffic = { ...each.traffic, versions: each.traffic.versions.filter((one) => one === version) };
  if (traffic.versions.length === 0) return [];
  const out = each.interfaces.some((pattern) => pattern.wildcard && pattern.name === '')
    ? []
    : [{ kind: 'interface', field: 'oifname', negated: false, interfaces: each.interfaces } as const];
  return lowerTraffic(traffic, { name: `snat-${each.origin[0].start}` }, program).flatMap((matches) => {
    const all = [...out, ...matches];
    const { log } = each;
    const [leaving] = each.interfaces;
    const chain = `${leaving?.name ?? ''}${leaving?.wildcard ? '+' : ''}_masq`;
    const written = log
      ? logRules(all, logPrefix(chain, sourceWords[each.action.kind], log, program), log, program, from)
      : [];
    const last = sourceStatement(each, version);
    return last ? [...written, rule(all, [counter, last], from)] : written;
  });
}

/** Translation is of IPv4, unless the line has an IPv6 address: hosts of IPv6 keep theirs. */
function versionOfSnat({ action, traffic }: SnatRule, program: Program): Version {
  if (action.kind === 'snat') return action.addresses.version;
  if (program.model.families.table === 'ip6') return 6;
  const [only, other] = traffic.versions;
  if (only !== undefined && other === undefined) return only;
  const six = [traffic.source, traffic.dest].some((hosts) =>
    knownAddresses(hosts)?.some((range) => range.version === 6),
  );
  return six ? 6 : 4;
}

function sourceStatement({ action }: SnatRule, version: Version): Statement | undefined {
  switch (action.kind) {
    case 'masquerade':
      return { kind: 'masquerade', ...(action.ports ? { ports: action.ports } : {}), random: action.random };
    case 'snat':
      return {
        kind: 'snat',
        to: {
          version,
          addresses: action.addresses,
          ...(action.ports ? { ports: action.ports } : {}),
          random: action.random,
          persistent: action.persistent,
        },
      };
    case 'snatRuntime':
      return { kind: 'masquerade', ...(action.ports ? { ports: action.ports } : {}), random: action.random };
    case 'none':
      return accept;
    case 'log':
      return undefined;
  }
}
