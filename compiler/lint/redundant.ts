/**
 * Lines without which every new connection would fare the same, since a later line, or the policy, decides the same: from
 * the last rule of each chain to the first, what the rules from one on do is compared with what those after it do.
 */
import { ChainFunctions, type Labels } from '../analyze/chain-functions.ts';
import { Diagrams, type Node, never, TooLarge } from '../analyze/diagram.ts';
import type { Outcome } from '../analyze/outcome.ts';
import { PacketSpace } from '../analyze/packet-space.ts';
import { ruleRedundant } from '../diagnostics/catalogue/checking.ts';
import type { Report } from '../diagnostics/report.ts';
import { contextOf } from '../ir/context.ts';
import type { NftRule, Ruleset } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';
import { userLine } from '../ir/user-line.ts';
import { placeOf, type Span } from '../source.ts';
import { firstCell } from './first-cell.ts';

/** Nodes that may be used before the question is given up. */
const budget = 8_000_000;

/** Reports each such line once. Lines that are never reached are left to their own warning. */
export function noteRedundantLines(running: Ruleset, report: Report): void {
  try {
    const told = new Set(report.diagnostics.map(({ label }) => placeOf(label.span)));
    for (const { span, deciders } of redundantLines(running)) {
      if (told.has(placeOf(span))) continue;
      const related = deciders.filter((each) => placeOf(each) !== placeOf(span));
      // A CONTINUE at the end of a chain is what the end does anyhow; without its line another one would be there.
      if (related.length === 0) continue;
      report.add(
        ruleRedundant(
          firstCell(span),
          related.map((each) => ({ span: each, text: 'decides the same' })),
        ),
      );
    }
  } catch (error) {
    // What cannot be shown within the budget is not said.
    if (!(error instanceof TooLarge)) throw error;
  }
}

interface Redundant {
  readonly span: Span;
  readonly deciders: readonly Span[];
}

function redundantLines(ruleset: Ruleset): readonly Redundant[] {
  const places = new Map<string, Span>();
  const space = new PacketSpace([ruleset], { diagrams: new Diagrams(budget) });
  const functions = new ChainFunctions(space, ruleset, labelsOf(ruleset, places));
  const lines = new Map<string, { readonly span: Span; needed: boolean; readonly deciders: Map<string, Span> }>();
  for (const { name } of ruleset.chains) {
    for (const { rule, without, within } of functions.rulesOf(name)) {
      const span = userLine(rule);
      if (!span) continue;
      const line = lines.get(placeOf(span)) ?? { span, needed: false, deciders: new Map() };
      lines.set(placeOf(span), line);
      if (line.needed) continue;
      const found = decidersWithout(functions, without, within, places);
      if (found === undefined) line.needed = true;
      for (const decider of found ?? []) line.deciders.set(placeOf(decider), decider);
    }
  }
  return [...lines.values()].flatMap(({ span, needed, deciders }) =>
    needed ? [] : [{ span, deciders: [...deciders.values()] }],
  );
}

/** What decides the packets of a rule in its place, to the same end; undefined where some packet would fare otherwise. */
function decidersWithout(
  functions: ChainFunctions,
  without: Node,
  within: Node,
  places: ReadonlyMap<string, Span>,
): readonly Span[] | undefined {
  const { space, outcomes } = functions;
  const { diagrams } = space;
  const found = new Map<string, Span>();
  const differs = diagrams.combine(
    within,
    without,
    (a, b) => {
      const [one, other] = [outcomes.of(a), outcomes.of(b)];
      if (meaningOf(one) !== meaningOf(other)) return 1;
      const span = 'by' in other.end ? places.get(other.end.by) : undefined;
      if (span) found.set(placeOf(span), span);
      return never;
    },
    never,
  );
  const isNew = space.having({ field: 'state', words: ['new'] });
  return diagrams.and(differs, isNew) === never ? [...found.values()] : undefined;
}

/** What becomes of packets, whoever decides it. */
function meaningOf({ end, effects, changes }: Outcome): string {
  const { by: _by, ...rest } = 'by' in end ? end : { ...end, by: '' };
  return JSON.stringify([rest, effects, changes]);
}

function labelsOf({ family }: Ruleset, places: Map<string, Span>): Labels {
  const nameOf = (rule: NftRule): string | undefined => {
    const span = userLine(rule);
    if (span) places.set(placeOf(span), span);
    return span && placeOf(span);
  };
  return {
    by: ({ chain, rule: index }, rule) => nameOf(rule) ?? `${chain} ${index}`,
    called: (rule) => {
      const name = nameOf(rule);
      return name === undefined ? undefined : () => name;
    },
    count: () => undefined,
    effect: (statement) =>
      statement.kind === 'counter'
        ? undefined
        : printStatement(statement, contextOf({ matches: [], statements: [statement] }, family)),
    translation: (statement) => printStatement(statement, contextOf({ matches: [], statements: [statement] }, family)),
  };
}
