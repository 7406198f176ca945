/** Flow offload: which established connections the kernel forwards without asking the rules (nft(8), FLOWTABLES). */
import type { InterfacePattern } from '../net/interface.ts';
import type { Origin, Span } from '../source.ts';

/** Connections that go on meeting the rules. All that is said of them holds for both directions. */
export type LeftOut =
  /** Those that pass an interface; `why` is a clause. */
  | { readonly kind: 'interface'; readonly pattern: InterfacePattern; readonly why: string; readonly origin: Origin }
  /** Those between two zones, of which a section of `rules` asks every packet. */
  | { readonly kind: 'zones'; readonly source: string; readonly dest: string; readonly origin: Origin }
  /** Those with one of these helpers, which reads every packet (kernel, nft_flow_offload_eval leaves them out, too). */
  | { readonly kind: 'helpers'; readonly helpers: readonly string[] };

/** What must see every packet of connections that cannot be told apart, so that nothing can be offloaded. */
export interface OffloadObstacle {
  readonly what: string;
  readonly origin: Origin;
}

export interface Offload {
  /** Whether the network cards are asked to forward by themselves. */
  readonly hardware: boolean;
  readonly place: Span;
  /** The interfaces between which connections are offloaded. */
  readonly interfaces: readonly InterfacePattern[];
  readonly leftOut: readonly LeftOut[];
  readonly obstacles: readonly OffloadObstacle[];
}
