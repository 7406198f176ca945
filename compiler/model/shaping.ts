/** Traffic shaping: devices with their classes, and which packets are of which class. */
import type { Origin } from '../source.ts';
import type { Traffic } from './traffic.ts';

/** How much comes in at most: what is above is dropped. Bytes a second, and bytes at once. */
export interface IncomingLimit {
  readonly rate: number;
  readonly burst: number;
}

/** How the queue of a class is ordered (tc(8)). */
export type Leaf =
  | { readonly kind: 'none' }
  | { readonly kind: 'fq_codel' | 'red' | 'cake'; readonly words: readonly string[] }
  | { readonly kind: 'sfq'; readonly limit: number; readonly flow?: string };

/** By what packets are of a class: their mark, their type of service, or that they acknowledge TCP and carry nothing. */
export type ClassFilter = { readonly order: number } & (
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'service'; readonly mask: number; readonly value: number }
  | { readonly kind: 'acknowledgement' }
);

/** Rates are bits a second. */
export interface ShapingClass {
  /** Minor numbers, as tc(8) has them: of the class, and of the one above it. */
  readonly number: number;
  readonly parent: number;
  readonly mark?: number;
  /** What its packets are asked for, in the order of the numbers of all filters of the device. */
  readonly filters: readonly ClassFilter[];
  readonly rate: number;
  readonly ceil: number;
  readonly prio: number;
  /** For HFSC: how much may wait, in bytes, and how long, as written. */
  readonly delay?: { readonly most?: number; readonly time: string };
  readonly isDefault: boolean;
  readonly leaf: Leaf;
  readonly hasChildren: boolean;
  readonly origin: Origin;
}

/** A device with a tree of classes. */
export interface ShapedDevice {
  readonly device: string;
  /** Its major number. */
  readonly number: number;
  readonly kind: 'htb' | 'hfsc' | 'cake';
  /** Of `cake`, which has no classes. */
  readonly words: readonly string[];
  readonly rate: number;
  readonly incoming?: IncomingLimit;
  /** Interfaces whose incoming packets are shaped here: it is an ifb device. */
  readonly redirected: readonly string[];
  /** What is sent here has the mark of its connection, so that classes have marks. */
  readonly restoresMarks: boolean;
  /** Words of `stab`: how the link counts packets. */
  readonly linkLayer: readonly string[];
  readonly mtu: number;
  readonly classes: readonly ShapingClass[];
  readonly origin: Origin;
}

/** A device of simple shaping: three bands. */
export interface SimpleDevice {
  readonly device: string;
  readonly flow?: string;
  readonly incoming?: IncomingLimit;
  readonly out?: {
    readonly rate: number;
    readonly burst: string;
    readonly latency: string;
    readonly more: readonly string[];
  };
  readonly origin: Origin;
}

/** A line of `tcfilters`: its packets are of a class of a device. */
export interface ShapingFilter {
  readonly device: string;
  readonly major: number;
  readonly minor: number;
  /** Among all filters of the device: smaller ones are asked first. */
  readonly order: number;
  readonly traffic: Traffic;
  readonly origin: Origin;
}

/** A line of `tcpri`: its packets are of a band. */
export interface ShapingBand {
  readonly band: number;
  /** Told where packets are forwarded, by the interface they came by; else where they leave. */
  readonly forwarded: boolean;
  readonly traffic: Traffic;
  readonly origin: Origin;
}

export interface Shaping {
  /** False where another program sets up the queues, and only classes are known. */
  readonly applied: boolean;
  readonly devices: readonly ShapedDevice[];
  readonly simple: readonly SimpleDevice[];
  readonly filters: readonly ShapingFilter[];
  readonly bands: readonly ShapingBand[];
}
