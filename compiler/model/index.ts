/** What the configuration means: between names and rules. Types only. */
import type { NftSet } from '../ir/ruleset.ts';
import type { PortBits } from '../language/mark-layout.ts';
import type { Version } from '../net/version.ts';
import type { Span } from '../source.ts';
import type { Accounting } from './accounting.ts';
import type { ArpRule } from './arp.ts';
import type { Assertion } from './assertion.ts';
import type { HelperPorts, TrackingRule } from './conntrack.ts';
import type { Interface, InterfaceRefusal } from './interface.ts';
import type { MacEntry } from './maclist.ts';
import type { MangleRule } from './marks.ts';
import type { NetworkMap, OneToOneNat, SnatRule } from './nat.ts';
import type { Offload } from './offload.ts';
import type { Fallbacks, Policy } from './policy.ts';
import type { Routing } from './routing.ts';
import type { ActionCall, Rule } from './rule.ts';
import type { NamedSet } from './sets.ts';
import type { Settings } from './settings.ts';
import type { Shaping } from './shaping.ts';
import type { Extension, StoppedRule } from './stopped.ts';
import type { Families, Zone } from './zone.ts';

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
  /** What must hold of all packets. */
  readonly assertions: readonly Assertion[];
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
  readonly mangle: readonly MangleRule[];
  readonly routing: Routing;
  readonly shaping: Shaping;
  readonly accounting: Accounting;
  readonly arp: readonly ArpRule[];
  /** With FLOW_OFFLOAD: which connections are offloaded. */
  readonly offload?: Offload;
  /** With zones of ports of a bridge: the bits of marks that tell the ports. */
  readonly portBits?: PortBits;
}
