/** The `stoppedrules` file: what is still accepted when the firewall is stopped. */
import type { Config } from '../2-parse/parse.ts';
import { placeIn } from '../2-parse/value.ts';
import { macInDest } from '../diagnostics/catalogue/addresses.ts';
import { unknownInterface } from '../diagnostics/catalogue/interfaces.ts';
import { stoppedAction, stoppedRuntimeAddress } from '../diagnostics/catalogue/other-files.ts';
import { nearest } from '../diagnostics/suggest.ts';
import type { Cell } from '../language/schema.ts';
import type { HostList, HostPlace } from '../language/values.ts';
import type { HostMatch, StoppedPlace, StoppedRule } from '../model.ts';
import { namesHardware, resolveHosts } from './hosts.ts';
import { interfaceNamed } from './interfaces.ts';
import { hasVersion, protocolHas, sayVersions, versionsRead } from './ip-versions.ts';
import { resolveProtocols } from './protocols.ts';
import { ofVersion } from './rule-row.ts';
import type { Scope } from './scope.ts';

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
    const from = placeOf(source, scope);
    const to = placeOf(dest, scope);
    const protocols = resolveProtocols(row.cells, scope);
    if (!from || !to || !protocols) return [];
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
  });
}

function placeOf(cell: Cell<HostPlace> | undefined, scope: Scope): StoppedPlace | undefined {
  if (!cell) return { firewall: false };
  const { value } = cell;
  const lone = value.hosts?.items.length === 1 && value.hosts.except.length === 0 ? value.hosts.items[0] : undefined;
  if (!value.interface && lone?.kind === 'name' && lone.name === scope.firewall) return { firewall: true };
  const named =
    value.interface ??
    (lone?.kind === 'name' && !lone.name.includes('.')
      ? { name: lone.name.replace(/\+$/, ''), wildcard: lone.name.endsWith('+'), at: lone.at }
      : undefined);
  if (value.interface?.name === scope.firewall && value.hosts) {
    const hosts = fixedHosts(cell, value.hosts, scope);
    return hosts && { firewall: true, hosts };
  }
  if (!named) {
    const hosts = value.hosts ? fixedHosts(cell, value.hosts, scope) : undefined;
    return value.hosts && !hosts ? undefined : { firewall: value.firewall, ...(hosts ? { hosts } : {}) };
  }
  const name = `${named.name}${named.wildcard ? '+' : ''}`;
  const entry = interfaceNamed(scope.interfaces, name);
  if (!entry) {
    scope.report.add(unknownInterface(placeIn(cell, named.at), name, nearest(name, [...scope.interfaces.keys()])));
    return undefined;
  }
  const hosts = value.interface && value.hosts ? fixedHosts(cell, value.hosts, scope) : undefined;
  if (value.interface && value.hosts && !hosts) return undefined;
  return { firewall: false, hosts: { except: [], macs: [], sets: [], ...hosts, interface: entry.pattern } };
}

/** Hosts that are known before the firewall runs: nothing fills sets of addresses in the stopped state. */
export function fixedHosts(cell: Cell<unknown>, list: HostList, scope: Scope): HostMatch | undefined {
  const hosts = resolveHosts(cell, list, scope);
  if (!hosts?.runtime) return hosts;
  const place = placeIn(cell, list.at);
  scope.report.add(stoppedRuntimeAddress(place, cell.text.text.slice(list.at.start, list.at.end)));
  return undefined;
}
