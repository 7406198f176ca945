/** The stopped state: established connections, loopback, neighbours, DHCP and `stoppedrules`; everything else is dropped. */
import type { Match, NftRule, Ruleset } from '../ir/ruleset.ts';
import type { HostMatch, Model, StoppedPlace, StoppedRule } from '../model.ts';
import { neighbourRules } from './interface-options.ts';
import { hostMatches, lowerProtocols } from './matches.ts';
import { hostsWithoutLists } from './named-sets.ts';
import { rule } from './program.ts';
import { accept, counter, drop } from './verdicts.ts';

type Hook = 'input' | 'forward' | 'output';

/** The ruleset of the stopped state. */
export function lowerStopped(model: Model, about: string): Ruleset {
  const table = model.families.table;
  const chain = (hook: Hook, rules: readonly NftRule[]) => ({
    name: hook,
    base: { type: 'filter', hook, priority: 0, policy: 'drop' } as const,
    rules,
  });
  const untracked = model.stopped.filter((each) => each.action === 'notrack');
  const chains: Ruleset['chains'] = [
    { name: 'about', comment: about, rules: [] },
    ...(untracked.length > 0
      ? [
          {
            name: 'raw',
            base: { type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' } as const,
            rules: untracked.flatMap((each) => lowerPlaces(each, model, [])),
          },
        ]
      : []),
    chain('input', [...opening('iifname', model), ...dhcp('iifname', model), ...rulesFor('input', model)]),
    chain('forward', [established, ...rulesFor('forward', model)]),
    chain('output', [
      ...opening('oifname', model),
      ...dhcp('oifname', model),
      ...rulesFor('output', model),
      ...(model.settings.adminIsAbsentMinded
        ? [rule([], [counter, accept], { comment: 'the firewall itself may connect' })]
        : []),
    ]),
  ];
  return { family: table, table: 'ftpwall', sets: setsIn(chains, model), helpers: [], chains };
}

/** The named sets that the rules look into. */
function setsIn(chains: Ruleset['chains'], model: Model): Ruleset['sets'] {
  const used = new Set(
    chains.flatMap(({ rules }) => rules.flatMap(({ matches }) => matches.map((match) => 'set' in match && match.set))),
  );
  return model.sets.filter(({ name }) => used.has(name));
}

const established: NftRule = rule(
  [{ kind: 'state', negated: false, states: ['established', 'related'] }],
  [counter, accept],
  { comment: 'established connections' },
);

function opening(field: 'iifname' | 'oifname', model: Model): readonly NftRule[] {
  const dual = model.families.table === 'inet';
  const lo: Match = { kind: 'interface', field, negated: false, interfaces: [{ name: 'lo', wildcard: false }] };
  const refused = dual
    ? model.families.refused.map((version) =>
        rule([{ kind: 'version', version }], [counter, drop], { comment: `IPv${version} is not compiled (FAMILY)` }),
      )
    : [];
  return [
    rule([lo], [counter, accept], { comment: 'loopback' }),
    ...refused,
    established,
    ...neighbourRules(model, dual),
  ];
}

function dhcp(field: 'iifname' | 'oifname', model: Model): readonly NftRule[] {
  const ports = { 4: { first: 67, last: 68 }, 6: { first: 546, last: 547 } } as const;
  return model.families.versions.flatMap((version) => {
    const interfaces = model.interfaces.filter(({ options }) => options[version]?.dhcp).map(({ pattern }) => pattern);
    if (interfaces.length === 0) return [];
    return [
      rule(
        [
          { kind: 'interface', field, negated: false, interfaces },
          ...(model.families.table === 'inet' ? [{ kind: 'version', version } as const] : []),
          { kind: 'port', field: 'dport', protocol: 17, negated: false, ranges: [ports[version]] },
        ],
        [counter, accept],
        { comment: 'interfaces: dhcp' },
      ),
    ];
  });
}

/** A line holds where its ends can be: with `$FW` as an end there is no forwarding; without, all three are possible. */
function rulesFor(hook: Hook, model: Model): readonly NftRule[] {
  return model.stopped
    .filter((each) => each.action !== 'notrack')
    .flatMap((each) => {
      const { source, dest } = each;
      if (hook === 'input' && (source.firewall || hasInterface(dest))) return [];
      if (hook === 'output' && (dest.firewall || hasInterface(source))) return [];
      if (hook === 'forward' && (source.firewall || dest.firewall)) return [];
      return lowerPlaces(each, model, []);
    });
}

function hasInterface(place: StoppedPlace): boolean {
  return !place.firewall && place.hosts?.interface !== undefined;
}

function lowerPlaces(each: StoppedRule, model: Model, before: readonly Match[]): readonly NftRule[] {
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
      rule([...before, ...only, ...source, ...dest, ...protocol], [counter, verdict], { origin: each.origin }),
    );
  });
}

function alternatives(hosts: HostMatch | undefined): readonly (HostMatch | undefined)[] {
  return hosts ? hostsWithoutLists(hosts) : [undefined];
}
