/** The stopped state: established connections, loopback, neighbours, DHCP and `stoppedrules`; everything else is dropped. */
import type { Match, NftRule, Ruleset } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { StoppedRule } from '../../model/stopped.ts';
import type { HostMatch } from '../../model/traffic.ts';
import { dhcpTraffic, discoveryRules } from '../interfaces/interface-options.ts';
import { hostMatches, lowerProtocols } from '../rules/matches.ts';
import { accept, counter, drop } from '../rules/verdicts.ts';
import { rule } from '../ruleset-builder.ts';
import { hostsWithoutLists } from '../sets/named-sets.ts';

type Hook = 'input' | 'forward' | 'output' | 'raw' | 'raw-output';

/** What is dropped or not tracked is so before connections are followed, at -200 (kernel: enum nf_ip_hook_priorities). */
const rawPriority = -300;

/** The ruleset of the stopped state. */
export function lowerStopped(model: Model, about: string): Ruleset {
  const table = model.families.table;
  const chain = (hook: 'input' | 'forward' | 'output', rules: readonly NftRule[]) => ({
    name: hook,
    base: { type: 'filter', hook, priority: 0, policy: 'drop' } as const,
    rules: [...rules, ...rulesFor(hook, model)],
  });
  const raw = (name: 'raw' | 'raw-output', hook: 'prerouting' | 'output'): Ruleset['chains'] => {
    const rules = rulesFor(name, model);
    const base = { type: 'filter', hook, priority: rawPriority, policy: 'accept' } as const;
    return rules.length > 0 ? [{ name, base, rules }] : [];
  };
  const chains: Ruleset['chains'] = [
    { name: 'about', comment: about, rules: [] },
    ...raw('raw', 'prerouting'),
    ...raw('raw-output', 'output'),
    chain('input', [...opening('iifname', model), ...established(model), ...dhcp(['iifname'], model)]),
    chain('forward', [...established(model), ...dhcp(['iifname', 'oifname'], model)]),
    chain('output', [...opening('oifname', model), ...dhcp(['oifname'], model), ...ownConnections(model)]),
  ];
  return { family: table, table: 'ftpwall', sets: setsIn(chains, model), helpers: [], chains };
}

/** Where packets of a line are judged: those for the firewall, those of it, or those that it passes on (stoppedrules(5)). */
function hookOf({ action, source, dest }: StoppedRule): Hook {
  if (action !== 'accept') return source.firewall ? 'raw-output' : 'raw';
  if (dest.firewall) return 'input';
  return source.firewall ? 'output' : 'forward';
}

function rulesFor(hook: Hook, model: Model): readonly NftRule[] {
  return model.stopped.filter((each) => hookOf(each) === hook).flatMap((each) => lowerPlaces(each, model));
}

/** The named sets that the rules look into. */
function setsIn(chains: Ruleset['chains'], model: Model): Ruleset['sets'] {
  const used = new Set(
    chains.flatMap(({ rules }) => rules.flatMap(({ matches }) => matches.map((match) => 'set' in match && match.set))),
  );
  return model.sets.filter(({ name }) => used.has(name));
}

/** With ADMINISABSENTMINDED=No they go on only where a line says what is accepted (shorewall.conf(5)). */
function established({ settings, stopped }: Model): readonly NftRule[] {
  if (!settings.adminIsAbsentMinded && stopped.length === 0) return [];
  return [
    rule([{ kind: 'state', negated: false, states: ['established', 'related'] }], [counter, accept], {
      comment: 'established connections',
    }),
  ];
}

function ownConnections({ settings }: Model): readonly NftRule[] {
  return settings.adminIsAbsentMinded
    ? [rule([], [counter, accept], { comment: 'the firewall itself may connect' })]
    : [];
}

function opening(field: 'iifname' | 'oifname', model: Model): readonly NftRule[] {
  const dual = model.families.table === 'inet';
  const lo: Match = { kind: 'interface', field, negated: false, interfaces: [{ name: 'lo', wildcard: false }] };
  const refused = dual
    ? model.families.refused.map((version) =>
        rule([{ kind: 'version', version }], [counter, drop], { comment: `IPv${version} is not compiled (FAMILY)` }),
      )
    : [];
  return [rule([lo], [counter, accept], { comment: 'loopback' }), ...refused, ...discoveryRules(model)];
}

/** DHCP of interfaces that have the option; a bridge passes it on between its ports. */
function dhcp(fields: readonly ('iifname' | 'oifname')[], model: Model): readonly NftRule[] {
  return model.families.versions.flatMap((version) => {
    const all = model.interfaces.filter(({ options }) => options[version]?.dhcp).map(({ pattern }) => pattern);
    const groups = fields.length === 1 && all.length > 0 ? [all] : all.map((one) => [one]);
    return groups.map((interfaces) =>
      rule(
        [
          ...fields.map((field): Match => ({ kind: 'interface', field, negated: false, interfaces })),
          ...dhcpTraffic(version, model.families.table === 'inet'),
        ],
        [counter, accept],
        { comment: 'interfaces: dhcp' },
      ),
    );
  });
}

function lowerPlaces(each: StoppedRule, model: Model): readonly NftRule[] {
  const verdict = each.action === 'notrack' ? ({ kind: 'notrack' } as const) : each.action === 'drop' ? drop : accept;
  const addressed = [each.source, each.dest].some(
    (place) => place.hosts?.ranges || (place.hosts?.except.length ?? 0) > 0 || (place.hosts?.sets.length ?? 0) > 0,
  );
  const dual = model.families.table === 'inet';
  const versions = addressed || (dual && each.versions.length < 2) ? each.versions : [undefined];
  const ends = alternatives(each.source.hosts).flatMap((source) =>
    alternatives(each.dest.hosts).flatMap((dest) => versions.map((version) => ({ source, dest, version }))),
  );
  return ends.flatMap(({ version, ...hosts }) => {
    const source = hostMatches(hosts.source, 'saddr', version);
    const dest = hostMatches(hosts.dest, 'daddr', version);
    if (!source || !dest) return [];
    const named = [...source, ...dest].some((match) => match.kind === 'address' || match.kind === 'set');
    const only: readonly Match[] = version !== undefined && dual && !named ? [{ kind: 'version', version }] : [];
    return lowerProtocols(each.protocols, version).map((protocol) =>
      rule([...only, ...source, ...dest, ...protocol], [counter, verdict], { origin: each.origin }),
    );
  });
}

function alternatives(hosts: HostMatch | undefined): readonly (HostMatch | undefined)[] {
  return hosts ? hostsWithoutLists(hosts) : [undefined];
}
