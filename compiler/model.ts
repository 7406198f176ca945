/**
 * What the configuration means: types only, between names (stage 3) and rules (stage 5). No text is left to be parsed
 * here and no name to be looked up.
 */

import type {
  AddressRange,
  ConnectionEvent,
  ConnectionState,
  HelperObject,
  InterfacePattern,
  LogTarget,
  Match,
  NftSet,
  NumberRange,
  Queue,
  Rate,
  RejectWith,
  Version,
} from './ir/ruleset.ts';
import type { Settings } from './language/settings.ts';
import type { Origin, Span } from './source.ts';

/** Which IP versions are compiled, and what happens to the other one. */
export interface Families {
  readonly table: 'inet' | 'ip' | 'ip6';
  readonly versions: readonly Version[];
  /** Versions that the table sees but the configuration does not want: dropped except on the loopback interface. */
  readonly refused: readonly Version[];
}

/** A part of the network. Zones come in the order in which packets are compared: parts before the whole. */
export interface Zone {
  readonly name: string;
  readonly kind: 'firewall' | 'network' | 'loopback' | 'local' | 'vserver';
  readonly versions: readonly Version[];
  readonly parents: readonly string[];
  readonly hosts: readonly HostGroup[];
  /** The largest segment size that connections may announce, in packets from the zone and to it. */
  readonly mss?: { readonly from?: number; readonly to?: number };
  readonly origin: Origin;
}

/** Hosts of a zone behind one interface; without `ranges` all of them. */
export interface HostGroup {
  readonly interface: Interface;
  readonly versions: readonly Version[];
  readonly ranges?: readonly AddressRange[];
  /** Sets that hold the hosts, or do not: dynamic zones, ipsets, names. All of these must fit. */
  readonly sets: readonly SetMatch[];
  readonly except: readonly AddressRange[];
  readonly ipsec: 'yes' | 'no' | 'any';
  /** With `ipsec` yes: which security associations, for packets from the hosts and for those to them; any where absent. */
  readonly associations?: { readonly in: AssociationWish; readonly out: AssociationWish };
  /** Packets may leave by the interface they came by. */
  readonly routeback: boolean;
  readonly destinationOnly: boolean;
  readonly sourceOnly?: boolean;
  /** What holds for packets of these hosts that does not hold for all of the interface. */
  readonly checks?: readonly HostCheck[];
  /** The largest segment size that connections from and to these hosts may announce. */
  readonly mss?: number;
  readonly origin: Origin;
}

/** A number that an association must have, or must not have. */
export interface AssociationNumber {
  readonly value: number;
  readonly negated: boolean;
}

/** What a security association of IPsec must be. All that is given must hold for one and the same. */
export interface AssociationWish {
  readonly reqid?: AssociationNumber;
  readonly spi?: AssociationNumber;
  /** It has outer addresses: of the modes tunnel, BEET and IP-TFS. */
  readonly tunnel?: true;
  readonly saddr?: AddressRange;
  readonly daddr?: AddressRange;
}

/** Options of an interface that single hosts behind it may have. */
export type HostCheck = 'tcpflags' | 'nosmurfs' | 'maclist';

/** A network interface of the firewall. `name` is what rules call it, `pattern` what the kernel calls it. */
export interface Interface {
  readonly name: string;
  readonly pattern: InterfacePattern;
  readonly zone?: string;
  /** What holds for packets of each IP version; none of the two where only the other one knows the interface. */
  readonly options: Readonly<Partial<Record<Version, InterfaceOptions>>>;
  readonly origin: Origin;
}

/** What holds for packets of an interface; see `language/interface-options.ts`. */
export interface InterfaceOptions {
  readonly tcpflags: boolean;
  readonly nosmurfs: boolean;
  readonly dhcp: boolean;
  readonly routeback: boolean;
  readonly bridge: boolean;
  readonly maclist: boolean;
  readonly upnp: boolean;
  readonly upnpclient: boolean;
  readonly rpfilter: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** Seconds that a start waits for the interface. */
  readonly wait: number;
  readonly unmanaged: boolean;
  readonly ignore: boolean;
  readonly loopback: boolean;
  readonly destonly: boolean;
  /** Which addresses of packets that come (or, for destinations, are sent) here the dynamic blacklist is asked for; what the setting says when absent. */
  readonly dynamicBlacklist?: 'none' | 'src' | 'dst' | 'src-dst';
  readonly sfilter: readonly AddressRange[];
  readonly mss?: number;
  /** sysctl values below net/ipv4/conf/NAME (or ipv6). */
  readonly sysctls: readonly { readonly version: Version; readonly key: string; readonly value: string }[];
}

/** A log statement that a rule or policy asks for. `prefix` is filled when the chain is known. */
export interface Log {
  readonly target: LogTarget;
  readonly tag?: string;
  /** What the line calls its chain, instead of where it stands. */
  readonly chain?: string;
  /** What the line calls the decision, instead of its own name. */
  readonly disposition?: string;
  /** Where the line translates, it is called as the pair of zones is, too: one of an inline action. */
  readonly ofPair?: true;
}

/** The decision for connections of a pair of zones that no rule decided. */
export interface Policy {
  readonly source: string;
  readonly dest: string;
  /** The zones as the line names them, `all` for several: all pairs that it decides share its limits. */
  readonly written?: ZonePair;
  readonly verdict: PolicyVerdict;
  readonly log?: Log;
  /** `DROP:audit`: the audit system is told. */
  readonly audit?: true;
  readonly defaults: readonly ActionCall[];
  readonly rate?: readonly RateLimit[];
  readonly connectionLimit?: ConnectionLimit;
  /** The line of the policy file, or of a zone for the one that nobody wrote. */
  readonly origin: Origin;
  readonly implicit: boolean;
  /** The IP versions that it decides for; a pair may have another policy for the other one. */
  readonly versions: readonly Version[];
}

/** The decisions for packets of no zone, where a policy for `all` says so: one, or one for each IP version. */
export interface Fallbacks {
  readonly input: readonly Policy[];
  readonly forward: readonly Policy[];
  readonly output: readonly Policy[];
}

export type PolicyVerdict = { readonly kind: 'accept' | 'drop' | 'reject' | 'continue' | 'none' | 'blacklist' } | Queue;

/** Addresses that a column names. An absent list means: all. Lists hold both versions; `sets` are named sets. */
export interface HostMatch {
  readonly interface?: InterfacePattern;
  /** Any interface but `interface`. */
  readonly otherInterface?: true;
  readonly ranges?: readonly AddressRange[];
  readonly except: readonly AddressRange[];
  readonly macs: readonly string[];
  /** The sender has none of `macs`. */
  readonly macsNegated?: true;
  readonly sets: readonly SetMatch[];
  /** Addresses known only when the firewall runs: a set that is filled on start. */
  readonly runtime?: RuntimeAddress;
}

/** One part of the elements of a set: `port` is a port with its protocol. */
export type SetPart = 'address' | 'port' | 'portAlone' | 'mac' | 'interface' | 'mark';

/** A set that the user names: for each IP version the set of nftables, or the members of a list of sets. */
export interface NamedSet {
  readonly name: string;
  readonly parts: readonly SetPart[];
  readonly of: Readonly<Partial<Record<Version, string>>>;
  readonly members?: readonly NamedSet[];
  /** It holds networks of this length, told by their first address, and addresses are cut to it. */
  readonly prefix?: number;
  /** What it holds, where that is known when the firewall is compiled and nothing changes it. */
  readonly fixed?: readonly AddressRange[];
}

/** What is compared with the elements: for each part the source's or the destination's. */
export interface SetMatch {
  readonly set: NamedSet;
  readonly negated: boolean;
  readonly fields: readonly SetSide[];
}

/** The side of a packet: `own` is that of the column. */
export type SetSide = 'src' | 'dst' | 'own';

/** `&eth0`: the address of an interface, `%eth0`: its gateway. Lives in a set. */
export interface RuntimeAddress {
  readonly kind: 'address' | 'gateway';
  readonly interface: string;
  readonly negated?: true;
}

/** One alternative of PROTO, DPORT and SPORT. All conditions that are there must hold. */
export interface ProtocolMatch {
  readonly protocol?: number;
  readonly negated: boolean;
  readonly syn?: boolean;
  readonly dports?: PortMatch;
  readonly sports?: PortMatch;
  /** Either port is in `dports`. */
  readonly either: boolean;
  readonly icmp?: {
    readonly version: Version;
    readonly negated: boolean;
    readonly types: readonly { readonly type: number; readonly code?: number }[];
  };
}

/** Ports as they were listed: an item that is a single port has equal ends, even beside its neighbour. */
export interface PortMatch {
  readonly negated: boolean;
  readonly ranges: readonly NumberRange[];
  readonly set?: NamedSet;
}

/** How often: for all together, or for each address of one side cut to `prefix` bits. */
export interface RateLimit {
  readonly rate: Rate;
  readonly each?: { readonly side: 'source' | 'dest'; readonly prefix?: number; readonly name: string };
}

export interface ConnectionLimit {
  readonly side: 'source' | 'dest';
  readonly count: number;
  readonly over: boolean;
  readonly prefix?: number;
}

/** Which packets a rule is about. What is absent does not matter. */
export interface Traffic {
  readonly source?: HostMatch;
  readonly dest?: HostMatch;
  readonly protocols: readonly ProtocolMatch[];
  readonly originalDest?: HostMatch;
  readonly rates: readonly RateLimit[];
  readonly connectionLimit?: ConnectionLimit;
  /** Conditions that the ir can say directly: users, marks, time, headers, raw matches. */
  readonly conditions: readonly Match[];
  /** The helper that the connection's master must have (section RELATED). */
  readonly ofHelper?: string;
  /** Events that are asked or told, in order; only the last one is told. */
  readonly events?: readonly EventUse[];
  readonly versions: readonly Version[];
}

/** How often an address was seen: at least `hits` times, within the last `seconds` when they are given. */
export interface EventQuestion {
  readonly hits: number;
  readonly seconds?: number;
}

/** What a rule asks of the memory of an event, and what it tells it once all its conditions hold. */
export interface EventUse {
  readonly event: string;
  readonly side: 'source' | 'dest';
  readonly asks?: EventQuestion;
  readonly effect?: 'record' | 'forget';
}

/** The server of a DNAT: where connections go instead. */
export interface NatServer {
  readonly addresses?: AddressRange;
  readonly runtime?: RuntimeAddress;
  readonly ports?: NumberRange;
  readonly random: boolean;
}

/** What a rule does. */
export type RuleAction =
  | { readonly kind: 'accept' | 'drop' | 'continue' | 'count' | 'log' | 'return' }
  | { readonly kind: 'reject'; readonly with?: RejectWith }
  | Queue
  | { readonly kind: 'dnat'; readonly server: NatServer; readonly natOnly: boolean }
  | { readonly kind: 'redirect'; readonly ports?: NumberRange; readonly random: boolean; readonly natOnly: boolean }
  | { readonly kind: 'noNat'; readonly accept: boolean }
  | { readonly kind: 'call'; readonly call: ActionCall }
  | {
      readonly kind: 'changeSet';
      readonly operation: 'add' | 'update' | 'delete';
      readonly set: NamedSet;
      readonly fields: readonly SetSide[];
      readonly timeout?: number;
    }
  | { readonly kind: 'mark'; readonly target: 'connection' | 'packet'; readonly mask: number; readonly value: number }
  | { readonly kind: 'helperOnly' }
  /** Words of nft(8): conditions and changes, and the verdict behind them. Without one the next rule decides. */
  | { readonly kind: 'raw'; readonly before: string; readonly verdict?: string };

/** The state a line of `rules` is written for. */
export type RuleSection = 'ALL' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED' | 'NEW';

/** One direction between zones. */
export interface ZonePair {
  readonly source: string;
  readonly dest: string;
}

/** A line of `rules` or `blrules` after macros: what happens to which packets between which zones. */
export interface Rule {
  readonly section: RuleSection;
  readonly pairs: readonly ZonePair[];
  readonly traffic: Traffic;
  readonly action: RuleAction;
  readonly log?: Log;
  /** The helper that accepted connections get: named in HELPER, or by the list of ports. */
  readonly helper?: string;
  /** Ports that speak a helper's protocol, of those the rule lets through; computed by the port lists. */
  readonly blacklist: boolean;
  readonly audit: boolean;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** A rule inside an action: no zones, its packets are those that the chain is called for. */
export interface ActionRule {
  readonly traffic: Traffic;
  readonly action: RuleAction;
  readonly log?: Log;
  readonly helper?: string;
  readonly audit: boolean;
  readonly origin: Origin;
}

/** An action with its parameters: becomes a chain. Calls with equal `name` share one. */
export interface ActionCall {
  /** What log lines call it: the action's own name. */
  readonly name: string;
  /** The name of the chain: made of the action's name and parameters. */
  readonly chain: string;
  /** The states that the action is about, when it says so (`Invalid` …). */
  readonly states?: readonly ConnectionState[];
  /** Some of its lines translate: connections come to it before routing, too. */
  readonly translates?: true;
  readonly rules: readonly ActionRule[];
  readonly origin: Origin;
}

/** What becomes of the source address. */
export type SourceAction =
  | { readonly kind: 'masquerade'; readonly ports?: NumberRange; readonly random: boolean }
  | {
      readonly kind: 'snat';
      readonly addresses?: AddressRange;
      readonly ports?: NumberRange;
      readonly random: boolean;
      readonly persistent: boolean;
    }
  | {
      readonly kind: 'snatRuntime';
      /** Without it: that of the interface by which the packets leave. */
      readonly address?: RuntimeAddress;
      readonly ports?: NumberRange;
      readonly random: boolean;
      readonly persistent: boolean;
    }
  | { readonly kind: 'none' | 'log' }
  | { readonly kind: 'call'; readonly call: SourceCall };

/** Whether packets come or leave by IPsec, or by which associations of it. */
export type IpsecWish = 'yes' | 'no' | AssociationWish;

/** A line of `snat`, or of an action that such a line names. */
export interface SourceLine {
  readonly traffic: Traffic;
  readonly ipsec?: IpsecWish;
  readonly action: SourceAction;
  readonly log?: Log;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** An action of `snat` with its parameters: a chain for each interface by which packets come to it. */
export interface SourceCall {
  /** What log lines call it: the action's own name. */
  readonly name: string;
  /** The beginning of the names of its chains. */
  readonly chain: string;
  readonly lines: readonly SourceLine[];
}

/** A line of `snat`. */
export interface SnatRule extends SourceLine {
  /** By which interfaces the packets leave; of packets to the firewall itself when there are none. */
  readonly interfaces: readonly InterfacePattern[];
  /** It stands before one-to-one translation. */
  readonly before: boolean;
}

/** A line of `nat`: a public address for a host. */
export interface OneToOneNat {
  readonly external: AddressRange;
  readonly internal: AddressRange;
  readonly interfaces: readonly InterfacePattern[];
  readonly everyInterface: boolean;
  readonly fromFirewall: boolean;
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** A line of `netmap`. */
export interface NetworkMap {
  readonly direction: 'snat' | 'dnat';
  readonly from: AddressRange;
  /** Addresses of `from` that stay as they are. */
  readonly except: readonly AddressRange[];
  readonly to: AddressRange;
  readonly interfaces: readonly InterfacePattern[];
  readonly other?: HostMatch;
  readonly protocols: readonly ProtocolMatch[];
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}

/** A line of `conntrack`. */
export interface TrackingRule {
  readonly source?: { readonly zones: readonly string[]; readonly hosts?: HostMatch };
  readonly hooks: readonly ('prerouting' | 'output')[];
  readonly traffic: Traffic;
  readonly action:
    | { readonly kind: 'notrack' | 'drop' | 'log' }
    /** With `events` only these are told of its connections. */
    | { readonly kind: 'helper'; readonly helper: string; readonly events?: readonly ConnectionEvent[] }
    | { readonly kind: 'events'; readonly events: readonly ConnectionEvent[] };
  readonly log?: Log;
  readonly origin: Origin;
}

/** The ports that speak a protocol which needs a helper, from `modules` and `helpers`. */
export interface HelperPorts {
  readonly helper: HelperDescription;
  readonly ports: readonly number[];
  /** Whether a loadmodule line named the ports. */
  readonly listed: boolean;
  readonly enabled: boolean;
  /** Connections to its ports get it without being asked: FTP always, others when a line or HELPERS names them. */
  readonly automatic: boolean;
  readonly origin?: Origin;
}

/** A helper as the kernel knows it (kernel, net/netfilter/nf_conntrack_*.c). */
export interface HelperDescription extends HelperObject {
  readonly module: string;
  readonly natModule?: string;
  readonly usualPorts: readonly number[];
  /** The module takes a list of ports, by which old kernels give the helper. */
  readonly portsParameter?: boolean;
  /** The IP versions that the kernel has it for; both when absent. */
  readonly versions?: readonly Version[];
}

/** A line of `stoppedrules`. */
export interface StoppedRule {
  readonly action: 'accept' | 'drop' | 'notrack';
  readonly source: StoppedPlace;
  readonly dest: StoppedPlace;
  readonly protocols: readonly ProtocolMatch[];
  readonly versions: readonly Version[];
  readonly origin: Origin;
}

export interface StoppedPlace {
  readonly firewall: boolean;
  readonly hosts?: HostMatch;
}

/** An extension script of the user's, to be run as it is. */
export interface Extension {
  readonly moment: 'init' | 'start' | 'started' | 'stop' | 'stopped' | 'clear';
  readonly text: string;
  readonly origin: Origin;
}

/** The settings of what options of interfaces find. */
export type InterfaceRefusal = 'smurfs' | 'tcpFlags' | 'sfilter' | 'rpfilter' | 'maclist';

/** All that the configuration says. */
export interface Model {
  readonly settings: Settings;
  /** What IPv6 has instead, where the settings file says it for each IP version. */
  readonly settings6?: Pick<Settings, InterfaceRefusal>;
  /** IP_FORWARDING for each IP version. */
  readonly forwarding: Readonly<Record<Version, 'on' | 'off' | 'keep'>>;
  /** Where the settings file says it, for messages about what it leaves out. */
  readonly settingsPlace?: Span;
  /** Where STARTUP_ENABLED says that it may be checked and compiled, and not started. */
  readonly startupDisabled?: Span;
  /** What a REJECT without a way of its own does, when REJECT_ACTION names it. */
  readonly rejectAction?: ActionCall;
  readonly families: Families;
  readonly firewall: string;
  readonly zones: readonly Zone[];
  readonly interfaces: readonly Interface[];
  readonly policies: readonly Policy[];
  readonly fallbacks: Fallbacks;
  readonly rules: readonly Rule[];
  readonly snat: readonly SnatRule[];
  readonly oneToOne: readonly OneToOneNat[];
  readonly networkMaps: readonly NetworkMap[];
  readonly tracking: readonly TrackingRule[];
  readonly helpers: readonly HelperPorts[];
  readonly stopped: readonly StoppedRule[];
  readonly sets: readonly NftSet[];
  /** The dynamic blacklist that rules and `ftpwall blacklist` fill. */
  readonly blacklistSet?: NamedSet;
  readonly extensions: readonly Extension[];
  readonly maclists: readonly MacEntry[];
}

/** A line of `maclist`. */
export interface MacEntry {
  readonly action: 'accept' | 'drop' | 'reject';
  /** The audit system is told. */
  readonly audit: boolean;
  readonly interface: Interface;
  /** Who is recognised: by a hardware address, by IP addresses, or by both. */
  readonly hosts: HostMatch;
  readonly log?: Log;
  readonly versions: readonly Version[];
  /** The text of ?COMMENT. */
  readonly remark?: string;
  readonly origin: Origin;
}
