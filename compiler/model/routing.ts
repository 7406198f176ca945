/** Several connections to the internet: providers, the rules that choose between them, and routes. */
import type { NullRoute } from '../language/setting-values.ts';
import type { AddressRange } from '../net/ranges.ts';
import type { Version } from '../net/version.ts';
import type { Origin } from '../source.ts';

/** The router of a provider. `device`: packets are handed to the interface without one; `none`: no default route. */
export type Gateway =
  | { readonly kind: 'address'; readonly address: bigint; readonly mac?: string }
  | { readonly kind: 'detect' | 'device' | 'none' };

/** A line of `providers`. */
export interface Provider {
  readonly name: string;
  /** Of its routing table. */
  readonly number: number;
  /** In its place among the bits of marks; absent where nothing is routed by mark. */
  readonly mark?: number;
  /** As the kernel calls it. */
  readonly interface: string;
  /** Its own address, where several providers share the interface. */
  readonly address?: bigint;
  readonly versions: readonly Version[];
  readonly gateway: Gateway;
  /** Connections that come in by it stay with it. */
  readonly track: boolean;
  /** Its share of the balanced default route. */
  readonly balance?: number;
  /** Its share of the default route that counts when no balanced one is there; 0: by its number alone. */
  readonly fallback?: number;
  /** Its share of new connections, from 0 to 1. */
  readonly load?: number;
  readonly loose: boolean;
  readonly hostRoute: boolean;
  /** Packets with its own addresses take it. */
  readonly bySource: boolean;
  readonly persistent: boolean;
  readonly optional: boolean;
  /** Packets of a transparent proxy, delivered on this machine. */
  readonly proxy: boolean;
  readonly mtu?: number;
  readonly source?: bigint;
  /** The table whose routes are copied, by the interfaces that are named besides its own; all where absent. */
  readonly copies?: { readonly table: string; readonly interfaces?: readonly string[] };
  readonly origin: Origin;
}

/** A line of `rtrules`, for one source and one destination. */
export interface RoutingRule {
  readonly version: Version;
  readonly from?: AddressRange;
  /** The address of an interface, which only the running system knows. */
  readonly fromInterface?: string;
  readonly to?: AddressRange;
  readonly incoming?: string;
  readonly mark?: { readonly value: number; readonly mask: number };
  readonly priority: number;
  readonly persistent: boolean;
  /** The provider whose state it follows; absent for tables of the system. */
  readonly provider?: string;
  readonly table: number;
  readonly origin: Origin;
}

/** A line of `routes`, and a network that leads nowhere. */
export interface Route {
  readonly version: Version;
  readonly provider?: string;
  readonly table: number;
  readonly dest: AddressRange;
  readonly to:
    | { readonly kind: NullRoute }
    | { readonly kind: 'via'; readonly gateway?: bigint; readonly device?: string };
  readonly persistent: boolean;
  /** Only where the main table has no such route by an interface. */
  readonly unlessRouted: boolean;
  readonly origin: Origin;
}

/** An address that the firewall answers for on `external`. */
export interface Neighbour {
  readonly version: Version;
  readonly address: bigint;
  /** Behind which it is. */
  readonly interface?: string;
  readonly external: string;
  /** There is a route to it already. */
  readonly hasRoute: boolean;
  /** The route stays when the firewall stops. */
  readonly persistent: boolean;
  readonly origin: Origin;
}

/** All of it. */
export interface Routing {
  readonly providers: readonly Provider[];
  readonly rules: readonly RoutingRule[];
  readonly routes: readonly Route[];
  readonly neighbours: readonly Neighbour[];
}
