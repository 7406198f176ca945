/** The `stoppedrules` file: what is still accepted when the firewall is stopped. */
import type { Config } from '../../2-parse/parse.ts';
import { placeIn } from '../../2-parse/value.ts';
import { macInDest } from '../../diagnostics/catalogue/addresses.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import { stoppedAction, stoppedRuntimeAddress } from '../../diagnostics/catalogue/other-files.ts';
import type { Cell } from '../../language/schema.ts';
import type { HostList, HostPlace } from '../../language/values.ts';
import type { StoppedPlace, StoppedRule } from '../../model/stopped.ts';
import type { HostMatch, ProtocolMatch } from '../../model/traffic.ts';
import { resolvePlaces } from '../columns/host-places.ts';
import { hasVersion, protocolHas, sayVersions, versionsRead } from '../columns/ip-versions.ts';
import { resolveProtocols } from '../columns/protocols.ts';
import { ofVersion } from '../rules/rule-row.ts';
import type { Scope } from '../scope.ts';
import { namesHardware, resolveHosts } from '../zones/hosts.ts';

const actions = { ACCEPT: 'accept', DROP: 'drop', NOTRACK: 'notrack' } as const;

/** Every line of `stoppedrules`. */
export function resolveStopped(rows: Config['stoppedrules'], scope: Scope): readonly StoppedRule[] {
  return rows.flatMap((row) => {
    const { action, source, dest } = row.cells;
    const name = action.value.name;
    if (!Object.hasOwn(actions, name) || action.value.parameters) {
      scope.report.add(stoppedAction(action.span, name));
      return [];
    }
    const sources = placesOf(source, scope);
    const dests = placesOf(dest, scope);
    const protocols = resolveProtocols(row.cells, scope);
    if (!sources || !dests || !protocols) return [];
    return sources.flatMap((from) => dests.flatMap((to) => ruleBetween(row, { from, to, protocols }, scope)));
  });
}

interface Ends {
  readonly from: StoppedPlace;
  readonly to: StoppedPlace;
  readonly protocols: readonly ProtocolMatch[];
}

function ruleBetween(
  row: Config['stoppedrules'][number],
  { from, to, protocols }: Ends,
  scope: Scope,
): readonly StoppedRule[] {
  const { action, source, dest } = row.cells;
  const name = action.value.name;
  const flaw = dest && flawOf(name, from, to);
  if (flaw) {
    scope.report.add(unsupportedMatch(dest.span, flaw[0], flaw[1]));
    return [];
  }
  if (dest && to.hosts && namesHardware(to.hosts)) {
    scope.report.add(macInDest(dest.span, 'DEST'));
    return [];
  }
  const versions = versionsRead(row.line, scope).filter(
    (version) =>
      [from, to].every((place) => hasVersion(place.hosts, version)) &&
      (protocols.length === 0 || protocols.some((each) => protocolHas(each, version))),
  );
  if (versions.length === 0) {
    const named = [
      [source, from],
      [dest, to],
    ] as const;
    const parts = named.flatMap(([cell, place]) => {
      const version = ([4, 6] as const).find((each) => hasVersion(place.hosts, each));
      const all = ([4, 6] as const).every((each) => hasVersion(place.hosts, each));
      return cell && version && !all ? [{ place: cell.span, version }] : [];
    });
    sayVersions({ ...row, ...ofVersion(row.line) }, parts, scope);
    return [];
  }
  return [
    {
      action: actions[name as keyof typeof actions],
      source: from,
      dest: to,
      protocols,
      versions,
      origin: row.origin,
    },
  ];
}

/** Why nothing can be made of two places that are each sound: what it is, and what is wrong with it. */
function flawOf(action: string, from: StoppedPlace, to: StoppedPlace): readonly [string, string] | undefined {
  if (from.firewall && to.firewall) return ['the firewall as both ends', 'loopback is open: leave the line out'];
  if (action === 'ACCEPT') return undefined;
  if (to.firewall) return [`\`$FW\` in DEST of \`${action}\``, 'it is asked before packets are routed: leave DEST out'];
  if (!to.hosts?.interface || from.firewall) return undefined;
  return [`an interface in DEST of \`${action}\``, 'it is asked before packets are routed: name addresses'];
}

/** What a column names, a place for each kind of hosts; undefined after a message. */
function placesOf(cell: Cell<HostPlace> | undefined, scope: Scope): readonly StoppedPlace[] | undefined {
  if (!cell) return [{ firewall: false }];
  const { interface: behind, hosts, firewall } = cell.value;
  const lone = hosts?.items.length === 1 && hosts.except.length === 0 ? hosts.items[0] : undefined;
  if (!behind && lone?.kind === 'name' && lone.name === scope.firewall) return [{ firewall: true }];
  const isFirewall = firewall || behind?.name === scope.firewall;
  const place = { ...(hosts ? { hosts } : {}), ...(behind && !isFirewall ? { interface: behind } : {}) };
  if (!hosts && isFirewall) return [{ firewall: true }];
  const found = resolvePlaces(cell, place, scope, { addresses: fixedHosts });
  return found?.map((each) => ({ firewall: isFirewall, hosts: each }));
}

/** Hosts that are known before the firewall runs: nothing fills sets of addresses in the stopped state. */
export function fixedHosts(cell: Cell<unknown>, list: HostList, scope: Scope): HostMatch | undefined {
  const hosts = resolveHosts(cell, list, scope);
  if (!hosts?.runtime) return hosts;
  const place = placeIn(cell, list.at);
  scope.report.add(stoppedRuntimeAddress(place, cell.text.text.slice(list.at.start, list.at.end)));
  return undefined;
}
