/** What matches see of a packet at one point of its way. */

import type { ConnectionState } from '../net/state.ts';
import type { Connection, Network, Packet } from './packet.ts';
import type { Hook, Match, NftSet } from './ruleset.ts';

/** A packet on its way: what matches see at one point of `evaluate`. Addresses and ports are those of this moment. */
export interface Situation {
  readonly packet: Packet;
  readonly network: Network;
  readonly hook: Hook['hook'];
  /** The interface it will leave by, once routing has said so. */
  readonly oif?: string;
  readonly state: ConnectionState;
  /** What connection tracking knows; absent for a packet that is untracked, invalid or not yet looked up. */
  readonly tracked?: Tracked;
  readonly packetMark: number;
  readonly sets: ReadonlyMap<string, NftSet>;
  /** Whether a match with a memory, or one of chance or time, holds (see `evaluate`). */
  readonly remembers: (match: Match) => boolean;
}

/** The connection of a packet as it stands. */
export interface Tracked {
  readonly mark: number;
  readonly masterHelper?: string;
  readonly original: NonNullable<Connection['original']>;
  readonly dnat: boolean;
  readonly snat: boolean;
}
