/** Pairs of zones that have a chain for the options of their interfaces: Shorewall copies these behind blacklists. */

import type { Model } from '../../model/index.ts';
import type { HostCheck, InterfaceOptions } from '../../model/interface.ts';
import type { HostGroup, ZonePair } from '../../model/zone.ts';
import type { Version } from '../../net/version.ts';

import { hasBlacklists, zonesByName } from '../per-model.ts';

type Hook = 'input' | 'forward' | 'output';

/** Where options of an interface have rules; `dhcp` concerns the firewall alone. */
const hooksOf: readonly { readonly hooks: readonly Hook[]; readonly has: (options: InterfaceOptions) => boolean }[] = [
  { hooks: ['input', 'forward'], has: ({ tcpflags, nosmurfs, maclist }) => tcpflags || nosmurfs || maclist },
  { hooks: ['input', 'output'], has: ({ dhcp }) => dhcp },
  { hooks: ['input'], has: ({ upnpclient }) => upnpclient },
];

/** Those of `hosts` that have rules of their own. */
const checks: readonly HostCheck[] = ['tcpflags', 'nosmurfs', 'maclist'];

/** Whether the options of an interface by which packets of the pair come (of the firewall: leave) make it a chain. */
export function optionsMakeChain({ source, dest }: ZonePair, model: Model): boolean {
  if (!hasBlacklists(model)) return false;
  const hook: Hook = source === model.firewall ? 'output' : dest === model.firewall ? 'input' : 'forward';
  const zone = zonesByName(model).get(hook === 'output' ? dest : source);
  return (zone?.hosts ?? []).some((group) => group.versions.some((version) => hasRules(group, version, hook, model)));
}

function hasRules(group: HostGroup, version: Version, hook: Hook, model: Model): boolean {
  const options = group.interface.options[version];
  if (!options) return false;
  if (hooksOf.some(({ hooks, has }) => hooks.includes(hook) && has(options))) return true;
  if (hook === 'output') return false;
  const { commands, set } = model.settings.dynamicBlacklist;
  const asked = options.dynamicBlacklist !== 'none' && (commands || set !== undefined);
  return asked || checks.some((check) => group.checks?.includes(check));
}
