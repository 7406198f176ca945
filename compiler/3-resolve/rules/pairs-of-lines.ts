/** The pairs of zones that lines are about: found once for two ends, since long files name the same zones again and again. */
import { ruleWithoutPairs } from '../../diagnostics/catalogue/rules.ts';
import type { ZoneSelector } from '../../language/values.ts';
import type { Policy } from '../../model/policy.ts';
import type { ZonePair } from '../../model/zone.ts';
import type { Scope } from '../scope.ts';
import { asksForUnknownPort } from '../zones/port-zones.ts';
import { isWild, pairsOf, selectZones } from '../zones/zone-pairs.ts';
import type { End } from './endpoints.ts';

/** The pairs of the lines of one file. */
export class PairsOfLines {
  /** Pairs whose policy is NONE, as `net loc`. */
  readonly #none: ReadonlySet<string>;
  readonly #known = new WeakMap<ZoneSelector, WeakMap<ZoneSelector, readonly ZonePair[]>>();

  constructor(policies: readonly Policy[]) {
    const none = policies.filter(({ verdict }) => verdict.kind === 'none');
    this.#none = new Set(none.map(({ source, dest }) => `${source} ${dest}`));
  }

  /** The pairs of a line; undefined where there are none, after a message unless a column says so. */
  between(from: End, to: End, scope: Scope): readonly ZonePair[] | undefined {
    const [source, dest] = [from.endpoint.zones, to.endpoint.zones];
    const known = this.#known.get(source)?.get(dest);
    if (known) return known;
    const pairs = this.#find(from, to, scope);
    if (!pairs) return undefined;
    const bySource = this.#known.get(source) ?? new WeakMap<ZoneSelector, readonly ZonePair[]>();
    this.#known.set(source, bySource.set(dest, pairs));
    return pairs;
  }

  #find(from: End, to: End, scope: Scope): readonly ZonePair[] | undefined {
    const [source, dest] = [from.endpoint.zones, to.endpoint.zones];
    const sources = selectZones(from.cell, source, scope);
    const dests = selectZones(to.cell, dest, scope);
    if (!sources || !dests) return undefined;
    if (asksForUnknownPort([source, sources], [dest, dests], to.cell.span, scope)) return undefined;
    const wild = isWild(source) || isWild(dest);
    const pairs = pairsOf(source, sources, dest, dests).filter(
      (pair) => !wild || !this.#none.has(`${pair.source} ${pair.dest}`),
    );
    if (pairs.length === 0 && source.kind !== 'none' && dest.kind !== 'none')
      scope.report.add(ruleWithoutPairs(to.cell.span));
    return pairs.length === 0 ? undefined : pairs;
  }
}
