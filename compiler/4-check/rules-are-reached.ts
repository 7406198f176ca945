import { ruleNeverReached } from '../diagnostics/catalogue/checking.ts';
import type { Rule, Traffic } from '../model.ts';
import type { Span } from '../source.ts';
import type { Law } from './check.ts';

/** A rule behind an unconditional verdict of the same pairs decides nothing. */
export const rulesAreReached: Law = (model, { report }) => {
  const closed = new Map<string, Span>();
  for (const rule of model.rules) {
    if (rule.blacklist || rule.action.kind === 'helperOnly') continue;
    const keys = rule.pairs.map((pair) => `${rule.section} ${pair.source} ${pair.dest}`);
    const first = keys.map((key) => closed.get(key)).find((span) => span !== undefined);
    if (first && keys.every((key) => closed.has(key)))
      report.add(ruleNeverReached(rule.origin, { span: first, text: 'this rule decides every packet' }));
    else if (decidesAll(rule, model.families.versions.length))
      for (const key of keys) if (!closed.has(key)) closed.set(key, rule.origin.at(-1) ?? rule.origin[0]);
  }
};

function decidesAll(rule: Rule, versions: number): boolean {
  const { kind } = rule.action;
  return (
    (kind === 'accept' || kind === 'drop' || kind === 'reject' || kind === 'queue') &&
    isEverything(rule.traffic, versions)
  );
}

function isEverything(traffic: Traffic, versions: number): boolean {
  return (
    !traffic.source &&
    !traffic.dest &&
    !traffic.originalDest &&
    traffic.protocols.length === 0 &&
    traffic.conditions.length === 0 &&
    traffic.rates.length === 0 &&
    !traffic.connectionLimit &&
    traffic.ofHelper === undefined &&
    traffic.versions.length === versions
  );
}
