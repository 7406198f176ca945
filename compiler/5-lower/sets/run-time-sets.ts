/** Sets and maps for what an interface is given only at run time (`&eth0`, `%eth0`): rules look into them, the script fills them. */
import type { NftRule, NftSet, Ruleset } from '../../ir/ruleset.ts';
import type { Model } from '../../model/index.ts';
import type { RunTimeSetStep, SystemPlan } from '../../system-plan.ts';
import { runtimeMap, runtimeSet } from '../rules/matches.ts';

/** The sets and maps that the rules look into and that nobody has declared, and the steps that fill them. */
export function runTimeSets(
  model: Model,
  { chains, sets }: Ruleset,
): { readonly sets: readonly NftSet[]; readonly plan: SystemPlan } {
  const declared = new Set(sets.map(({ name }) => name));
  const used = new Set<string>();
  for (const { rules } of chains) for (const rule of rules) addLookedInto(rule, used);
  const steps = [...used].filter((name) => !declared.has(name)).flatMap((name) => stepFor(model, name));
  return { plan: steps, sets: steps.map(setOf) };
}

function addLookedInto({ matches, statements }: NftRule, used: Set<string>): void {
  for (let at = 0; at < matches.length; at += 1) {
    const match = matches[at];
    if (match?.kind === 'set') used.add(match.set);
  }
  for (const each of statements)
    if ('to' in each && 'addressIn' in each.to && each.to.addressIn) used.add(each.to.addressIn);
}

function stepFor(model: Model, name: string): readonly RunTimeSetStep[] {
  const [, to, content, spelled = '', digit] = /^(to-)?(address|gateway)-of-(\w+)-([46])$/.exec(name) ?? [];
  if (content !== 'address' && content !== 'gateway') return [];
  const version = digit === '6' ? 6 : 4;
  const holder = to === undefined ? 'set' : 'map';
  const nameFor = holder === 'set' ? runtimeSet : runtimeMap;
  // Names of sets have letters and digits only; those of interfaces have more.
  const known = model.interfaces.find(({ pattern }) => nameFor(pattern.name, content, version) === name);
  return [{ kind: 'runTimeSet', name, holder, content, version, interface: known?.pattern.name ?? spelled }];
}

/** Dynamic, so that a restart keeps what is in it and nobody takes it for a change of the rules. */
function setOf({ name, version, holder }: RunTimeSetStep): NftSet {
  const address = version === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const types =
    holder === 'set' ? { type: [address] as const } : ({ type: ['ether_type'] as const, to: address } as const);
  return { name, ...types, interval: false, dynamic: true, size: 65535, elements: [] };
}
