/** What stage 3 says: names that stand for nothing, and values that mean nothing. */

import type { Span } from '../../source.ts';
import type { Fix, Label } from '../diagnostic.ts';
import { error, warning } from '../diagnostic.ts';

const near = (name: string | undefined): string | undefined => (name === undefined ? undefined : `write \`${name}\``);

// ---- zones and interfaces

export const unknownZone = error(
  'unknown-zone',
  (name: string, suggestion: { readonly name: string; readonly declared: Label } | undefined) => ({
    message: `unknown zone \`${name}\``,
    label: 'no zone has this name',
    related: suggestion ? [suggestion.declared] : [],
    help: suggestion ? near(suggestion.name) : 'declare it in `zones`',
  }),
);

export const missingZone = error('missing-zone', (text: string) => ({
  message: `\`${text}\` stands without a zone`,
  label: 'no zone before the address',
  help: `write \`zone:${text}\` with the zone that the address belongs to`,
}));

export const zoneTwice = error('zone-twice', (name: string, first: Label) => ({
  message: `zone \`${name}\` is declared twice`,
  label: 'declared again here',
  related: [first],
  help: 'keep one of the two lines',
}));

export const reservedZone = error('reserved-zone', (name: string) => ({
  message: `\`${name}\` cannot be the name of a zone`,
  label: 'this word has a meaning of its own',
  help: 'choose another name',
}));

export const unknownZoneType = error('unknown-zone-type', (type: string, suggestion: string | undefined) => ({
  message: `unknown zone type \`${type}\``,
  label: 'no zone type has this name',
  help: near(suggestion) ?? 'write `ip` for a network, `firewall` for the machine itself',
}));

export const bridgePortZone = error('bridge-port-zone', (type: string) => ({
  message: `zones of bridge ports (\`${type}\`) cannot be compiled`,
  label: 'a zone of a bridge port',
  help: 'the kernel cannot follow connections in a bridge table as this needs; give each part of the bridge an interface of its own, or filter by address with `hosts`',
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

export const firewallOnInterface = error('firewall-on-interface', (zone: string) => ({
  message: `\`${zone}\` is the firewall itself and lies behind no interface`,
  label: 'the firewall zone',
  help: 'write the zone that is behind the interface, or `-`',
}));

export const interfaceTwice = error('interface-twice', (name: string, first: Label) => ({
  message: `interface \`${name}\` is declared twice`,
  label: 'declared again here',
  related: [first],
  help: 'one line an interface; zones that share it are told apart in `hosts`',
}));

export const unknownInterface = error('unknown-interface', (name: string, suggestion: string | undefined) => ({
  message: `unknown interface \`${name}\``,
  label: 'no interface has this name',
  help: near(suggestion) ?? 'declare it in `interfaces`',
}));

export const interfaceAlias = error('interface-alias', (name: string) => ({
  message: `\`${name}\` is the name of an address, not of an interface`,
  label: 'an alias of an interface',
  help: `write \`${name.replace(/:.*$/, '')}\`; packets do not tell by which alias they came`,
}));

export const interfaceNameTooLong = error('interface-name-too-long', (name: string) => ({
  message: `no interface can be called \`${name}\``,
  label: 'longer than 15 characters',
  help: 'Linux limits names of interfaces to 15 characters; see `ip link`',
}));

export const unknownOption = error('unknown-option', (name: string, suggestion: string | undefined) => ({
  message: `unknown option \`${name}\``,
  label: 'no option has this name',
  help: near(suggestion) ?? 'the manual page lists the options',
}));

export const obsoleteOption = warning('obsolete-option', (name: string, why: string, place: Span) => ({
  message: `option \`${name}\` does nothing`,
  label: why,
  help: `leave out \`${name}\``,
  fix: withoutItem(place),
}));

export const badOptionValue = error('bad-option-value', (name: string, wanted: string) => ({
  message: `option \`${name}\` has a value that it cannot have`,
  label: `wanted: ${wanted}`,
  help: wanted === 'no value' ? `write \`${name}\` alone` : `write \`${name}=\` followed by ${wanted}`,
}));

export const unboundZone = warning('unbound-zone', (name: string) => ({
  message: `zone \`${name}\` has no hosts`,
  label: 'no interface and no line of `hosts` leads to this zone',
  help: 'give it an interface in `interfaces`; until then its policies and rules see no packet',
}));

export const familyOutsideZones = warning(
  'family-outside-zones',
  (version: string, interfaceName: string, zones: string) => ({
    message: `${version} packets on \`${interfaceName}\` belong to no zone and are dropped`,
    label: `only zone \`${zones}\`, of the other IP version, is behind this interface`,
    help: 'type the zone `ip` if it holds both versions',
  }),
);

// ---- addresses, protocols, ports

export const badAddress = error('bad-address', (text: string, why: string) => ({
  message: `\`${text}\` is not an address`,
  label: why,
  help: 'write an address (`192.0.2.1`), a network (`192.0.2.0/24`) or a range (`192.0.2.1-192.0.2.9`)',
}));

export const dottedMask = error('dotted-mask', (text: string, length: number | undefined) => ({
  message: `\`${text}\` has a mask in dotted notation`,
  label: 'a mask where the length of a prefix belongs',
  help: length === undefined ? 'write the number of bits: `/24`' : `write \`${text.replace(/\/.*$/, '')}/${length}\``,
}));

export const wrongVersion = error('wrong-version', (text: string, compiled: string) => ({
  message: `\`${text}\` is an address of an IP version that is not compiled`,
  label: `only ${compiled} is compiled here`,
  help: 'leave the address out, or set `FAMILY=both`',
}));

export const mixedVersions = error('mixed-versions', (version: string, other: Label) => ({
  message: 'this line asks for IPv4 and IPv6 in one packet',
  label: version,
  related: [other],
  help: 'write a line for each IP version',
}));

export const otherVersion = error('other-version', (version: string, compiled: string) => ({
  message: `this line asks for packets of ${version}, and only ${compiled} is compiled`,
  label: `of ${version}`,
  help: 'leave the line out, or set `FAMILY=both`',
}));

export const otherPhysical = error('other-physical', (name: string, declared: Label) => ({
  message: `\`${name}\` is another interface of the kernel for each IP version`,
  label: 'another `physical=`',
  related: [declared],
  help: 'give each of the two a name of its own',
}));

export const settingOfBoth = error('setting-of-both', (name: string, version: number) => ({
  message: `\`${name}\` is said for IPv${version} alone, and has one value for both`,
  label: 'between `?IF` and `?ENDIF`',
  help: 'write the line outside of `?IF`; `ftpwall schema` tells which settings each IP version may have its own of',
}));

export const macroOfOtherVersion = error('macro-of-other-version', (name: string, version: number) => ({
  message: `all lines of \`${name}\` are about IPv${version}, and the addresses here are not`,
  label: 'no packet would meet this line',
  help: `leave the line out, or name addresses of IPv${version}`,
}));

export const policyNone = error('none-of-one-version', (pair: string, version: number) => ({
  message: `only IPv${version} has the policy \`NONE\` from ${pair}`,
  label: `the other IP version has another policy`,
  help: 'write `DROP`: rules for the pair are then compiled for both',
}));

export const unknownHost = error('unknown-host', (name: string) => ({
  message: `\`${name}\` has no address`,
  label: 'the name did not resolve',
  help: 'write the address; a firewall that needs DNS to start does not start without it',
}));

export const unknownCountry = error('unknown-country', (code: string, path: string) => ({
  message: `which addresses belong to country \`${code}\` is not known`,
  label: `there is no \`${path}\``,
  help: 'make the files with xt_geoip_build (package xtables-addons-common) and name their folder in GEOIPDIR, or put the networks into a set of `ipsets`',
}));

/** Why words of nft cannot stand in a rule, and what can be done. */
const nftFlaws = {
  empty: ['there is nothing', 'write conditions, changes and a verdict as nft(8) has them, such as `ip dscp ef drop`'],
  character: ['not a sign of a rule', 'write one rule: no `;`, `#`, `$`, `\\`, and other letters only in quotes'],
  quote: ['this quote is not closed', 'close it; inside are no `"`, `$` and `\\`'],
  bracket: ['it has no other half', 'close what is opened, in the order in which it was opened'],
  chain: [
    'chains are those of ftpwall',
    'write CONTINUE as the target and the conditions behind `;; nft`, or call an action',
  ],
  statement: ['not a part of a rule', 'leave it out; `?COMMENT` is the comment of a rule'],
  mark: ['one bit of this mark is kept by ftpwall', 'write CONNMARK, with the conditions behind `;; nft`'],
} as const;

export const badNftWords = error('bad-nft-words', (text: string, kind: keyof typeof nftFlaws) => ({
  message: text.trim() === '' ? 'there are no words of nft' : `\`${text.trim()}\` cannot stand among the words of nft`,
  label: nftFlaws[kind][0],
  help: nftFlaws[kind][1],
}));

/** What becomes of the addresses of a name. */
const resolvedInto = {
  set: 'each restart asks for it again, and puts its addresses into a set `dns-…`; write the address, which needs no asking',
  server: 'a server has one address, so the first one stands in the rule until the next restart; write the address',
  addresses: 'its addresses stand in the rule until the next restart; write the address, which needs no asking',
} as const;

export const resolvedHost = warning(
  'resolved-host',
  (name: string, addresses: string, where: keyof typeof resolvedInto) => ({
    message: `\`${name}\` was resolved when the firewall was compiled`,
    label: `now ${addresses}`,
    help: resolvedInto[where],
  }),
);

export const unknownProtocol = error('unknown-protocol', (name: string, suggestion: string | undefined) => ({
  message: `unknown protocol \`${name}\``,
  label: 'no protocol has this name',
  help: near(suggestion) ?? 'write its name as in `/etc/protocols`, or its number, from 0 to 255',
}));

export const unsupportedMatch = error('unsupported-match', (what: string, why: string) => ({
  message: `${what} cannot be compiled`,
  label: why,
  help: 'leave it out or say it in another way',
}));

export const portsWithoutProtocol = error('ports-without-protocol', (text: string) => ({
  message: `port \`${text}\` without a protocol`,
  label: 'only some protocols have ports',
  help: 'write `tcp` or `udp` in PROTO',
}));

export const portsOfProtocol = error('ports-of-protocol', (protocol: string) => ({
  message: `protocol \`${protocol}\` has no ports`,
  label: 'ports of a protocol without ports',
  help: 'leave the ports out, or write `tcp` or `udp` in PROTO',
}));

export const unknownService = error(
  'unknown-service',
  (name: string, protocol: string, suggestion: string | undefined) => ({
    message: `no ${protocol} service is called \`${name}\``,
    label: 'not in `/etc/services`',
    help: near(suggestion) ?? 'write the number of the port',
  }),
);

export const badPort = error('bad-port', (text: string, why: string) => ({
  message: `\`${text}\` is not a port`,
  label: why,
  help: 'ports go from 0 to 65535, and a range from its lower to its higher end',
}));

export const unknownIcmpType = error('unknown-icmp-type', (name: string, suggestion: string | undefined) => ({
  message: `unknown ICMP type \`${name}\``,
  label: 'no ICMP type has this name',
  help: near(suggestion) ?? 'write its number, or `type/code`',
}));

// ---- actions, macros, logging

export const unknownAction = error('unknown-action', (name: string, suggestion: string | undefined) => ({
  message: `unknown action \`${name}\``,
  label: 'no target, macro or action has this name',
  help: near(suggestion) ?? `macros stand in \`macro.${name}\`, actions in \`action.${name}\``,
}));

export const habit = error('habit', (written: string, instead: string) => ({
  message: `\`${written}\` is the word of another tool`,
  label: 'not a word of this language',
  help: `write \`${instead}\``,
}));

export const noEquivalent = error('no-equivalent', (name: string, why: string) => ({
  message: `\`${name}\` has no equivalent in nftables`,
  label: why,
  help: 'leave the line out or say it in another way',
}));

export const macroWithoutParameter = error('macro-without-parameter', (name: string) => ({
  message: `macro \`${name}\` does not say what to do`,
  label: 'no action in parentheses',
  help: `write \`${name}(ACCEPT)\``,
}));

export const macroRecursion = error('macro-recursion', (chain: string) => ({
  message: `macros call each other without end: ${chain}`,
  label: 'this call closes the circle',
  help: 'take one of the calls out',
}));

export const unexpectedParameters = error('unexpected-parameters', (name: string) => ({
  message: `\`${name}\` takes no parameters`,
  label: `\`${name}\` has none`,
  help: `write \`${name}\``,
}));

export const badParameter = error('bad-parameter', (name: string, text: string, wanted: string) => ({
  message: text === '' ? `\`${name}\` lacks its parameter` : `\`${name}\` cannot have the parameter \`${text}\``,
  label: `wanted: ${wanted}`,
  help: `write ${wanted}`,
}));

export const logWithoutLevel = error('log-without-level', () => ({
  message: '`LOG` does not say at which level',
  label: 'no log level',
  help: 'write `LOG:info`',
}));

export const unknownLogLevel = error('unknown-log-level', (name: string, suggestion: string | undefined) => ({
  message: `unknown log level \`${name}\``,
  label: 'no log level has this name',
  help: near(suggestion) ?? 'write `info`, `NFLOG(1)` or `none`',
}));

export const logTagUnprintable = error('log-tag-unprintable', (tag: string) => ({
  message: `the log tag \`${tag}\` cannot be written into a log prefix`,
  label: 'at most 64 printable characters, without a quotation mark',
  help: 'choose a simpler tag',
}));

// ---- rules

export const sourceMissing = error('source-missing', (action: string) => ({
  message: `this \`${action}\` rule has no SOURCE`,
  label: 'which zone the connections come from is missing',
  help: 'write the zone, or `all`',
}));

export const destMissing = error('dest-missing', (action: string) => ({
  message: `this \`${action}\` rule has no DEST`,
  label: 'which zone the connections go to is missing',
  help: 'write the zone, or `all`',
}));

export const serverMissing = error('server-missing', () => ({
  message: 'this `DNAT` rule names no server',
  label: 'neither an address nor a port behind the zone',
  help: 'write `zone:address` or `zone:address:port`',
}));

export const serverList = error('server-list', () => ({
  message: 'this `DNAT` rule names several servers',
  label: 'one address or one range can stand here',
  help: 'write one address, or a range `first-last` over which connections are spread',
}));

export const portInDest = error('port-in-dest', (port: string, column: 'SPORT' | 'DPORT') => ({
  message: `\`${port}\` stands behind a zone where nothing is translated`,
  label: port === 'random' ? 'a word for translations' : 'a port',
  help: `write it in ${column}; only DEST of DNAT and REDIRECT has a port`,
}));

export const redirectPort = error('redirect-port', () => ({
  message: 'this `REDIRECT` rule does not name a port of the firewall',
  label: 'not a port',
  help: 'write the local port, or `-` to keep the port',
}));

export const translationNeedsPorts = error('translation-needs-ports', () => ({
  message: 'ports are translated for a protocol without ports',
  label: 'a port of the server',
  help: 'write `tcp` or `udp` in PROTO',
}));

export const natInSection = error('nat-in-section', (action: string, section: string) => ({
  message: `\`${action}\` in section ${section}`,
  label: 'only the first packet of a connection can be translated',
  help: 'move the line into section NEW',
}));

export const rateOnRefusal = error('rate-on-refusal', (action: string) => ({
  message: `RATE with \`${action}\``,
  label: 'packets over the rate would be let through to the next rule',
  help: `accept at a rate and let the policy refuse the rest`,
}));

export const userNeedsFirewall = error('user-needs-firewall', () => ({
  message: 'USER in a rule whose SOURCE is not the firewall',
  label: 'only packets of local processes have a user',
  help: 'write `$FW` in SOURCE, or leave USER out',
}));

export const unknownUser = error('unknown-user', (name: string) => ({
  message: `unknown user or group \`${name}\``,
  label: 'not in `/etc/passwd` or `/etc/group`',
  help: 'write the number',
}));

export const markBitTaken = error('mark-bit-taken', () => ({
  message: 'this mark includes bit 31',
  label: 'bit 31 of the connection mark says that a rule admitted the connection with its helper',
  help: 'use a mask below 0x80000000',
}));

export const macInDest = error('mac-in-dest', (column: 'DEST' | 'ORIGDEST') => ({
  message: `a hardware address in ${column}`,
  label: "only the sender's hardware address is in the packet",
  help: 'write the IP address',
}));

export const unknownHelper = error('unknown-helper', (name: string, suggestion: string | undefined) => ({
  message: `unknown helper \`${name}\``,
  label: 'no helper has this name',
  help: near(suggestion) ?? 'helpers are amanda, ftp, irc, netbios-ns, pptp, Q.931, RAS, sane, sip, snmp and tftp',
}));

export const ruleWithoutPairs = warning('rule-without-pairs', () => ({
  message: 'this rule holds for no pair of zones',
  label: 'every pair it names lies within one zone, or has the policy NONE',
  help: 'write `+` behind the zones to include what stays within a zone',
}));

// ---- policies

export const unknownPolicy = error('unknown-policy', (name: string, suggestion: string | undefined) => ({
  message: `unknown policy \`${name}\``,
  label: 'not a policy',
  help: near(suggestion) ?? 'policies are ACCEPT, DROP, REJECT, CONTINUE, NFQUEUE and NONE',
}));

export const policyAfterWildcard = error('policy-after-wildcard', (pair: string, earlier: Label) => ({
  message: `this policy for ${pair} comes too late`,
  label: 'an earlier line has already decided',
  related: [earlier],
  help: 'move this line before the other',
}));

export const missingPolicy = error('missing-policy', (pair: string, others: number) => ({
  message: `no policy for connections from ${pair}${others === 0 ? '' : `, nor for ${others} other pair${others === 1 ? '' : 's'} of zones`}`,
  label: 'the last line of `policy`',
  help: 'end `policy` with `all all REJECT info`',
}));

// ---- settings

export const unknownSetting = warning('unknown-setting', (name: string, suggestion: string | undefined) => ({
  message: `unknown setting \`${name}\``,
  label: 'this line has no effect',
  help: near(suggestion) ?? 'leave the line out',
}));

export const oldSetting = warning('old-setting', (name: string, modern: string | undefined, fix: Fix) => ({
  message: `setting \`${name}\` is of an older version`,
  label: modern ? `read as \`${modern}\`` : 'this line has no effect',
  help: modern ? `write \`${modern}\`` : 'leave the line out',
  fix,
}));

export const badSetting = error('bad-setting', (name: string, text: string, wanted: string) => ({
  message: `\`${name}\` cannot be \`${text}\``,
  label: `wanted: ${wanted}`,
  help: `write ${wanted}`,
}));

export const oldDefaultAction = warning(
  'old-default-action',
  (setting: string, old: string, modern: string, place: Span) => ({
    message: `\`${setting}\` names the action \`${old}\` of an older version`,
    label: `read as \`${modern}\``,
    help: `write \`${setting}="${modern}"\``,
    fix: { span: place, text: isQuoted(place) ? modern : `"${modern}"` },
  }),
);

export const ipv6LeftAlone = warning('ipv6-left-alone', () => ({
  message: 'IPv6 is not filtered by this configuration',
  label: '`DISABLE_IPV6=No` leaves IPv6 alone, and this is an IPv4 configuration',
  help: 'set `DISABLE_IPV6=Yes`, or write an ftpwall directory, which holds both versions',
}));

// ---- helpers and stopped rules

export const unknownModule = warning('unknown-module', (name: string) => ({
  message: `module \`${name}\` is not one that a helper needs`,
  label: 'this line has no effect',
  help: 'nftables loads what it needs; leave the line out',
}));

export const tooManyPorts = warning('too-many-ports', (module: string) => ({
  message: `\`${module}\` takes at most eight ports as a kernel parameter`,
  label: 'more than eight ports',
  help: 'ftpwall attaches the helper itself and needs no parameter; only lines for `modprobe.d` are limited',
}));

export const listWithoutUsualPort = warning('list-without-usual-port', (helper: string, port: number) => ({
  message: `port ${port} is not in the list of \`${helper}\``,
  label: `regular ${helper} on port ${port} gets no helper`,
  help: `write \`ports=${port},…\` if port ${port} is used`,
}));

export const listsDiffer = warning('lists-differ', (helper: string, first: Label) => ({
  message: `two lists of ports for \`${helper}\` differ`,
  label: 'this list',
  related: [first],
  help: 'the lists are united; write the same in both places',
}));

export const stoppedAction = error('stopped-action', (name: string) => ({
  message: `\`${name}\` cannot stand in \`stoppedrules\``,
  label: 'not ACCEPT, DROP or NOTRACK',
  help: 'write `ACCEPT`, `DROP` or `NOTRACK`',
}));

export const snatAction = error('snat-action', (name: string, suggestion: string | undefined) => ({
  message: `\`${name}\` cannot stand in \`snat\``,
  label: 'not MASQUERADE, SNAT, CONTINUE or LOG',
  help: near(suggestion) ?? 'write `MASQUERADE` or `SNAT(address)`',
}));

export const runtimeAddress = error('runtime-address', (text: string) => ({
  message: `\`${text}\` is an address that only the running system knows`,
  label: 'known when the firewall runs',
  help: 'write the address',
}));

// ---- the other files

export const unknownTunnel = error('unknown-tunnel', (kind: string, suggestion: string | undefined) => ({
  message: `unknown kind of tunnel \`${kind}\``,
  label: 'no kind of tunnel has this name',
  help:
    near(suggestion) ??
    'kinds are ipsec, ipsecnat, ipip, gre, 6to4, 6in4, pptpclient, pptpserver, tinc, openvpn, openvpnclient, openvpnserver, l2tp and generic',
}));

export const trackingAction = error('tracking-action', (text: string) => ({
  message: `\`${text}\` cannot stand in \`conntrack\``,
  label: 'not an action of connection tracking',
  help: 'write `NOTRACK`, `CT:notrack`, `CT:helper:NAME`, `DROP` or `LOG:level`, with `:P`, `:O` or `:PO` behind it in format 3',
}));

export const oneAddress = error('one-address', (column: string, what: 'address' | 'network') => ({
  message: `${column.toUpperCase()} is not one ${what}`,
  label: `one ${what} belongs here`,
  help: `write a line for each ${what}`,
}));

export const sameSize = error('same-size', () => ({
  message: 'the two networks are of different size',
  label: 'not as many addresses as the other network',
  help: 'each address of one network stands for one of the other: give both prefixes the same length',
}));

export const netmapType = error('netmap-type', (text: string) => ({
  message: `\`${text}\` is not a type of netmap`,
  label: 'not SNAT or DNAT',
  help: 'write `SNAT` or `DNAT`',
}));

export const macAddressMissing = error('mac-address-missing', () => ({
  message: 'this line of `maclist` names neither a hardware address nor IP addresses',
  label: 'nothing to recognise a host by',
  help: 'write a hardware address in MAC',
}));

export const oldFile = warning('old-file', (old: string, modern: string, line: string, fix?: Fix) => ({
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

/** Takes an item out of a list with commas; `-` is left where it was the only one. */
function withoutItem({ source, start, end }: Span): Fix {
  const { text } = source;
  const whole = end + (/^=[^,\s#]*/.exec(text.slice(end))?.[0].length ?? 0);
  if (text[whole] === ',') return { span: { source, start, end: whole + 1 }, text: '' };
  if (text[start - 1] === ',') return { span: { source, start: start - 1, end: whole }, text: '' };
  return { span: { source, start, end: whole }, text: '-' };
}

function isQuoted({ source, start }: Span): boolean {
  return source.text[start - 1] === '"' || source.text[start - 1] === "'";
}
