/** The addresses that configurations name for hosts, those in sets whose content is known among them. */

import type { HostMatch } from '../../../compiler/model/traffic.ts';
import type { AddressRange } from '../../../compiler/net/ranges.ts';

/** Those that are meant; none where all hosts are, or those in sets that others fill. */
export function namedAddresses(hosts: Pick<HostMatch, 'ranges' | 'sets'> | undefined): readonly AddressRange[] {
  return [...(hosts?.ranges ?? []), ...inSets(hosts, false)];
}

/** Those that are left out. */
export function sparedAddresses(hosts: Pick<HostMatch, 'except' | 'sets'> | undefined): readonly AddressRange[] {
  return [...(hosts?.except ?? []), ...inSets(hosts, true)];
}

/** Of a long set, such as the networks of a country, the first stand for all. */
const mostOfSet = 8;

function inSets(hosts: Pick<HostMatch, 'sets'> | undefined, spared: boolean): readonly AddressRange[] {
  return (hosts?.sets ?? [])
    .filter(({ negated }) => negated === spared)
    .flatMap(({ set }) => (set.fixed ?? []).slice(0, mostOfSet));
}
