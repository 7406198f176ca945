import { interfaceNotHere } from '../../diagnostics/catalogue/holes.ts';
import { nearest } from '../../diagnostics/suggest.ts';
import type { Interface } from '../../model/interface.ts';
import type { Law } from '../law.ts';
import { isForThisMachine, namedInterfaces } from './this-machine.ts';

/** The machine has the interfaces that are not optional. Of a configuration for another machine only near names are reported. */
export const interfacesAreHere: Law = (model, { environment, report }) => {
  const here = environment.interfaceNames();
  const named = namedInterfaces(model);
  if (!here) return;
  const certain = isForThisMachine(model, environment);
  const free = here.filter((name) => name !== 'lo' && !named.some(({ pattern }) => pattern.name === name));
  for (const each of named) {
    const { name } = each.pattern;
    const near = nearest(name, free);
    if (here.includes(name) || mayComeAndGo(each) || !(certain || isTypo(name, near))) continue;
    report.add(interfaceNotHere(each.origin, name, near));
  }
};

/** Interfaces that come and go by themselves: optional ones, those of dial-up and VPN programs, containers and bridges of theirs. */
function mayComeAndGo({ options, pattern }: Interface): boolean {
  const each = Object.values(options);
  return (
    each.some((option) => option?.optional || option?.ignore || (option?.wait ?? 0) > 0) ||
    /^(?:ppp|tun|tap|wg|ipsec|sit|gre|veth|docker|br-|virbr|lxc|vmnet|vboxnet|wwan|l2tp)/.test(pattern.name)
  );
}

/** Whether a letter stands where a digit belongs, or the other way round: `etho`. A number more is another interface. */
function isTypo(name: string, near: string | undefined): boolean {
  return near !== undefined && name.replace(/\d+/g, '') !== near.replace(/\d+/g, '');
}
