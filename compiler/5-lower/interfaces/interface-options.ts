/** What holds for packets of an interface before any zone is looked at: impossible packets, DHCP, neighbours. */
import { isEvery } from '../../ir/interfaces.ts';
import type { Match, NftRule } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { HostCheck, Interface, InterfaceOptions } from '../../model/interface.ts';
import type { Version } from '../../net/version.ts';
import { runtimeSet } from '../rules/matches.ts';
import { accept, counter, jump } from '../rules/verdicts.ts';
import { type Program, rule } from '../ruleset-builder.ts';
import { groupMatches } from '../zones/zone-match.ts';
import { refusalEnds } from './interface-refusals.ts';
import {
  hasOption,
  interfacesHaving,
  isUnheard,
  onlyVersions,
  versionsWith,
  type Wanted,
} from './interface-versions.ts';
import { maclistRules } from './maclist.ts';

/** Neighbour discovery, router discovery (hop limit 255, RFC 4861) and listener discovery (hop limit 1, RFC 3810). */
export function neighbourRules(model: Model): readonly NftRule[] {
  return model.settings.acceptsDiscovery ? discoveryRules(model) : [];
}

/** The same whatever NEIGHBOUR_DISCOVERY is: a stopped firewall has no rules that could accept it. */
export function discoveryRules(model: Model): readonly NftRule[] {
  if (!model.families.versions.includes(6)) return [];
  const from = { comment: 'neighbour discovery' };
  return [
    rule(
      [
        { kind: 'icmp', version: 6, negated: false, types: [133, 134, 135, 136, 137].map((type) => ({ type })) },
        { kind: 'hopLimit', version: 6, negated: false, ranges: [{ first: 255, last: 255 }] },
      ],
      [counter, accept],
      from,
    ),
    rule(
      [
        { kind: 'icmp', version: 6, negated: false, types: [130, 131, 132, 143].map((type) => ({ type })) },
        { kind: 'hopLimit', version: 6, negated: false, ranges: [{ first: 1, last: 1 }] },
      ],
      [counter, accept],
      { comment: 'multicast listener discovery' },
    ),
  ];
}

type Side = 'incoming' | 'outgoing';

/** Where an option holds. */
interface Place {
  /** The match for the interfaces; none where the name of one is `+`, which is every interface. */
  readonly where: readonly Match[];
  readonly versions: readonly Version[];
  /** The match for the IP versions; none when it holds for all that are compiled. */
  readonly only: readonly Match[];
}

/** Where an option holds: for interfaces that have it for both IP versions, and for those that have it for one. */
function placesWith(model: Model, wanted: Wanted, side: Side): readonly Place[] {
  const field = side === 'incoming' ? ('iifname' as const) : ('oifname' as const);
  return interfacesHaving(model, wanted).map(({ interfaces, versions }) => {
    const patterns = interfaces.map((each) => each.pattern);
    // The machine may have interfaces that no line names, so an option of all listed ones is not one of all.
    const where: readonly Match[] = patterns.some(isEvery)
      ? []
      : [{ kind: 'interface', field, negated: false, interfaces: patterns }];
    return { where, versions, only: onlyVersions(versions, model) };
  });
}

/** The matches of hosts that have an option which their interface has not. */
function hostsWith(check: HostCheck, program: Program): readonly (readonly Match[])[] {
  return program.model.zones
    .flatMap((zone) => zone.hosts.filter((group) => group.checks?.includes(check)))
    .flatMap((group) => groupMatches(group, 'source', program));
}

/** Rules for packets that come in: in the chains of input and forward. */
export function incomingRules(hook: 'input' | 'forward', program: Program): readonly NftRule[] {
  const { model } = program;
  const rules: NftRule[] = [];
  if (hook === 'forward' && model.settings.closedOutsideZones) rules.push(...sfilterRules(program));
  if (hook === 'input' && model.settings.closedOutsideZones) rules.push(...foreignSources(program));
  for (const { where, only } of placesWith(model, (options) => options.nosmurfs, 'incoming'))
    rules.push(
      rule(
        [...where, ...only, { kind: 'state', negated: false, states: ['new', 'invalid', 'untracked'] }],
        [jump(smurfChain(program))],
      ),
    );
  rules.push(
    ...hostsWith('nosmurfs', program).map((hosts) =>
      rule(
        [...hosts, { kind: 'state', negated: false, states: ['new', 'invalid', 'untracked'] }],
        [jump(smurfChain(program))],
      ),
    ),
  );
  if (hook === 'input') rules.push(...dhcpRules('incoming', program), ...gatewayRules(program));
  for (const { where, only } of placesWith(model, (options) => options.tcpflags, 'incoming'))
    rules.push(
      // What most packets are not first: a list of interfaces is a lookup.
      rule([{ kind: 'protocol', negated: false, protocols: [6] }, ...where, ...only], [jump(tcpFlagChain(program))]),
    );
  for (const hosts of hostsWith('tcpflags', program))
    rules.push(rule([...hosts, { kind: 'protocol', negated: false, protocols: [6] }], [jump(tcpFlagChain(program))]));
  rules.push(...maclistRules(program));
  return rules;
}

/** Rules for packets that the firewall sends. */
export function outgoingRules(program: Program): readonly NftRule[] {
  return dhcpRules('outgoing', program);
}

/** DHCP: ports 67 and 68 (RFC 2131), 546 and 547 for IPv6 (RFC 8415). `dual`: rules see both IP versions. */
export function dhcpTraffic(version: Version, dual: boolean): readonly Match[] {
  const ports = { 4: { first: 67, last: 68 }, 6: { first: 546, last: 547 } } as const;
  return [
    ...(dual ? [{ kind: 'version', version } as const] : []),
    { kind: 'port', field: 'dport', protocol: 17, negated: false, ranges: [ports[version]] },
  ];
}

function dhcpRules(side: Side, program: Program): readonly NftRule[] {
  return placesWith(program.model, (options) => options.dhcp, side).flatMap(({ where, versions }) =>
    versions.map((version) =>
      rule([...where, ...dhcpTraffic(version, program.dual)], [counter, accept], { comment: 'interfaces: dhcp' }),
    ),
  );
}

/** `upnpclient`: UDP from the gateway of an interface, as the script finds it (interfaces(5)). */
function gatewayRules({ model }: Program): readonly NftRule[] {
  return model.interfaces
    .flatMap((each) =>
      versionsWith(each, (options) => options.upnpclient, model).map((version) => ({ ...each, version })),
    )
    .map(({ pattern, origin, version }) =>
      rule(
        [
          { kind: 'interface', field: 'iifname', negated: false, interfaces: [pattern] },
          {
            kind: 'set',
            set: runtimeSet(pattern.name, 'gateway', version),
            negated: false,
            key: [{ field: 'saddr', version }],
          },
          { kind: 'protocol', negated: false, protocols: [17] },
        ],
        [counter, accept],
        { origin },
      ),
    );
}

/** What `sfilter` drops when it is forwarded: networks that cannot come from an interface, and what turns back. */
export function sfilterRules(program: Program): readonly NftRule[] {
  const back = program.model.interfaces
    .filter((each) => each.pattern.name !== '')
    .flatMap((each) => {
      const { pattern, origin } = each;
      const staying = versionsWith(each, mayNotTurnBack, program.model).filter(
        (version) => !hostsTurnBack(each, version, program) && !isUnheard(each, version, program.model),
      );
      const filtered = hasOption(each, (options) => isRouteFiltered(options, program));
      const versions = filtered ? staying.filter((version) => version === 6 && filtersIpv6(program)) : staying;
      if (versions.length === 0) return [];
      return refusalEnds('sfilter', sfilterWords, program).flatMap((each) => {
        const here = each.versions.filter((version) => versions.includes(version));
        if (here.length === 0) return [];
        return rule(
          [
            ...onlyVersions(here, program.model),
            { kind: 'interface', field: 'iifname', negated: false, interfaces: [pattern] },
            { kind: 'interface', field: 'oifname', negated: false, interfaces: [pattern] },
          ],
          [counter, each.end],
          { origin },
        );
      });
    });
  return [...back, ...foreignSources(program)];
}

/** `sfilter=(network)`: packets with these sources never come from the interface; as in Shorewall, whatever their state. */
export function foreignSources(program: Program): readonly NftRule[] {
  return program.model.interfaces.flatMap((each) =>
    ([4, 6] as const).flatMap((version) => {
      const ranges = (each.options[version]?.sfilter ?? []).filter((range) => range.version === version);
      const last = refusalEnds('sfilter', sfilterWords, program).find(({ versions }) => versions.includes(version));
      if (ranges.length === 0 || !last) return [];
      return [
        rule(
          [
            { kind: 'interface', field: 'iifname', negated: false, interfaces: [each.pattern] },
            { kind: 'address', field: 'saddr', negated: false, ranges },
          ],
          [counter, last.end],
          { origin: each.origin },
        ),
      ];
    }),
  );
}

const sfilterWords = { chain: 'sfilter', log: 'sfilter' } as const;

/** The kernel's own filter keeps packets from leaving by the interface they came by. */
function isRouteFiltered(options: InterfaceOptions, { model }: Program): boolean {
  return (
    ['yes', 'on', '1', '2'].includes(model.settings.routeFilter) ||
    options.sysctls.some((each) => each.key === 'rp_filter' && each.value !== '0')
  );
}

/** rp_filter is of IPv4 alone: what Shorewall6 does without it is done beside it (OUTSIDE_ZONES=policy). */
function filtersIpv6({ model }: Program): boolean {
  return model.families.versions.length === 2 && !model.settings.closedOutsideZones;
}

/** What some hosts behind an interface may do (`routeback` in `hosts`), the interface may. */
function hostsTurnBack({ name }: Interface, version: Version, { model }: Program): boolean {
  return model.zones.some((zone) =>
    zone.hosts.some(
      (group) =>
        group.interface.name === name && group.routeback && group.versions.includes(version) && group.ipsec !== 'yes',
    ),
  );
}

/** Packets that would leave by the interface they came by are dropped, unless an option says otherwise. */
function mayNotTurnBack(options: InterfaceOptions): boolean {
  return !(
    options.sfilter.length > 0 ||
    options.routeback ||
    options.rpfilter ||
    options.ignore ||
    options.loopback ||
    options.unmanaged
  );
}

/** Drops packets whose source is a broadcast or multicast address; the unspecified address may send (RFC 1122 3.2.1.3). */
function smurfChain(program: Program): string {
  const { families } = program.model;
  const ends = refusalEnds('smurfs', { chain: 'smurfs', log: 'smurfs' }, program);
  const types = families.versions.includes(6)
    ? (['broadcast', 'anycast', 'multicast'] as const)
    : (['broadcast', 'multicast'] as const);
  return program.once('smurfs', () => ({
    comment: 'interfaces: nosmurfs',
    rules: [
      ...(families.versions.includes(4)
        ? [
            rule(
              [{ kind: 'address', field: 'saddr', negated: false, ranges: [{ version: 4, first: 0n, last: 0n }] }],
              [{ kind: 'verdict', verdict: { kind: 'return' } }],
            ),
          ]
        : []),
      ...ends.map(({ only, end }) =>
        rule([...only, { kind: 'addressType', field: 'saddr', negated: false, types }], [counter, end]),
      ),
    ],
  }));
}

/** Combinations of flags that no TCP sends (RFC 9293), and connections from port 0. */
function tcpFlagChain(program: Program): string {
  const ends = refusalEnds('tcpFlags', { chain: 'tcpflags', log: 'logflags' }, program);
  const all = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const;
  const combinations: readonly (readonly Match[])[] = [
    [{ kind: 'tcpFlags', negated: false, mask: all, set: ['fin', 'psh', 'urg'] }],
    [{ kind: 'tcpFlags', negated: false, mask: all, set: [] }],
    [{ kind: 'tcpFlags', negated: false, mask: ['syn', 'rst'], set: ['syn', 'rst'] }],
    [{ kind: 'tcpFlags', negated: false, mask: ['fin', 'rst'], set: ['fin', 'rst'] }],
    [{ kind: 'tcpFlags', negated: false, mask: ['fin', 'syn'], set: ['fin', 'syn'] }],
    [{ kind: 'tcpFlags', negated: false, mask: ['fin', 'psh', 'ack'], set: ['fin', 'psh'] }],
    [
      { kind: 'port', field: 'sport', protocol: 6, negated: false, ranges: [{ first: 0, last: 0 }] },
      { kind: 'tcpFlags', negated: false, mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'] },
    ],
  ];
  return program.once('tcp-flags', () => ({
    comment: 'interfaces: tcpflags',
    rules: [
      ...ends.flatMap(({ only, end }) => combinations.map((matches) => rule([...only, ...matches], [counter, end]))),
    ],
  }));
}

/** Where providers are, an answer takes the way of the mark that its packet has by then. */
function reversePath(model: Model): Match {
  return { kind: 'reversePath', negated: true, ...(routesByMark(model) ? { marked: true as const } : {}) };
}

function routesByMark({ routing }: Model): boolean {
  return routing.providers.some(({ mark }) => mark !== undefined);
}

/**
 * `rpfilter`: packets whose answer would leave by another interface (fib, nft(8)). DHCP passes: who asks has no address,
 * and a server answers from one to which there is no route yet. So do neighbour, router and listener discovery, which
 * connection tracking leaves UNTRACKED (kernel: nf_conntrack_proto_icmpv6.c).
 */
export function addReversePathFilter(program: Program): void {
  const { model } = program;
  const places = placesWith(model, (options) => options.rpfilter, 'incoming');
  if (places.length === 0) return;
  const ends = refusalEnds('rpfilter', { chain: 'rpfilter', log: 'rplog' }, program);
  const states: Match = { kind: 'state', negated: false, states: ['new', 'related', 'invalid'] };
  const rules = [
    ...placesWith(model, (options) => options.rpfilter && options.dhcp, 'incoming').flatMap(({ where, versions }) =>
      versions.map((version) => rule([...where, ...dhcpTraffic(version, program.dual)], [accept])),
    ),
    ...places.flatMap(({ where, versions }) =>
      ends.flatMap((each) => {
        const here = each.versions.filter((version) => versions.includes(version));
        if (here.length === 0) return [];
        const matches: readonly Match[] = [...where, ...onlyVersions(here, model), states];
        return [
          rule([...matches, reversePath(model)], [counter, each.end], {
            comment: 'interfaces: rpfilter',
          }),
        ];
      }),
    ),
  ];
  program.add({
    name: 'rpfilter',
    base: { type: 'filter', hook: 'prerouting', priority: routesByMark(model) ? -148 : -149, policy: 'accept' },
    rules,
  });
}
