/** Which connections that are open now a change would no longer admit. */
import type { Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { printAddress } from '../../compiler/net/address.ts';
import { judge } from '../apply/judge.ts';
import { refusedOf } from '../apply/revoke.ts';
import { trackedConnections } from '../apply/tracked-connections.ts';
import { readNetwork } from '../environment/network-facts.ts';

/** A connection that was admitted and would not be any more. */
export interface HitConnection {
  readonly protocol: number;
  readonly source: string;
  readonly sourcePort: number | null;
  readonly destination: string;
  readonly port: number | null;
  /** What would decide: a line of the configuration, or what else does. */
  readonly by: string;
}

/** Undefined where connections cannot be listed: conntrack(8) or ip(8) is missing, or may not be asked. */
export function connectionsHit(
  before: readonly Ruleset[],
  after: readonly Ruleset[],
): readonly HitConnection[] | undefined {
  const network = readNetwork();
  const tracked = network && trackedConnections(network);
  if (!network || !tracked) return undefined;
  const refusedBefore = new Set(refusedOf(tracked, before, network));
  return refusedOf(tracked, after, network)
    .filter((each) => !refusedBefore.has(each))
    .map(({ packet }) => ({ ...endsOf(packet), by: judge(after, packet, network).place }));
}

function endsOf({ version, protocol, saddr, daddr, sport, dport }: Packet): Omit<HitConnection, 'by'> {
  return {
    protocol,
    source: printAddress(version, saddr),
    sourcePort: sport ?? null,
    destination: printAddress(version, daddr),
    port: dport ?? null,
  };
}
