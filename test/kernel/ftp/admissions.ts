/** What let new connections pass. */
import { type CountedRule, deciders, grown, readCounters } from '../counters.ts';
import type { Lab } from '../lab.ts';

/** The comment of the rule that admits the transfers of admitted FTP connections, and nothing else. */
export const transferRule = 'announced by an admitted ftp connection';

/**
 * Packets by the file of the line, or by the comment of the rule. Lines that share the chain that attaches a helper and
 * accepts go there; no line goes anywhere else.
 */
export function admissions(counted: readonly CountedRule[]): Record<string, number> {
  const accepts = deciders(counted).filter(({ verdict }) => verdict === 'accept' || verdict === 'goto');
  const sums: Record<string, number> = {};
  for (const { comment, packets } of accepts) {
    const file = comment.replace(/:\d+.*/, '');
    sums[file] = (sums[file] ?? 0) + packets;
  }
  return sums;
}

/** The rules that counted while something was done. */
export async function countedWhile(lab: Lab, work: () => Promise<unknown>): Promise<readonly CountedRule[]> {
  const before = await readCounters(lab.firewall);
  await work();
  return grown(before, await readCounters(lab.firewall));
}

/** Whether a rule has refused something since it was asked for. */
export async function refusedSince(lab: Lab): Promise<() => Promise<boolean>> {
  const before = await readCounters(lab.firewall);
  return async () => refusals(grown(before, await readCounters(lab.firewall))).length > 0;
}

/** Comments of the rules that refused, each once. */
export function refusals(counted: readonly CountedRule[]): readonly string[] {
  const drops = counted.filter(({ verdict }) => verdict === 'drop' || verdict === 'reject');
  return [...new Set(drops.map(({ comment }) => comment))];
}
