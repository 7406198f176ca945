/** What the script fills in when the firewall starts: addresses of interfaces, in the sets that rules look into. */

import { partOfVersion, printElement, singlePart } from '../../compiler/ir/elements.ts';
import type { NftSet, Ruleset } from '../../compiler/ir/ruleset.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { Network } from '../support/probes/topology.ts';

/** A compiled folder as it is once it has been started on a machine with these networks. */
export function asStarted<Compiled extends { readonly running: Ruleset; readonly ruleset: string }>(
  compiled: Compiled,
  networks: readonly Network[],
): Compiled {
  const { running } = compiled;
  const filled = running.sets.map((set) => filledSet(set, networks));
  const added = filled
    .filter((set, index) => set !== running.sets[index])
    .map((set) => {
      const elements = set.elements.map((element) => printElement(element, set)).join(', ');
      return `add element ${running.family} ${running.table} ${set.name} { ${elements} }\n`;
    });
  return { ...compiled, running: { ...running, sets: filled }, ruleset: `${compiled.ruleset}${added.join('')}` };
}

/** `address-of-eth0-4`: the first address of eth0; `to-address-of-eth0-4` is a map that leads to it. */
function filledSet(set: NftSet, networks: readonly Network[]): NftSet {
  const [, name, version] = /^(?:to-)?address-of-(\w+)-([46])$/.exec(set.name) ?? [];
  const network = networks.find((each) => each.interface.replace(/[^A-Za-z0-9]/g, '_') === name);
  const address = network?.firewall.find((text) => text.includes(':') === (version === '6'))?.replace(/\/.*/, '');
  if (address === undefined) return set;
  const part = singlePart(parseAddress(address)?.value ?? 0n);
  const key = set.to === undefined ? [part] : [partOfVersion(version === '6' ? 6 : 4)];
  return { ...set, elements: [{ key, ...(set.to !== undefined && { to: [part] }) }] };
}
