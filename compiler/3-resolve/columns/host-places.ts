/** An interface, addresses, or addresses behind an interface, as columns without zones write them. */
import { placeIn } from '../../2-parse/value.ts';
import { unsupportedMatch } from '../../diagnostics/catalogue/matches.ts';
import type { Cell } from '../../language/schema.ts';
import type { HostList, HostPlace, InterfaceName } from '../../language/values.ts';
import type { HostMatch } from '../../model/traffic.ts';
import type { InterfacePattern } from '../../net/interface.ts';
import type { Scope } from '../scope.ts';
import { oneKindOf, resolveHosts } from '../zones/hosts.ts';
import { interfaceNamed } from '../zones/interfaces.ts';
import { reportUnknownInterface } from './unknown-names.ts';

/** The interface that a name stands for: a declared one, or one that a declared `ppp+` covers. Undefined after a message. */
export function resolveInterface(
  cell: Cell<unknown>,
  name: InterfaceName,
  { interfaces, zones, report }: Scope,
): InterfacePattern | undefined {
  if (name.provider) {
    const why = 'only DEST of `snat` tells providers of one interface apart: name the networks beyond it';
    const place = placeIn(cell, name.provider.at);
    report.add(unsupportedMatch(place, `the provider \`${name.provider.name}\``, why));
    return undefined;
  }
  const written = `${name.name}${name.wildcard ? '+' : ''}`;
  const entry = interfaceNamed(interfaces, written);
  if (entry) return entry.pattern;
  const covered = [...interfaces.values()].some(
    ({ pattern }) => pattern.wildcard && name.name.startsWith(pattern.name),
  );
  if (covered) return { name: name.name, wildcard: name.wildcard };
  reportUnknownInterface(placeIn(cell, name.at), written, { interfaces, zones, report });
  return undefined;
}

/** The place with `$FW`, which by now is the name of the firewall's zone, told from interfaces. */
export function withFirewall(place: HostPlace, { firewall }: Pick<Scope, 'firewall'>): HostPlace {
  if (place.interface?.name === firewall && !place.interface.wildcard) {
    const { interface: _zone, ...rest } = place;
    return { ...rest, firewall: true };
  }
  const [only, second] = place.hosts?.items ?? [];
  if (place.interface || second || only?.kind !== 'name' || only.name !== firewall) return place;
  return { firewall: true };
}

/** What a place matches; a lone name without a dot is an interface. Undefined after a message. */
export function resolvePlace(
  cell: Cell<unknown>,
  place: Pick<HostPlace, 'interface' | 'hosts'>,
  scope: Scope,
  addresses: (cell: Cell<unknown>, list: HostList, scope: Scope) => HostMatch | undefined = resolveHosts,
): HostMatch | undefined {
  const { interface: name, hosts } = loneInterface(place) ?? place;
  const pattern = name && resolveInterface(cell, name, scope);
  const found = hosts && addresses(cell, hosts, scope);
  if ((name && !pattern) || (hosts && !found)) return undefined;
  if (found && !pattern && !name?.except) return found;
  return {
    except: [],
    macs: [],
    sets: [],
    ...found,
    ...(pattern ? { interface: pattern } : {}),
    ...(name?.except ? { otherInterface: true } : {}),
  };
}

/**
 * The same for a list of several kinds, as a list of sets: a match for each kind, and a packet that fits one of them fits
 * the place. What counts packets must count them `together`, in one match.
 */
export function resolvePlaces(
  cell: Cell<unknown>,
  place: Pick<HostPlace, 'interface' | 'hosts'>,
  scope: Scope,
  {
    together = false,
    addresses = resolveHosts,
  }: {
    readonly together?: boolean;
    readonly addresses?: (cell: Cell<unknown>, list: HostList, scope: Scope) => HostMatch | undefined;
  } = {},
): readonly HostMatch[] | undefined {
  const found = oneKindOf(place, together).map((each) => resolvePlace(cell, each, scope, addresses));
  return found.includes(undefined) ? undefined : found.filter((each) => each !== undefined);
}

function loneInterface({ interface: behind, hosts }: Pick<HostPlace, 'interface' | 'hosts'>) {
  const lone = hosts?.items[0];
  if (behind || !hosts || hosts.items.length > 1 || lone?.kind !== 'name' || lone.name.includes('.')) return undefined;
  const name: InterfaceName = {
    name: lone.name.replace(/\+$/, ''),
    wildcard: lone.name.endsWith('+'),
    at: lone.at,
  };
  return { interface: name, ...(hosts.except.length > 0 ? { hosts: { ...hosts, items: [] } } : {}) };
}

/** `!eth1` behind a zone: every interface of the zone but that one (shorewall-rules(5), since 5.2.1). */
export function withOtherInterface(place: Pick<HostPlace, 'interface' | 'hosts'>): typeof place {
  const { hosts } = place;
  if (place.interface || hosts?.items.length !== 0) return place;
  const named = loneInterface({ hosts: { ...hosts, items: hosts.except, except: [] } });
  return named ? { interface: { ...named.interface, except: true } } : place;
}
