/** Providers, rules of routing and routes as steps for the script. */
import type { Model } from '../../model/index.ts';
import type { Neighbour, Provider, Route, RoutingRule } from '../../model/routing.ts';
import { printAddress, printRange } from '../../net/address.ts';
import type { AddressRange } from '../../net/ranges.ts';
import type { Version } from '../../net/version.ts';
import type { RoutingStep, SysctlStep } from '../../system-plan.ts';

/** Every step, those of providers first: rules and routes follow their state. */
export function routingSteps(model: Model): readonly RoutingStep[] {
  const { providers, rules, routes } = model.routing;
  return [
    ...model.families.versions.flatMap((version) => baseSteps(version, model)),
    ...providers.flatMap((each) => each.versions.map((version) => providerStep(each, version, model))),
    ...(providers.length === 0 ? [] : rules.flatMap((each) => ruleSteps(each, model))),
    ...routes.map(routeStep),
    ...model.routing.neighbours.map(neighbourStep),
  ];
}

function step(
  item: RoutingStep['item'],
  words: Readonly<Record<string, string | number | boolean | undefined>>,
): RoutingStep {
  return {
    kind: 'routing',
    item,
    words: Object.entries(words).flatMap(([name, value]) =>
      value === undefined || value === false ? [] : [`${name}=${value === true ? 'yes' : value}`],
    ),
  };
}

/** What holds for all providers of an IP version. */
function baseSteps(version: Version, { routing, settings }: Model): readonly RoutingStep[] {
  const mine = routing.providers.filter(({ versions, proxy }) => versions.includes(version) && !proxy);
  if (mine.length === 0) return [];
  const balanced = mine.some(({ balance }) => balance !== undefined);
  const fallback = mine.some((each) => each.fallback !== undefined);
  const inBalance = fallback && replacesDefault(version, routing.providers);
  const { mainFirst, mainLast } = settings.routing;
  return [
    step('base', {
      version,
      main: mainFirst ? 'first' : balanced || inBalance ? 'second' : undefined,
      balanced: balanced || inBalance,
      fallback,
      fallback_first: inBalance,
      closed: balanced && !mainLast,
    }),
  ];
}

/**
 * Whether another default route counts before that of the main table. Without a balanced provider it does not before one
 * that only takes its place.
 */
function replacesDefault(version: Version, providers: readonly Provider[]): boolean {
  const mine = providers.filter(({ versions, proxy }) => versions.includes(version) && !proxy);
  return mine.some(({ balance, fallback = 0 }) => balance !== undefined || fallback > 0);
}

function hex(number: number): string {
  return `0x${(number >>> 0).toString(16)}`;
}

function providerStep(each: Provider, version: Version, { settings, routing, interfaces }: Model): RoutingStep {
  const { gateway } = each;
  const { marks } = settings;
  const shared = each.address !== undefined;
  return step('provider', {
    name: each.name,
    version,
    table: each.number,
    device: each.interface,
    logical: interfaces.find(({ name, pattern }) => pattern.name === each.interface && name !== pattern.name)?.name,
    mark: each.proxy
      ? `${hex(marks.proxy)}/${hex(marks.proxy)}`
      : each.mark === undefined
        ? undefined
        : `${hex(each.mark)}/${hex(marks.providers)}`,
    gateway: gateway.kind === 'address' ? printAddress(version, gateway.address) : gateway.kind,
    gateway_mac: shared && each.track && !(gateway.kind === 'address' && gateway.mac) ? true : undefined,
    address: each.address === undefined ? undefined : printAddress(version, each.address),
    source: each.source === undefined ? undefined : printAddress(version, each.source),
    balance: each.balance,
    fallback: each.fallback,
    load: each.load === undefined ? undefined : true,
    by_source: each.bySource && !each.loose && !each.proxy,
    host_route: each.hostRoute,
    persistent: each.persistent,
    proxy: each.proxy,
    mtu: each.mtu,
    realm: shared && version === 4 ? each.number : undefined,
    // ip(8) knows no names of providers.
    copy: routing.providers.find(({ name }) => name === each.copies?.table)?.number ?? each.copies?.table,
    copied: each.copies?.interfaces === undefined ? undefined : [each.interface, ...each.copies.interfaces].join(' '),
  });
}

function neighbourStep(each: Neighbour): RoutingStep {
  const { version, address, interface: device, external, hasRoute, persistent } = each;
  return step('neighbour', {
    version,
    address: printAddress(version, address),
    device: hasRoute ? undefined : device,
    external,
    persistent,
    answering: answering(each)
      .flatMap(({ key, value }) => (value === '1' ? [key] : []))
      .join(' '),
  });
}

/** The interface of the host answers, and the one outside answers only for what is named (kernel: ip-sysctl, proxy_arp). */
function answering({ version, interface: device, external, origin }: Neighbour): readonly SysctlStep[] {
  const of = (name: string, value: string): SysctlStep => ({
    kind: 'sysctl',
    key: `net/ipv${version}/conf/${name}/${version === 4 ? 'proxy_arp' : 'proxy_ndp'}`,
    value,
    optional: true,
    origin,
  });
  return [of(external, version === 4 ? '0' : '1'), ...(device === undefined ? [] : [of(device, '1')])];
}

/** The settings by which interfaces answer for others, each once. */
export function neighbourSysctls({ routing }: Model): readonly SysctlStep[] {
  return [...new Map(routing.neighbours.flatMap(answering).map((each) => [each.key, each])).values()];
}

function network(range: AddressRange): string {
  return printRange(range);
}

const mainTable = 254;
const balancedTable = 250;

/**
 * A rule that names the main table means its default as Shorewall leaves it: without one of its own where another counts
 * (USE_DEFAULT_RT=Yes), or with the balanced one in its place.
 */
function ruleSteps(each: RoutingRule, { routing, settings }: Model): readonly RoutingStep[] {
  if (each.table !== mainTable || !replacesDefault(each.version, routing.providers)) return [ruleStep(each)];
  const specific = ruleStep(each, true);
  return settings.routing.mainFirst ? [specific] : [specific, ruleStep({ ...each, table: balancedTable })];
}

function ruleStep(each: RoutingRule, specific = false): RoutingStep {
  const selector = [
    each.from ? `from ${network(each.from)}` : '',
    each.to ? `to ${network(each.to)}` : '',
    each.mark ? `fwmark ${hex(each.mark.value)}/${hex(each.mark.mask)}` : '',
    each.incoming ? `iif ${each.incoming}` : '',
  ].filter((part) => part !== '');
  return step('rule', {
    version: each.version,
    priority: each.priority,
    table: each.table,
    name: each.provider,
    persistent: each.persistent,
    from_interface: each.fromInterface,
    specific,
    selector: selector.join(' '),
  });
}

function routeStep({ version, table, provider, dest, to, persistent, unlessRouted }: Route): RoutingStep {
  const target =
    to.kind === 'via'
      ? [
          to.gateway === undefined ? '' : `via ${printAddress(version, to.gateway)}`,
          to.device === undefined ? '' : `dev ${to.device}`,
        ]
      : [];
  return step('route', {
    version,
    table,
    name: provider,
    dest: network(dest),
    type: to.kind === 'via' ? undefined : to.kind,
    target: target.filter((part) => part !== '').join(' '),
    persistent,
    unless_routed: unlessRouted,
  });
}
