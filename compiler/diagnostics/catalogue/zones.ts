/** What stage 3 says of zones, and of what belongs to them. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const unknownZone = error(
  'unknown-zone',
  (
    name: string,
    suggestion: { readonly name: string; readonly declared: Label } | undefined,
    onInterface?: { readonly zone: string | undefined },
  ) => ({
    message: onInterface ? `\`${name}\` is an interface, not a zone` : `unknown zone \`${name}\``,
    label: 'no zone has this name',
    related: suggestion ? [suggestion.declared] : [],
    help: zoneHelp(name, suggestion?.name, onInterface),
  }),
);

function zoneHelp(
  name: string,
  near: string | undefined,
  onInterface: { readonly zone: string | undefined } | undefined,
): string | undefined {
  if (near !== undefined) return writeInstead(near);
  if (!onInterface) return otherColumn(name) ?? 'declare it in `zones`';
  return onInterface.zone === undefined
    ? `give \`${name}\` a zone in \`interfaces\``
    : `the zone of \`${name}\` is \`${onInterface.zone}\``;
}

/** The help for a word that belongs into another column; undefined where it may be a zone. */
function otherColumn(word: string): string | undefined {
  if (/^(?:ACCEPT|DROP|REJECT|CONTINUE)$/i.test(word))
    return 'this column is for zones; in `policy` the action follows them: `net all DROP`';
  if (/^(?:tcp|udp|icmp|ipv6-icmp|sctp)$/i.test(word))
    return 'zones come before the protocol and its ports: `ACCEPT net $FW tcp 22`';
  if (/^firewall$/i.test(word)) return 'write `$FW` for the firewall itself';
  return undefined;
}

export const columnsSwapped = error('columns-swapped', (zone: string, name: string) => ({
  message: 'ZONE and INTERFACE are swapped',
  label: `\`${zone}\` is a zone`,
  help: `write \`${zone} ${name}\``,
}));

export const missingZone = error('missing-zone', (text: string) => ({
  message: `\`${text}\` needs a zone`,
  label: 'no zone before the address',
  help: /^\d+$/.test(text)
    ? 'this column is for zones; ports go into DPORT, after their protocol: `tcp 22`'
    : `write \`zone:${text}\` with the zone that the address belongs to`,
}));

export const zoneTwice = error('zone-twice', (name: string, first: Label) => ({
  message: `zone \`${name}\` is declared twice`,
  label: 'declared again here',
  related: [first],
  help: 'keep one of the two lines',
}));

export const tooManyZones = error('too-many-zones', (most: number) => ({
  message: `there are more than ${most} zones`,
  label: 'one too many',
  help: 'put networks with the same rights into one zone, and changing hosts into a set',
}));

export const reservedZone = error('reserved-zone', (name: string) => ({
  message: `\`${name}\` cannot be the name of a zone`,
  label: 'a reserved word',
  help: 'choose another name',
}));

export const unknownZoneType = error('unknown-zone-type', (type: string, suggestion: string | undefined) => ({
  message: `unknown zone type \`${type}\``,
  label: 'no zone type has this name',
  help: writeInstead(suggestion) ?? 'write `ip` for a network, `firewall` for the machine itself',
}));

export const bridgePort = error('bridge-port-zone', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));

export const noFirewallZone = error('no-firewall-zone', () => ({
  message: 'no zone is the firewall itself',
  label: 'no line here has the type `firewall`',
  help: 'add the line `fw firewall`',
}));

export const secondFirewallZone = error('second-firewall-zone', (first: Label) => ({
  message: 'two zones are of type `firewall`',
  label: 'the second one',
  related: [first],
  help: 'the machine is one zone: change the type of the other',
}));

export const loopbackZone = error('loopback-zone', (zone: string, on: string) => ({
  message: `zone \`${zone}\` cannot be on interface \`${on}\``,
  label: on === 'lo' ? 'not of type `loopback`' : 'of type `loopback`',
  help: 'the loopback interface `lo` and zones of type `loopback` belong together',
}));

export const firewallZoneOnInterface = error('firewall-zone-on-interface', (zone: string) => ({
  message: `\`${zone}\` is the firewall itself and has no interface`,
  label: 'the firewall zone',
  help: 'write the zone of the hosts on this interface, or `-`',
}));

export const unboundZone = warning('unbound-zone', (name: string) => ({
  message: `zone \`${name}\` has no hosts`,
  label: 'no line of `interfaces` or `hosts` names this zone',
  help: 'give it an interface in `interfaces`; its policies and rules match no packet until then',
}));

export const familyOutsideZones = warning(
  'family-outside-zones',
  (version: string, interfaceName: string, zones: string) => ({
    message: `${version} packets on \`${interfaceName}\` are not in any zone and are dropped`,
    label: `only zone \`${zones}\`, of the other IP version, has this interface`,
    help: 'use the zone type `ip` for both versions',
  }),
);
