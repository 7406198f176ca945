/** What stage 3 says of interfaces and their names. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const interfaceTwice = error('interface-twice', (name: string, first: Label) => ({
  message: `interface \`${name}\` is declared twice`,
  label: 'declared again here',
  related: [first],
  help: 'write one line per interface; zones that share it are defined in `hosts`',
}));

export const advertisedRouteLost = warning('advertised-route-lost', (name: string) => ({
  message: `this machine will lose its IPv6 default route on \`${name}\``,
  label: 'learned from router advertisements, which are ignored while forwarding is on',
  help: 'add the option `accept_ra=2` to this line: advertisements are then used while forwarding is on',
}));

export const unknownInterface = error(
  'unknown-interface',
  (name: string, suggestion: string | undefined, ofZone?: readonly string[]) => ({
    message: ofZone ? `\`${name}\` is a zone; an interface belongs here` : `unknown interface \`${name}\``,
    label: 'no interface has this name',
    help: ofZone
      ? interfacesOfZone(name, ofZone)
      : (writeInstead(suggestion) ?? addressInPlace(name) ?? 'declare it in `interfaces`'),
  }),
);

/** The help where an address stands in place of an interface. */
function addressInPlace(text: string): string | undefined {
  return /^\d+\.\d+\.\d+\.\d+/.test(text)
    ? `an interface comes first, and addresses follow it: \`eth0:${text}\``
    : undefined;
}

function interfacesOfZone(zone: string, interfaces: readonly string[]): string {
  const [only, second] = interfaces;
  if (only === undefined) return `\`${zone}\` has no interface`;
  if (second === undefined) return `write \`${only}\`, the interface of \`${zone}\``;
  return `the interfaces of \`${zone}\` are \`${interfaces.join('`, `')}\``;
}

export const interfaceAlias = error('interface-alias', (name: string) => ({
  message: `\`${name}\` is the name of an address, not of an interface`,
  label: 'an alias of an interface',
  help: `packets do not carry the alias: name \`${name.replace(/:.*$/, '')}\`, and the hosts or the address that the alias is for`,
}));

export const addressAsInterface = error('address-as-interface', (text: string) => ({
  message: `\`${text}\` is an address, not the name of an interface`,
  label: 'an address',
  help: 'write the name that `ip address` shows for it, such as `eth0`; addresses of a zone belong in `hosts`',
}));

export const interfaceNameTooLong = error('interface-name-too-long', (name: string) => ({
  message: `no interface can be called \`${name}\``,
  label: 'longer than 15 characters',
  help: 'Linux limits names of interfaces to 15 characters; see `ip link`',
}));

export const physicalInterfacesDiffer = error('physical-interfaces-differ', (name: string, declared: Label) => ({
  message: `the lines of \`${name}\` have different \`physical=\``,
  label: 'not the same as in the other line',
  related: [declared],
  help: 'write the same `physical=` in both lines, or give each interface its own name',
}));
