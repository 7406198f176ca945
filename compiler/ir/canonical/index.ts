/**
 * One spelling for all rulesets that mean the same to nft, so that what was meant and what a listing shows can be
 * compared: lists sorted and joined, conditions that others imply left out, comments as they will be read.
 */
import type { Origin } from '../../source.ts';
import { printElement } from '../elements.ts';
import type { Chain, NftRule, NftSet, Ruleset, SetElement } from '../ruleset.ts';
import { canonicalMatches } from './matches.ts';
import { canonicalStatement } from './statements.ts';

/** The canonical form; `comments` gives the comment of a rule that has only an origin. */
export function canonical(ruleset: Ruleset, comments: (origin: Origin) => string = () => ''): Ruleset {
  return {
    family: ruleset.family,
    table: ruleset.table,
    sets: ruleset.sets.map((set) => canonicalSet(set, comments)).sort(byName),
    helpers: [...ruleset.helpers].sort(byName),
    chains: ruleset.chains.map((chain) => canonicalChain(chain, ruleset, comments)).sort(byName),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The size that the kernel gives a set which rules fill and which has none (kernel: nft_dynset.c). */
const usualSize = 65535;

/** Without the flag `dynamic`, which the JSON of nft 1.0.6 does not tell, the usual size, and what no listing tells. */
function canonicalSet(set: NftSet, comments: (origin: Origin) => string): NftSet {
  const { comment, elements, size, verdicts: _, ...rest } = set;
  return {
    ...rest,
    ...(size !== undefined && size !== usualSize && { size }),
    dynamic: false,
    elements: elements
      .map((element) => canonicalElement(element, comments))
      .sort((a, b) => (printElement(a, set) < printElement(b, set) ? -1 : 1)),
    ...(comment ? { comment } : {}),
  };
}

/** With the comment that a listing shows in place of the lines, and nothing of ranges but where they begin and end. */
function canonicalElement(
  { origin, comment, remark: _, key, ...element }: SetElement,
  comments: (origin: Origin) => string,
): SetElement {
  const text = comment ?? (origin && comments(origin));
  const values = key.map((part) => ('name' in part ? part : { first: part.first, last: part.last }));
  return { key: values, ...element, ...(text ? { comment: text } : {}) };
}

/** Without the comment of the chain, which the JSON of nft 1.0.6 does not tell. */
function canonicalChain({ name, base, rules }: Chain, ruleset: Ruleset, comments: (origin: Origin) => string): Chain {
  return { name, ...(base && { base }), rules: rules.map((rule) => canonicalRule(rule, ruleset, comments)) };
}

function canonicalRule(rule: NftRule, { family }: Ruleset, comments: (origin: Origin) => string): NftRule {
  const comment = rule.comment ?? (rule.origin && comments(rule.origin));
  return {
    matches: canonicalMatches(rule, family),
    statements: rule.statements.map((statement) => canonicalStatement(statement, family)),
    ...(comment ? { comment } : {}),
  };
}
