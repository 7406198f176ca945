/**
 * What a column's text means once its grammar has read it: plain data, names not looked up yet. `at` are offsets in
 * the text of the cell, so that a message can point at the smallest part.
 */

/** Offsets in the cell's text, half open. */
export interface At {
  readonly start: number;
  readonly end: number;
}

/** A word of the user with its place. */
export interface Name {
  readonly name: string;
  readonly at: At;
}

/** One `name`, `name=value` or `name(value)` of a list of options. */
export interface Option extends Name {
  readonly value?: string;
}

/** An option of a class; `tos=0x10:5` has its priority in the value. */
export interface ClassOption extends Option {
  readonly priority?: string;
}

export interface ZoneDeclaration extends Name {
  readonly parents: readonly Name[];
}

/** An interface as written: `eth0`, `ppp+`, `br0:eth1` (a port of a bridge), `eth0(isp)` (by a provider). */
export interface InterfaceName extends Name {
  readonly wildcard: boolean;
  /** Every interface but this one is meant. */
  readonly except?: true;
  readonly port?: Name;
  readonly provider?: Name;
}

/** Which zones are meant: names, or `all`/`any` with what is left out. `within` (`+`) includes zone to same zone. */
export type ZoneSelector =
  | { readonly kind: 'zones'; readonly zones: readonly Name[]; readonly within: boolean; readonly at: At }
  | {
      readonly kind: 'all';
      readonly subzones: boolean;
      readonly firewall: boolean;
      readonly except: readonly Name[];
      readonly within: boolean;
      readonly at: At;
    }
  | { readonly kind: 'none'; readonly at: At };

/** One item of a list of hosts. */
export type HostItem =
  | { readonly kind: 'address'; readonly text: string; readonly at: At }
  | { readonly kind: 'network'; readonly text: string; readonly length: string; readonly at: At }
  | { readonly kind: 'range'; readonly first: string; readonly last: string; readonly at: At }
  | { readonly kind: 'name'; readonly name: string; readonly at: At }
  | { readonly kind: 'mac'; readonly address: string; readonly at: At }
  | { readonly kind: 'set'; readonly sets: readonly SetReference[]; readonly negated: boolean; readonly at: At }
  | { readonly kind: 'country'; readonly codes: readonly string[]; readonly at: At }
  | { readonly kind: 'interfaceAddress'; readonly interface: string; readonly at: At }
  | { readonly kind: 'gateway'; readonly interface: string; readonly at: At }
  | { readonly kind: 'dynamic' | 'detect'; readonly at: At };

/** `+name`, `+name[2]`, `+name[src,dst]`. */
export interface SetReference extends Name {
  /** `own` is the side of the column. */
  readonly fields: readonly ('src' | 'dst' | 'own')[];
}

/** `a,b!c,d`: the items, and those left out. No items means everything. */
export interface HostList {
  readonly items: readonly HostItem[];
  readonly except: readonly HostItem[];
  readonly at: At;
}

/** A port or a range of ports by number or service name; an open end is absent. */
export interface PortText {
  readonly first?: string;
  readonly last?: string;
  readonly at: At;
}

/** What stands after the zones of a SOURCE or DEST: interface, addresses, and for translation ports. */
export interface Endpoint {
  readonly zones: ZoneSelector;
  readonly interface?: InterfaceName;
  readonly hosts?: HostList;
  readonly ports?: PortText;
  readonly random: boolean;
  readonly at: At;
}

/** A SOURCE or DEST column. A bare port is what REDIRECT writes; bare hosts, with a port behind them for translations, are an error unless the action has no zone. */
export type EndpointColumn =
  | { readonly kind: 'endpoints'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'port'; readonly ports: PortText; readonly random: boolean }
  | {
      readonly kind: 'hosts';
      readonly hosts: HostList;
      readonly at: At;
      readonly ports?: PortText;
      readonly random?: boolean;
    }
  | { readonly kind: 'caller'; readonly which: 'SOURCE' | 'DEST'; readonly at: At };

/** One protocol: a name or number, possibly with what its SYN flag must be. */
export interface ProtocolText extends Name {
  readonly negated: boolean;
  readonly flags?: 'syn' | 'not-syn' | 'all';
}

/** A list of ports, or of ICMP types when the protocol is ICMP. `either` is the `=` of SPORT. */
export interface PortList {
  readonly negated: boolean;
  readonly either: boolean;
  readonly items: readonly PortItem[];
}

export type PortItem =
  | (PortText & { readonly kind: 'port' })
  | { readonly kind: 'typeAndCode'; readonly type: string; readonly code: string; readonly at: At }
  | { readonly kind: 'set'; readonly name: string; readonly at: At };

/** A log level with what belongs to it: `info`, `NFLOG(3,0,1)`, `info(tcp_options)`, `none`. */
export interface LogLevelText extends Name {
  readonly parameters: readonly string[];
  readonly forced: boolean;
}

export interface LogText {
  readonly level: LogLevelText;
  readonly tag?: string;
}

/** ACTION: a target, a macro or an action, its parameters as written, and its log level. */
export interface ActionText extends Name {
  /** `+` or `-` or `!` behind the name. */
  readonly modifier?: '+' | '-' | '!';
  /** `!` in front: the rule's opposite sense in `blrules` of old. */
  readonly parameters?: readonly ParameterText[];
  readonly log?: LogText;
}

/** ACTION of `mangle`: what is done, with its parameters, and in which chain. */
export interface MangleText extends Name {
  readonly modifier?: '!';
  readonly parameters?: readonly ParameterText[];
  /** `P`, `F`, `T`, `I`, `O`, `R`, `NP`, `NI`, `NO`, `NT`, as written. */
  readonly chain?: Name;
}

/** A parameter as text, to be read by the grammar that its action wants. */
export interface ParameterText {
  readonly text: string;
  readonly at: At;
}

/** POLICY: the decision, and the default actions that run before it. `none` switches them off. */
export interface PolicyText extends Name {
  readonly parameters?: readonly ParameterText[];
  readonly audit: boolean;
  readonly defaults?: 'none' | readonly ActionText[];
  /** `+` in front of the list: the default actions of the settings run too, after these. */
  readonly alsoUsual: boolean;
}

/** `s:name:10/sec:40`: how often, for all together or for each source or destination. */
export interface RateText {
  readonly each?: 'source' | 'dest';
  readonly mask?: number;
  readonly name?: string;
  readonly count: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day';
  readonly burst?: number;
  readonly at: At;
}

/** `[d:][!]n[:mask]` */
export interface ConnectionLimitText {
  readonly by: 'source' | 'dest';
  readonly negated: boolean;
  readonly count: number;
  readonly mask?: number;
}

/** USER: names or ids of users and groups; parts that are absent do not matter. */
export interface UserText {
  readonly negated: boolean;
  readonly user?: string;
  readonly lastUser?: string;
  readonly group?: string;
  readonly lastGroup?: string;
  readonly at: At;
}

/** `[!]value[/mask][:C]` */
export interface MarkText {
  readonly negated: boolean;
  readonly value: number;
  readonly mask?: number;
  readonly connection: boolean;
  readonly at: At;
}

/** TIME: `timestart=10:00&weekdays=Mon,Tue`. */
export interface TimeText {
  readonly parts: readonly Option[];
}

export interface HeadersText {
  /** `soft` where nothing is written. */
  readonly how: 'any' | 'exactly' | 'soft';
  readonly negated: boolean;
  readonly headers: readonly Name[];
}

export interface SwitchText extends Name {
  readonly negated: boolean;
  /** What it is when the firewall is started for the first time. */
  readonly initial?: 0 | 1;
}

/** A yes or no. */
export type YesNo = boolean;

/** The target of an SNAT: `addr[-addr][:ports][:persistent][:random]`, `detect`, `&iface`; or of a MASQUERADE: ports. */
export interface TranslationText {
  readonly addresses?: HostItem | { readonly kind: 'detect'; readonly at: At };
  readonly ports?: PortText;
  readonly random: boolean;
  readonly persistent: boolean;
}

/** DEST of snat: interfaces and the addresses beyond. */
export interface SnatDest {
  readonly interfaces: readonly InterfaceName[];
  readonly hosts?: HostList;
}

/** A place of stoppedrules and hosts: an interface, addresses, both, or the firewall. */
export interface HostPlace {
  readonly interface?: InterfaceName;
  readonly firewall: boolean;
  readonly hosts?: HostList;
}

/** `ports=21,49` of a loadmodule line, or another parameter. */
export interface ModuleParameter extends Name {
  readonly value: string;
}
