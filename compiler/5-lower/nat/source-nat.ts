/** Translation of sources: the lines of `snat`, on the way out or in front of the firewall itself, and what goes with them. */
import { fits } from '../../ir/interfaces.ts';
import type { Match, NftRule, Statement, Translation } from '../../ir/ruleset.ts';
import type { SnatRule, SourceAction, SourceCall, SourceLine } from '../../model/nat.ts';
import type { Traffic } from '../../model/traffic.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { Version } from '../../net/version.ts';
import { logPrefix, logRules } from '../logging/logging.ts';
import { associationsAsked } from '../rules/associations.ts';
import { lowerTraffic, runtimeMap } from '../rules/matches.ts';
import { accept, back, counter, drop, goto, jump } from '../rules/verdicts.ts';
import { from, type Program, rule } from '../ruleset-builder.ts';
import { knownAddresses } from '../sets/named-sets.ts';
import { mappedOutward, outwardFromEverywhere } from './address-maps.ts';

/** Ours stand ten before those of others, so that the order does not depend on which table was loaded last. */
const srcnat = 90;

/** Adds the chains that the lines need. */
export function addSourceNat(program: Program): void {
  const { model } = program;
  const leaving = model.snat.filter(({ interfaces }) => interfaces.length > 0);
  const lines = (before: boolean): readonly NftRule[] =>
    leaving.filter((each) => each.before === before).flatMap((each) => outward(each, program));
  const base = (name: string, hook: 'input' | 'postrouting', comment: string, rules: readonly NftRule[]): void => {
    if (rules.length > 0)
      program.add({ name, base: { type: 'nat', hook, priority: srcnat, policy: 'accept' }, comment, rules });
  };
  const arriving = model.snat.filter(({ interfaces }) => interfaces.length === 0);
  const inFront: SourcePlace = { logName: 'INPUT', chains: 'input', direction: 'in', exempted: accept };
  base(
    'srcnat-input',
    'input',
    'the address that connections to the firewall seem to come from',
    arriving.flatMap((each) => sourceRules(each, inFront, program)),
  );
  base('srcnat', 'postrouting', 'the address that connections leave with', [
    ...outwardFromEverywhere(program),
    ...lines(true),
    ...mappedOutward(program),
    ...lines(false),
  ]);
}

/** Where a line stands. */
interface SourcePlace {
  /** What log lines call it. */
  readonly logName: string;
  /** What the names of chains of actions end in. */
  readonly chains: string;
  readonly direction: 'in' | 'out';
  /** By which interface the packets leave; unknown where there are several, or none. */
  readonly leaving?: InterfacePattern;
  /** What ends the place for packets that are spared. */
  readonly exempted: Statement;
}

/** A line that names the interface in the log, takes its address, or calls an action, is a rule for each. */
function outward(each: SnatRule, program: Program): readonly NftRule[] {
  const { log, action, interfaces } = each;
  const apart = log !== undefined || action.kind === 'call' || (action.kind === 'snatRuntime' && !action.address);
  const groups = apart ? interfaces.map((one) => [one]) : [interfaces];
  return groups.flatMap((group) => {
    const everywhere = group.some((pattern) => pattern.wildcard && pattern.name === '');
    const out: readonly Match[] = everywhere
      ? []
      : [{ kind: 'interface', field: 'oifname', negated: false, interfaces: group }];
    const [leaving] = group;
    const name = `${leaving?.name}${leaving?.wildcard ? '+' : ''}`;
    const place: SourcePlace = {
      logName: `${name}_masq`,
      // No interface has a slash in its name, so `wl+` and `wl` keep chains of their own.
      chains: name.replace(/[^A-Za-z0-9_.-]/g, '/'),
      direction: 'out',
      ...(leaving ? { leaving } : {}),
      exempted: accept,
    };
    return sourceRules(each, place, program, out);
  });
}

const words = { masquerade: 'MASQ', snat: 'SNAT', snatRuntime: 'SNAT', none: 'RETURN', log: 'LOG', call: '' } as const;

function sourceRules(
  each: SourceLine,
  place: SourcePlace,
  program: Program,
  before: readonly Match[] = [],
): readonly NftRule[] {
  const versions = versionsOf(each, program);
  const traffic: Traffic = {
    ...each.traffic,
    versions: each.traffic.versions.filter((one) => versions.includes(one)),
  };
  const [version] = traffic.versions;
  if (version === undefined) return [];
  return lowerTraffic(traffic, { name: `snat-${each.origin[0].start}` }, program).flatMap((matches) => {
    const { log } = each;
    const prefix =
      log && logPrefix(place.logName, log.disposition ?? words[each.action.kind], log, program, each.origin);
    const rules = (all: readonly Match[]) => {
      const end = endOf(each, version, all, place, program);
      const written = log && prefix !== undefined ? logRules(all, prefix, log, program, from(each)) : [];
      return end ? [...written, rule(all, [counter, end], from(each))] : written;
    };
    return byIpsec(each, [...before, ...matches], place, rules, program);
  });
}

/** The rules for packets with the association that a line asks for: any of those of a packet may be the one, and each packet comes to the rules once. */
function byIpsec(
  { ipsec, origin }: SourceLine,
  matches: readonly Match[],
  { direction }: SourcePlace,
  rules: (matches: readonly Match[]) => readonly NftRule[],
  program: Program,
): readonly NftRule[] {
  if (ipsec === undefined) return rules(matches);
  if (ipsec === 'yes' || ipsec === 'no')
    return rules([...matches, { kind: 'ipsec', direction, present: ipsec === 'yes' }]);
  const what = { comment: 'packets of some associations of IPsec' };
  const chosen = program.fresh('snat-associated', { ...what, rules: rules(transportOf(matches)) });
  const asked = associationsAsked(direction, ipsec).map((wanted) => rule(wanted, [goto(chosen)], { origin }));
  return [rule(matches, [jump(program.fresh('snat-association', { ...what, rules: asked }))], { origin })];
}

/** Translation is of IPv4, unless the line has an IPv6 address: hosts of IPv6 keep theirs. An action is asked for both. */
function versionsOf({ action, traffic }: SourceLine, program: Program): readonly Version[] {
  if (action.kind === 'call') return program.model.families.versions;
  if (action.kind === 'snat' && action.addresses) return [action.addresses.version];
  if (program.model.families.table === 'ip6') return [6];
  const [only, other] = traffic.versions;
  if (only !== undefined && other === undefined) return [only];
  const six = [traffic.source, traffic.dest].some((hosts) =>
    knownAddresses(hosts)?.some((range) => range.version === 6),
  );
  return [six ? 6 : 4];
}

function endOf(
  { action }: SourceLine,
  version: Version,
  matches: readonly Match[],
  place: SourcePlace,
  program: Program,
): Statement | undefined {
  switch (action.kind) {
    case 'masquerade':
      return { kind: 'masquerade', ...portsOf(action), random: action.random };
    case 'snat':
    case 'snatRuntime': {
      const { random, persistent } = action;
      const address = addressOf(action, version, place.leaving);
      if (address === 'of the interface') return { kind: 'masquerade', ...portsOf(action), random };
      const end: Statement = { kind: 'snat', to: { version, ...address, ...portsOf(action), random, persistent } };
      return action.kind === 'snatRuntime' ? onceKnown(action, end, version, matches, place, program) : end;
    }
    case 'none':
      return place.exempted;
    case 'log':
      return undefined;
    case 'call':
      return jump(chainOf(action.call, place, program));
  }
}

/**
 * While an optional interface has no address the next line decides. Without that of any other one Shorewall does not
 * start; here connections wait for it.
 */
function onceKnown(
  { address, ports, random, persistent }: SourceAction & { readonly kind: 'snatRuntime' },
  end: Statement,
  version: Version,
  matches: readonly Match[],
  { leaving }: SourcePlace,
  program: Program,
): Statement {
  const { interface: name, kind } = address ?? { interface: leaving?.name ?? '', kind: 'address' };
  const { interfaces } = program.model;
  const found =
    interfaces.find(({ pattern }) => pattern.name === name) ?? interfaces.find(({ pattern }) => fits(pattern, name));
  if (!found || found.options[version]?.optional) return end;
  const comment = `the ${kind} of ${name}, which is required`;
  const words = ['to', kind, 'of', name.replace(/[^A-Za-z0-9_.]/g, '_'), version];
  const chain = ['snat', ...words, ...(random ? ['random'] : []), ...(persistent ? ['persistent'] : [])].join('-');
  const closed = rule([], [counter, drop]);
  return jump(
    ports
      ? program.fresh(chain, { comment, rules: [rule(transportOf(matches), [end]), closed] })
      : program.once(chain, () => ({ comment, rules: [rule([], [end]), closed] })),
  );
}

/** The chain of an action for packets of a place; what CONTINUE spares there goes on behind the line that names it. */
function chainOf(call: SourceCall, place: SourcePlace, program: Program): string {
  const within: SourcePlace = { ...place, logName: call.name, exempted: back };
  return program.once(`${call.chain}-${place.chains}`, () => ({
    comment: `action ${call.name}: the address that connections leave with`,
    rules: call.lines.flatMap((each) => sourceRules(each, within, program)),
  }));
}

type Sourcing = SourceAction & { readonly kind: 'snat' | 'snatRuntime' };

/** What a rule that translates ports must ask for itself (nft(8), NAT STATEMENTS). */
function transportOf(matches: readonly Match[]): readonly Match[] {
  return matches.filter(({ kind }) => kind === 'protocol' || kind === 'port');
}

/** Names that begin alike have no one address: there each packet gets that of its own interface. */
function addressOf(
  action: Sourcing,
  version: Version,
  leaving: InterfacePattern | undefined,
): Pick<Translation, 'addresses' | 'addressIn'> | 'of the interface' {
  if (action.kind === 'snat') return action.addresses ? { addresses: action.addresses } : {};
  const { kind, interface: name } = action.address ?? { kind: 'address', interface: leaving?.name ?? '' };
  if (!action.address && (!leaving || leaving.wildcard)) return 'of the interface';
  return { addressIn: runtimeMap(name, kind, version) };
}

function portsOf({ ports }: { readonly ports?: Translation['ports'] }): Pick<Translation, 'ports'> {
  return ports ? { ports } : {};
}
