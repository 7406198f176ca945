/** Stage 3: names become things. File by file, in the order in which they build on each other. */
import type { ReadConfiguration } from '../1-read/logical-line.ts';
import type { Parsed } from '../2-parse/parse.ts';
import type { Report } from '../diagnostics/report.ts';
import type { Environment } from '../environment.ts';
import { scriptMoments } from '../language/extension-scripts.ts';
import type { Model } from '../model/index.ts';
import type { Extension } from '../model/stopped.ts';
import { lineSpan, wholeSource } from '../source.ts';
import { resolveAccounting } from './accounting/accounting.ts';
import { resolveArpRules } from './arp/arp-rules.ts';
import { resolveAssertions } from './assertions/assertions.ts';
import { resolveHelpers } from './conntrack/helpers.ts';
import { resolveTracking } from './conntrack/tracking.ts';
import { resolveActions } from './expand/action-lookup.ts';
import { judgeLeftOut } from './left-out-lines.ts';
import { rtrulesOfRouteRules, rulesOfBlacklist, snatOfMasq, trackingOfNotrack } from './legacy/legacy-files.ts';
import { mangleOfTcrules, mangleOfTos } from './legacy/marking-files.ts';
import { resolveMaclist } from './maclist/maclist.ts';
import { mangleOfEcn } from './marks/ecn.ts';
import { resolveMangle } from './marks/mangle.ts';
import { resolveNetworkMaps, resolveOneToOne } from './nat/address-maps.ts';
import { resolveSnat } from './nat/snat.ts';
import { resolveOffload } from './offload/offload.ts';
import { resolveNeighbours } from './routing/neighbours.ts';
import { resolveProviders } from './routing/providers.ts';
import { resolveRoutes } from './routing/routes.ts';
import { resolveRoutingRules } from './routing/routing-rules.ts';
import { resolveRejectAction } from './rules/reject-action.ts';
import { resolveRules } from './rules/rules.ts';
import type { Scope } from './scope.ts';
import { blacklistName, blacklistSetOf } from './sets/dynamic-blacklist.ts';
import { readSetFile } from './sets/ipsets-file.ts';
import { Sets } from './sets/sets.ts';
import { Switches } from './sets/switches.ts';
import { type SettingReader, settingReaders } from './settings/setting-lines.ts';
import { resolveSettings } from './settings/settings.ts';
import { sayUndone } from './settings/unsupported-settings.ts';
import { resolveShaping } from './shaping/shaping.ts';
import { stoppedOfRoutestopped } from './stopped/routestopped.ts';
import { resolveStopped } from './stopped/stopped.ts';
import { resolveTunnels } from './tunnels/tunnels.ts';
import { judgeDefaultSettings } from './zones/default-actions.ts';
import { resolveFamilies } from './zones/families.ts';
import { resolveInterfaces } from './zones/interfaces.ts';
import { resolvePolicies } from './zones/policies.ts';
import { portBits } from './zones/port-zones.ts';
import { resolveZones } from './zones/zones.ts';

/** What the command line adds to the files. */
export interface ResolveOptions {
  readonly family?: 'ipv4' | 'ipv6' | 'both';
}

/** The model of a configuration. With mistakes it is incomplete, and the report says so. */
export function resolve(
  { config, partial }: Parsed,
  read: ReadConfiguration,
  environment: Environment,
  options: ResolveOptions,
  report: Report,
): Model {
  const readers = settingReaders(read, environment.flavour, report);
  const reader = readers[4];
  const { settings, values } = resolveSettings(reader, environment.flavour, report);
  const second = readers[6] === reader ? undefined : resolveSettings(readers[6], environment.flavour, report);
  sayUndone(reader, config, report);
  const families = resolveFamilies(environment.flavour, options.family ?? values.FAMILY);
  const interfaces = resolveInterfaces(config.interfaces, report);
  const sets = new Sets({ families, report }, [
    ...blacklistSetOf(settings),
    ...readSetFile(environment, families, report),
  ]);
  const { zones, firewall } = resolveZones(config, read.files.get('zones')?.source, {
    environment,
    report,
    families,
    interfaces,
    sets,
  });
  const actions = resolveActions(config.actions, read, report);
  const scope: Scope = {
    environment,
    read,
    report,
    settings,
    families,
    interfaces,
    zones,
    firewall,
    actions,
    calls: new Map(),
    sets,
    switches: new Switches(config, { sets, report }),
    providers: resolveProviders(config.providers, { settings, interfaces, families, report }),
  };
  const startupDisabled = !values.STARTUP_ENABLED ? reader.place('STARTUP_ENABLED') : undefined;
  const bits = portBits(interfaces, scope);
  const rejectAction = resolveRejectAction(reader, scope);
  const policies = resolvePolicies(config.policy, (version) => readers[version], scope);
  judgeDefaultSettings(reader, scope);
  const blacklist = [
    ...rulesOfBlacklist(config, scope),
    ...resolveRules(config.blrules, { scope, policies: policies.pairs, blacklist: true }),
  ];
  const tunnels = resolveTunnels(config.tunnels, scope);
  const rules = resolveRules(config.rules, { scope, policies: policies.pairs, blacklist: false });
  const blacklistSet = sets.named(blacklistName(settings));
  const tracking = resolveTracking([...trackingOfNotrack(config.notrack, scope), ...config.conntrack], scope);
  const maclists = resolveMaclist(config.maclist, scope);
  const mangle = [
    ...mangleOfEcn(config.ecn, scope),
    ...resolveMangle(
      [...mangleOfTos(config.tos, scope), ...mangleOfTcrules(config.tcrules, scope), ...config.mangle],
      scope,
    ),
  ];
  const routing = resolveRouting(config, reader, scope);
  const model: Model = {
    settings,
    ...(second ? { settings6: second.settings } : {}),
    forwarding: { 4: values.IP_FORWARDING, 6: (second?.values ?? values).IP_FORWARDING },
    ...(read.settingsSource ? { settingsPlace: reader.place('DISABLE_IPV6') ?? lineSpan(read.settingsSource, 1) } : {}),
    ...(startupDisabled ? { startupDisabled } : {}),
    ...(rejectAction ? { rejectAction } : {}),
    families,
    firewall,
    zones: [...zones.values()],
    interfaces: [...interfaces.values()],
    policies: policies.pairs,
    fallbacks: policies.fallbacks,
    rules: [...blacklist, ...tunnels, ...rules],
    assertions: resolveAssertions(config.assertions, scope),
    snat: resolveSnat([...snatOfMasq(config.masq, scope), ...config.snat], scope),
    oneToOne: resolveOneToOne(config.nat, scope),
    networkMaps: resolveNetworkMaps(config.netmap, scope),
    tracking,
    helpers: resolveHelpers(config, reader, tracking, families, report),
    stopped: [...stoppedOfRoutestopped(config.routestopped, scope), ...resolveStopped(config.stoppedrules, scope)],
    ...(blacklistSet ? { blacklistSet } : {}),
    extensions: extensionsOf(read),
    maclists,
    mangle,
    routing,
    shaping: resolveShaping(config, scope),
    accounting: resolveAccounting(config.accounting, scope),
    arp: resolveArpRules(config.arprules, scope),
    ...(bits ? { portBits: bits } : {}),
    // Behind all that may name a set.
    sets: sets.all(),
  };
  if (report.failed) judgeLeftOut({ config, partial }, scope);
  const offload = resolveOffload(model, reader);
  return offload ? { ...model, offload } : model;
}

/** Providers, with the rules and routes that lead to them. */
function resolveRouting(config: Parsed['config'], reader: SettingReader, scope: Scope): Model['routing'] {
  return {
    providers: scope.providers,
    rules: resolveRoutingRules([...rtrulesOfRouteRules(config.route_rules, scope), ...config.rtrules], scope),
    routes: resolveRoutes(
      config.routes,
      reader.place('NULL_ROUTE_RFC1918') ?? wholeSource({ path: 'ftpwall.conf', text: '' }),
      scope,
    ),
    neighbours: resolveNeighbours(config, scope),
  };
}

/** The user's own shell fragments, carried as they are; each runs in a shell of its own, so each has what `lib.private` defines. */
function extensionsOf(read: ReadConfiguration): readonly Extension[] {
  const library = read.scripts.get('lib.private');
  return scriptMoments.flatMap((moment) => {
    const found = read.scripts.get(moment);
    if (!found) return [];
    const text = library ? `${library.text}\n${found.text}` : found.text;
    return [{ moment, text, origin: [wholeSource(found)] as const }];
  });
}
