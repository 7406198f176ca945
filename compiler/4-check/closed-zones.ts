import { closedZone } from '../diagnostics/catalogue/checking.ts';
import type { RuleAction } from '../model/rule.ts';
import type { ZonePair } from '../model/zone.ts';
import type { Law } from './law.ts';

/** Actions that let no connection through, and decide nothing for those that come after. */
const closing: readonly RuleAction['kind'][] = ['drop', 'reject', 'count', 'log', 'helperOnly', 'mark'];

/** Of further zones so many are shown. */
const mostShown = 4;

/** Somebody can enter a zone, or leave it: no zone is there for nothing. */
export const zonesAreOpen: Law = (model, { report }) => {
  // A line that was left out may open it.
  if (report.failed) return;
  const open = new Set<string>();
  const add = ({ source, dest }: ZonePair) => {
    if (source !== dest) open.add(source).add(dest);
  };
  for (const policy of model.policies) {
    const { kind } = policy.verdict;
    if (kind === 'accept' || kind === 'queue' || kind === 'continue') add(policy);
  }
  for (const { action, pairs } of model.rules) if (!closing.includes(action.kind)) pairs.forEach(add);
  // Where nothing is open at all, that is what was meant.
  if (open.size === 0) return;
  // Hosts of a dynamic zone come later, and a zone of no hosts has a message of its own.
  const closed = model.zones.filter(
    ({ name, kind, hosts }) => kind === 'network' && hosts.length > 0 && !open.has(name),
  );
  const [first, ...more] = closed;
  if (first)
    report.add(
      closedZone(
        first.origin,
        closed.map(({ name }) => name),
        more.slice(0, mostShown).map(({ origin }) => ({ span: origin[0], text: 'and this one' })),
      ),
    );
};
