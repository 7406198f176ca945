/** What stage 3 says of files that have a message or two of their own. */
import { error, warning } from '../diagnostic.ts';
import type { Fix } from '../message.ts';
import { writeInstead } from '../suggest.ts';

export const stoppedAction = error('stopped-action', (name: string) => ({
  message: `\`${name}\` is not allowed in \`stoppedrules\``,
  label: 'not ACCEPT, DROP or NOTRACK',
  help: 'write `ACCEPT`, `DROP` or `NOTRACK`',
}));

export const unknownTunnel = error('unknown-tunnel', (kind: string, suggestion: string | undefined) => ({
  message: `unknown kind of tunnel \`${kind}\``,
  label: 'no kind of tunnel has this name',
  help:
    writeInstead(suggestion) ??
    'kinds are ipsec, ipsecnat, ipip, gre, 6to4, 6in4, pptpclient, pptpserver, tinc, openvpn, openvpnclient, openvpnserver, l2tp and generic',
}));

export const trackingAction = error('tracking-action', (text: string) => ({
  message: `\`${text}\` is not allowed in \`conntrack\``,
  label: 'not an action of connection tracking',
  help: 'write `NOTRACK`, `CT:notrack`, `CT:helper:NAME`, `CT:ctevents:EVENT`, `DROP`, `LOG:level` or `NFLOG(group)`, followed by `:P`, `:O` or `:PO` in format 3',
}));

export const unknownTrackingEvent = error('unknown-tracking-event', (name: string, suggestion: string | undefined) => ({
  message: `unknown event \`${name}\``,
  label: 'no event of connections has this name',
  help: writeInstead(suggestion) ?? 'events are new, related, destroy, reply, assured, protoinfo and natseqinfo',
}));

export const stoppedRuntimeAddress = error('stopped-runtime-address', (text: string) => ({
  message: `\`${text}\` is not known while the firewall is stopped`,
  label: 'an address that is only known while the firewall is running',
  help: 'write the address, or the interface: `eth0` without `&`',
}));

export const interfaceWithoutMaclist = error('interface-without-maclist', (name: string) => ({
  message: `maclist entry for \`${name}\` has no effect`,
  label: `\`${name}\` lacks the option \`maclist\``,
  help: 'write `maclist` in OPTIONS of the interface, or of its hosts in `hosts`',
}));

export const macAddressMissing = error('mac-address-missing', () => ({
  message: 'this line of `maclist` has neither a MAC address nor IP addresses',
  label: 'no MAC or IP address',
  help: 'write a MAC address in MAC',
}));

export const legacyFile = warning('legacy-file', (old: string, modern: string, line: string, fix?: Fix) => ({
  message: `\`${old}\` is the old spelling of \`${modern}\``,
  label: `read as \`${line}\``,
  help: `move the line to \`${modern}\``,
  fix,
}));

export const blacklistWithoutZones = warning('blacklist-without-zones', () => ({
  message: 'this line of `blacklist` holds for no zone',
  label: 'no zone and no interface has the option `blacklist`',
  help: 'write the line in `blrules`: `DROP net:ADDRESS all`',
}));
