/** `--revoke`: ends exactly the tracked connections that the new rules no longer admit. */

import type { Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { readNetwork } from '../environment/network-facts.ts';
import { say } from '../output/output.ts';
import { judge } from './judge.ts';
import { conntrack, type Tracked, trackedConnections } from './tracked-connections.ts';

export async function revokeConnections(tables: readonly Ruleset[]): Promise<void> {
  const network = readNetwork();
  const all = network && trackedConnections(network);
  if (all === undefined || network === undefined) {
    say('connections could not be revoked: conntrack (package conntrack) and ip (package iproute2) are needed');
    return;
  }
  const refused = refusedOf(all, tables, network);
  const ended = refused.filter(({ words }) => conntrack(['-D', ...words]) !== undefined);
  say(`${ended.length} of ${all.length} connections were revoked`);
}

/**
 * The connections that the tables surely refuse. One that a helper expected is admitted with its master, which is one
 * between the same hosts.
 */
export function refusedOf(all: readonly Tracked[], tables: readonly Ruleset[], network: Network): readonly Tracked[] {
  const judged = all.map((each) => ({ each, as: judge(tables, each.packet, network) }));
  const masters = judged.filter(({ each, as }) => as.admitted && each.helper !== undefined);
  return judged
    .filter(({ each, as }) => {
      // Only what is surely refused is ended.
      if (as.admitted || as.unsure) return false;
      const master = masters.find(
        ({ each: other }) => other.mark === each.mark && sameHosts(other.packet, each.packet),
      );
      if (master?.each.helper === undefined) return true;
      const connection = { state: 'related', mark: master.as.mark, masterHelper: master.each.helper } as const;
      return !judge(tables, { ...each.packet, connection }, network).admitted;
    })
    .map(({ each }) => each);
}

function sameHosts(a: Packet, b: Packet): boolean {
  const same = a.saddr === b.saddr || a.saddr === b.daddr;
  return same && (a.daddr === b.daddr || a.daddr === b.saddr);
}
