/** The types of values that a column can hold: the words for them, and the start rule of `grammar/values.peggy`. */
import type * as V from './values.ts';

/** What each value type reads into. */
export interface ValueTypes {
  zoneDeclaration: V.ZoneDeclaration;
  zoneType: V.Name;
  zoneName: V.Name;
  zoneNames: readonly V.Name[];
  zoneSelector: V.ZoneSelector;
  interfaceName: V.InterfaceName;
  interfaces: readonly V.InterfaceName[];
  labelledInterfaces: readonly V.InterfaceName[];
  options: readonly V.Option[];
  classOptions: readonly V.ClassOption[];
  broadcast: V.Name;
  policyAction: V.PolicyText;
  logLevel: V.LogText;
  rate: readonly V.RateText[];
  connectionLimit: V.ConnectionLimitText;
  action: V.ActionText;
  trackingAction: V.Name;
  mangleAction: V.MangleText;
  endpoint: V.EndpointColumn;
  protocols: readonly V.ProtocolText[];
  ports: V.PortList;
  hosts: V.HostList;
  users: readonly V.UserText[];
  mark: V.MarkText;
  time: V.TimeText;
  headers: V.HeadersText;
  switch: V.SwitchText;
  helper: V.Name;
  snatSource: readonly V.HostPlace[];
  snatDest: V.SnatDest;
  masqInterface: V.SnatDest;
  ipsec: readonly V.Option[];
  probability: V.Name;
  hostPlace: V.HostPlace;
  actionFile: V.Name;
  command: V.Name;
  tunnel: V.Name;
  direction: V.Name;
  oldTranslation: V.Name;
  module: V.Name;
  moduleParameters: readonly V.ModuleParameter[];
  yesNo: V.YesNo;
  word: V.Name;
}

interface ValueType {
  /** The start rule of `grammar/values.peggy`. */
  readonly rule: string;
  /** What a message calls it, with its article. */
  readonly noun: string;
  readonly doc: string;
}

/** Every value type. A new one is an entry here and a start rule in the grammar. */
export const valueTypes = {
  zoneDeclaration: {
    rule: 'ZoneDeclaration',
    noun: 'a zone name',
    doc: 'a name of letters, digits and `_`, beginning with a letter; `name:parent,…` makes it a part of other zones',
  },
  zoneType: {
    rule: 'Word',
    noun: 'a zone type',
    doc: '`firewall`, `ip` or `-`, `ipv4`, `ipv6`, `ipsec`, `bport` (ports of a bridge), `loopback`, `local`, `vserver`',
  },
  zoneName: { rule: 'ZoneName', noun: 'a zone', doc: 'the name of a zone of the `zones` file' },
  zoneNames: { rule: 'ZoneNames', noun: 'a list of zones', doc: 'names of zones of the `zones` file' },
  zoneSelector: {
    rule: 'ZoneSelector',
    noun: 'zones',
    doc: 'a zone, a list of zones, `$FW`, or `all` with `+` (also within a zone) and `!zone,…` (except)',
  },
  interfaceName: {
    rule: 'InterfaceName',
    noun: 'an interface',
    doc: 'the name of a network interface; `ppp+` matches every name that begins with `ppp`',
  },
  interfaces: { rule: 'InterfaceList', noun: 'an interface', doc: 'names of network interfaces' },
  labelledInterfaces: {
    rule: 'LabelledInterfaces',
    noun: 'an interface',
    doc: 'names of network interfaces; the label of an address may follow (`eth0:1`)',
  },
  classOptions: {
    rule: 'ClassOptions',
    noun: 'options of a class',
    doc: 'a list of `name` and `name=value`, without blanks, filters followed by `:priority`',
  },
  options: { rule: 'Options', noun: 'options', doc: 'a list of `name` and `name=value`, without blanks' },
  broadcast: { rule: 'Broadcast', noun: 'a broadcast address', doc: 'obsolete: `-` or `detect`' },
  policyAction: {
    rule: 'Policy',
    noun: 'a policy',
    doc: '`ACCEPT`, `DROP`, `REJECT`, `CONTINUE`, `NFQUEUE` or `NONE`, and after `:` the actions that run before it',
  },
  logLevel: {
    rule: 'Log',
    noun: 'a log level',
    doc: 'a syslog level such as `info`, `NFLOG(group)`, or `none`; `:tag` may follow',
  },
  rate: {
    rule: 'Rates',
    noun: 'a rate',
    doc: '`[s:|d:][name:]count/{sec|min|hour|day}[:burst]`; `s:` counts for each source',
  },
  connectionLimit: {
    rule: 'ConnectionLimit',
    noun: 'a connection limit',
    doc: '`[d:][!]count[:mask]`: at most `count` connections for each source',
  },
  action: { rule: 'Action', noun: 'an action', doc: 'a target, macro or action, with `(parameters)` and `:loglevel`' },
  trackingAction: {
    rule: 'TrackingAction',
    noun: 'an action of connection tracking',
    doc: '`NOTRACK`, `CT:helper:NAME`, `CT:notrack`, `CT:ctevents:EVENT`, `DROP`, `LOG:level` or `NFLOG(group)`, followed by `:P`, `:O` or `:PO` in format 3',
  },
  mangleAction: {
    rule: 'MangleAction',
    noun: 'an action of mangle',
    doc: 'an action such as `MARK(value)`, `CONNMARK(value)`, `SAVE`, `RESTORE`, `CONTINUE` or `DSCP(EF)`; followed by the chain: `:P`, `:F`, `:T`, `:I`, `:O` or `:R`',
  },
  endpoint: {
    rule: 'EndpointColumn',
    noun: 'a zone',
    doc: '`zone`, `zone:interface`, `zone:address,…`, with `!` for exceptions',
  },
  protocols: { rule: 'Protocols', noun: 'a protocol', doc: 'names or numbers of protocols, `tcp:syn`; `-` for all' },
  ports: {
    rule: 'Ports',
    noun: 'a port',
    doc: 'ports and ranges by number or service name; ICMP types when the protocol is ICMP',
  },
  hosts: { rule: 'Hosts', noun: 'an address', doc: 'addresses, networks, ranges and sets, with `!` for exceptions' },
  users: { rule: 'Users', noun: 'a user', doc: '`[!]user[:group]`, by name or number' },
  mark: { rule: 'Mark', noun: 'a mark', doc: '`[!]value[/mask][:C]`; `:C` tests the mark of the connection' },
  time: {
    rule: 'Time',
    noun: 'a time',
    doc: 'parts joined by `&`: `timestart=hh:mm`, `timestop=`, `weekdays=Mon,…`, `datestart=`, `datestop=`, `utc`',
  },
  headers: {
    rule: 'Headers',
    noun: 'IPv6 headers',
    doc: '`[!][any:]hop,dst,route,frag,esp,none,proto`, all of them; `exactly:` before one of `esp`, `none` and `proto`: it follows the header of IPv6 at once',
  },
  switch: { rule: 'Switch', noun: 'a switch', doc: '`[!]name[=0|1]`' },
  helper: {
    rule: 'Word',
    noun: 'a helper',
    doc: '`ftp`, `irc`, `tftp`, `sip`, `pptp`, `amanda`, `snmp`, `netbios-ns`, `sane`, `RAS` or `Q.931`',
  },
  snatSource: {
    rule: 'SnatSource',
    noun: 'an interface or address',
    doc: 'addresses whose packets are translated, or an interface for the networks behind it',
  },
  snatDest: {
    rule: 'SnatDest',
    noun: 'an interface',
    doc: 'the outgoing interface; `:address` restricts the destination',
  },
  masqInterface: { rule: 'SnatDest', noun: 'an interface', doc: 'the outgoing interface' },
  ipsec: { rule: 'Options', noun: 'IPsec options', doc: '`yes`, `no` or a list of IPsec options' },
  probability: { rule: 'Word', noun: 'a probability', doc: 'a number between 0 and 1' },
  hostPlace: {
    rule: 'HostPlace',
    noun: 'an interface or address',
    doc: '`$FW`, an interface, an address, or `interface:address`',
  },
  actionFile: {
    rule: 'ActionFile',
    noun: 'the name of an action',
    doc: 'letters, digits, `_` and `-`, beginning with a letter; optionally followed by `!`',
  },
  command: { rule: 'Word', noun: 'a command', doc: '`loadmodule`' },
  tunnel: {
    rule: 'Word',
    noun: 'a kind of tunnel',
    doc: '`ipsec`, `ipsecnat`, `ipip`, `gre`, `6to4`, `6in4`, `pptpclient`, `pptpserver`, `tinc`, `openvpn`, `openvpnclient`, `openvpnserver`, `l2tp` or `generic:proto:port`',
  },
  direction: { rule: 'Word', noun: '`SNAT` or `DNAT`', doc: '`SNAT` or `DNAT`' },
  oldTranslation: {
    rule: 'Word',
    noun: 'an address',
    doc: 'an address or a range, optionally `:ports`; `detect`, `random` or `NONAT`',
  },
  module: { rule: 'Word', noun: 'a module', doc: 'the name of a kernel module' },
  moduleParameters: { rule: 'ModuleParameters', noun: 'module parameters', doc: '`ports=21,49`' },
  yesNo: { rule: 'YesNo', noun: '`Yes` or `No`', doc: '`Yes` or `No`' },
  word: { rule: 'Anything', noun: 'a word', doc: 'see the description of the column' },
} as const satisfies Record<keyof ValueTypes, ValueType>;
