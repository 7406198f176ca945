/** What besides the ruleset must be done on the machine: types only. Stage 5 makes it, the script carries it out. */
import type { Chain } from './ir/ruleset.ts';
import type { InterfacePattern } from './net/interface.ts';
import type { Origin } from './source.ts';

/** A kernel module that the ruleset cannot do without: a helper. `unless` says how a built-in one is recognised. */
export interface ModuleStep {
  readonly kind: 'module';
  readonly name: string;
  /** The configuration line that needs it, as a message shows it: `rules:14`. */
  readonly neededBy: string;
  /** Without it the load must fail (a helper that a rule names), or only be tried (a NAT helper). */
  readonly required: boolean;
}

/** A value under /proc/sys. With `interface` absent interfaces are passed over. */
export interface SysctlStep {
  readonly kind: 'sysctl';
  /** Slash-separated below /proc/sys: `net/ipv4/conf/eth0/rp_filter`. */
  readonly key: string;
  readonly value: string;
  readonly optional: boolean;
  readonly origin?: Origin;
}

/** ip_forward and its IPv6 twin, set last on start and put back on failure. */
export interface ForwardingStep {
  readonly kind: 'forwarding';
  readonly version: 4 | 6;
  readonly on: boolean;
}

/** An interface that a start waits for, or does not begin without: one that is up and has an address. */
export interface InterfaceStep {
  readonly kind: 'interface';
  /** The name that the kernel knows it by; with `wildcard` the beginning of such names. */
  readonly name: string;
  readonly wildcard: boolean;
  /** `one`: of these one must be there. */
  readonly need: 'required' | 'one' | 'none';
  /** Seconds to wait for it. */
  readonly wait: number;
  /** The line of `interfaces`, as a message shows it. */
  readonly place: string;
}

/** A shell fragment of the user's that runs at a moment of the script, as it is: an extension script. */
export interface ExtensionStep {
  readonly kind: 'extension';
  readonly moment:
    | 'init'
    | 'start'
    | 'started'
    | 'stop'
    | 'stopped'
    | 'clear'
    | 'isusable'
    | 'findgw'
    | 'enabled'
    | 'disabled'
    | 'tcstart'
    | 'tcclear';
  readonly text: string;
  readonly origin: Origin;
}

/** An interface that need not be there and that no provider uses: it can be disabled, too. */
export interface OptionalStep {
  readonly kind: 'optional';
  /** As `interfaces` calls it. */
  readonly name: string;
  /** As the kernel does. */
  readonly device: string;
}

/** A set, or a map by IP version, that the script fills with what an interface is given at run time: `&eth0`, `%eth0`. */
export interface RunTimeSet {
  readonly name: string;
  readonly holder: 'set' | 'map';
  readonly content: 'address' | 'gateway';
  readonly interface: string;
  readonly version: 4 | 6;
}

export interface RunTimeSetStep extends RunTimeSet {
  readonly kind: 'runTimeSet';
}

/**
 * A provider, a rule of routing or a route, in words `name=value` that the script reads (`4-routing`). The system may
 * have to tell what is still to be known: addresses, gateways, and whether an interface is up.
 */
export interface RoutingStep {
  readonly kind: 'routing';
  readonly item: 'base' | 'provider' | 'rule' | 'route' | 'neighbour';
  readonly words: readonly string[];
}

/**
 * Queues of a device, as lines for tc(8) in their order. `leaf` in front of a line: the rest works without it. `beside`:
 * what comes in, while what goes out may have another step.
 */
export interface ShapingStep {
  readonly kind: 'shaping';
  readonly device: string;
  readonly lines: readonly string[];
  readonly beside?: true;
}

/** A flowtable over those of the interfaces that are there, and the chain that fills it, in a table of its own. */
export interface OffloadStep {
  readonly kind: 'offload';
  /** Whether the network cards are asked to forward by themselves. */
  readonly hardware: boolean;
  readonly interfaces: readonly InterfacePattern[];
  readonly chain: Chain;
}

export type SystemStep =
  | ModuleStep
  | SysctlStep
  | ForwardingStep
  | ExtensionStep
  | InterfaceStep
  | OptionalStep
  | RunTimeSetStep
  | RoutingStep
  | ShapingStep
  | OffloadStep;

/** In the order in which the script does them; forwarding is last. */
export type SystemPlan = readonly SystemStep[];

/** What a compilation makes. All texts end with a line feed. */
export interface Artifact {
  /** `inet`, or `ip`/`ip6` for a Shorewall directory. */
  readonly family: 'inet' | 'ip' | 'ip6';
  /** The name of our table, always `ftpwall`. */
  readonly table: string;
  /** The transaction that replaces our table by the firewall. */
  readonly ruleset: string;
  /** The transaction that replaces our table by the stopped state. */
  readonly stopped: string;
  /** The stand-alone POSIX script; both rulesets are inside. */
  readonly script: string;
  /** For each chain and rule number of the ruleset the configuration lines it comes from, innermost first. */
  readonly sourceMap: readonly SourceMapEntry[];
}

export interface SourceMapEntry {
  /** Of the table. */
  readonly family: 'inet' | 'ip' | 'ip6' | 'arp' | 'bridge';
  readonly chain: string;
  readonly rule: number;
  /** `rules:14`, innermost first. */
  readonly places: readonly string[];
}

/**
 * What the script's template is given: values only, every decision is already taken. Texts inside the steps are
 * already quoted as words of the shell.
 */
export interface ScriptHoles {
  readonly version: string;
  readonly family: 'inet' | 'ip' | 'ip6';
  readonly table: string;
  /** The families that the rulesets fill. */
  readonly tables: readonly ('inet' | 'ip' | 'ip6')[];
  /** Every family in which a table of ours may stand: those that are filled first. */
  readonly families: readonly ('inet' | 'ip' | 'ip6')[];
  /** Those that are not filled. A `twin` holds the other IP version: a generation removes it, a script alone does not. */
  readonly removed: readonly { readonly family: 'inet' | 'ip' | 'ip6'; readonly twin: boolean }[];
  /** Families of tables for what passes below IP that the rulesets fill. */
  readonly frames: readonly ('arp' | 'bridge')[];
  /** The texts in pieces, each quoted. */
  readonly ruleset: readonly string[];
  readonly stopped: readonly string[];
  /** What closes the machine when neither can be loaded. */
  readonly closed: string;
  readonly interfaces: readonly InterfaceStep[];
  /** The word by which ip(8) shows addresses of the versions that count only; empty for both. */
  readonly addresses: '' | '-4' | '-6';
  readonly optionals: readonly OptionalStep[];
  readonly modules: readonly ModuleStep[];
  readonly sysctls: readonly SysctlStep[];
  readonly forwarding: readonly ForwardingStep[];
  readonly extensions: readonly ExtensionStep[];
  readonly routing: readonly RoutingStep[];
  readonly shaping: readonly ShapingStep[];
  /** Absent without FLOW_OFFLOAD. Each name is quoted; `chain` are lines of nft, quoted. */
  readonly offload?: {
    readonly hardware: boolean;
    readonly interfaces: readonly { readonly name: string; readonly wildcard: boolean }[];
    readonly chain: string;
  };
  readonly runTimeSets: readonly (RunTimeSet & { readonly family: 'inet' | 'ip' | 'ip6' })[];
}

/** The template as a function, made by the build and handed to stage 7. */
export type ScriptTemplate = (holes: ScriptHoles) => string;
