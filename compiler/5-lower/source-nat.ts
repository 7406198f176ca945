/** Translation of sources: the lines of `snat`, on the way out or in front of the firewall itself, and what goes with them. */
import type { InterfacePattern, Match, NftRule, Statement, Translation, Version } from '../ir/ruleset.ts';
import type { SnatRule, Traffic } from '../model.ts';
import { outwardRules } from './address-maps.ts';
import { logPrefix, logRules } from './logging.ts';
import { lowerTraffic, runtimeMap } from './matches.ts';
import { knownAddresses } from './named-sets.ts';
import { type Program, rule } from './program.ts';
import { accept, counter } from './verdicts.ts';

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
  const received = arriving.flatMap((each) => sourceRules(each, undefined, program));
  base('srcnat-input', 'input', 'the address that connections to the firewall seem to come from', received);
  base('srcnat', 'postrouting', 'the address that connections leave with', [
    ...lines(true),
    ...outwardRules(model.oneToOne, model.networkMaps),
    ...lines(false),
  ]);
}

/** A line that names the interface in the log, or takes its address, is a rule for each. */
function outward(each: SnatRule, program: Program): readonly NftRule[] {
  const { log, action, interfaces } = each;
  const apart = log !== undefined || (action.kind === 'snatRuntime' && !action.address);
  const groups = apart ? interfaces.map((one) => [one]) : [interfaces];
  return groups.flatMap((group) => sourceRules({ ...each, interfaces: group }, group[0], program));
}

const words = { masquerade: 'MASQ', snat: 'SNAT', snatRuntime: 'SNAT', none: 'RETURN', log: 'LOG' } as const;

function sourceRules(each: SnatRule, leaving: InterfacePattern | undefined, program: Program): readonly NftRule[] {
  const from = { origin: each.origin };
  const version = versionOfSnat(each, program);
  const traffic: Traffic = { ...each.traffic, versions: each.traffic.versions.filter((one) => one === version) };
  if (traffic.versions.length === 0) return [];
  const everywhere = each.interfaces.some((pattern) => pattern.wildcard && pattern.name === '');
  const out: readonly Match[] =
    everywhere || !leaving
      ? []
      : [{ kind: 'interface', field: 'oifname', negated: false, interfaces: each.interfaces }];
  return lowerTraffic(traffic, { name: `snat-${each.origin[0].start}` }, program).flatMap((matches) => {
    const all = [...out, ...matches];
    const { log } = each;
    const prefix = log && logPrefix(chainInLog(leaving), words[each.action.kind], log, program);
    const written = log && prefix !== undefined ? logRules(all, prefix, log, program, from) : [];
    const last = sourceStatement(each, version, leaving);
    return last ? [...written, rule(all, [counter, last], from)] : written;
  });
}

/** What Shorewall calls the chain. */
function chainInLog(leaving: InterfacePattern | undefined): string {
  return leaving ? `${leaving.name}${leaving.wildcard ? '+' : ''}_masq` : 'INPUT';
}

/** Translation is of IPv4, unless the line has an IPv6 address: hosts of IPv6 keep theirs. */
function versionOfSnat({ action, traffic }: SnatRule, program: Program): Version {
  if (action.kind === 'snat' && action.addresses) return action.addresses.version;
  if (program.model.families.table === 'ip6') return 6;
  const [only, other] = traffic.versions;
  if (only !== undefined && other === undefined) return only;
  const six = [traffic.source, traffic.dest].some((hosts) =>
    knownAddresses(hosts)?.some((range) => range.version === 6),
  );
  return six ? 6 : 4;
}

function sourceStatement(
  { action }: SnatRule,
  version: Version,
  leaving: InterfacePattern | undefined,
): Statement | undefined {
  switch (action.kind) {
    case 'masquerade':
      return { kind: 'masquerade', ...portsOf(action), random: action.random };
    case 'snat':
    case 'snatRuntime': {
      const { random, persistent } = action;
      const address = addressOf(action, version, leaving);
      if (address === 'of the interface') return { kind: 'masquerade', ...portsOf(action), random };
      return { kind: 'snat', to: { version, ...address, ...portsOf(action), random, persistent } };
    }
    case 'none':
      return accept;
    case 'log':
      return undefined;
  }
}

type Sourcing = SnatRule['action'] & { readonly kind: 'snat' | 'snatRuntime' };

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
