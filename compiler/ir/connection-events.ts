/** The events of connections as nft numbers them (linux/netfilter/nf_conntrack_common.h, ip_conntrack_events). */
import type { ConnectionEvent } from '../net/state.ts';

const bits: Readonly<Record<ConnectionEvent, number>> = {
  new: 1 << 0,
  related: 1 << 1,
  destroy: 1 << 2,
  reply: 1 << 3,
  assured: 1 << 4,
  protoinfo: 1 << 5,
  seqadj: 1 << 8,
};

/** In the order of their numbers, each once. */
export function connectionEvents(wanted: (event: ConnectionEvent, bit: number) => boolean): readonly ConnectionEvent[] {
  return (Object.keys(bits) as ConnectionEvent[]).filter((event) => wanted(event, bits[event]));
}
