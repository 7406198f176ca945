/** How answers name what decides: the user's own line, `rules:12`, or in words what no line says. */
import type { Labels } from '../analyze/chain-functions.ts';
import type { Translating } from '../analyze/destination.ts';
import type { TranslationMeaning } from '../analyze/path.ts';
import { contextOf } from '../ir/context.ts';
import { kindOfMatch } from '../ir/matches/index.ts';
import type { NftRule, Ruleset, SetElement, Statement } from '../ir/ruleset.ts';
import { printStatement } from '../ir/statements/index.ts';
import { userLine } from '../ir/user-line.ts';
import { lineText, type Origin, placeOf, positionOf, type Span } from '../source.ts';
import { isLogLine, ratesIn, ratesOfLog } from './log-rates.ts';

/** What decides: a line of the user's, or the words of the ruleset where no line does. */
export interface Decider {
  /** `rules:12`; absent where no line of the user's decides. */
  readonly line?: string;
  /** The line as it was written. */
  readonly text: string;
  /** The line of the macro or action that the user's line uses. */
  readonly detail?: string;
}

/** The labels of one firewall, and what they stand for. */
export class Lines {
  readonly translations = new Map<string, TranslationMeaning>();
  readonly #deciders = new Map<string, Decider>();
  readonly #places = new Map<string, Span>();

  /** `effects`: what else than verdicts is told apart. */
  labels({ family }: Ruleset, effects: 'none' | 'all' = 'none'): Labels {
    const text = (statement: Statement) =>
      printStatement(statement, contextOf({ matches: [], statements: [statement] }, family));
    return {
      by: (_place, rule, element) => this.#name(element ?? rule, rule),
      called: (rule) => (userLine(rule) ? () => this.#name(rule, rule) : undefined),
      use: ({ chain }, rule) => `${chain} ${useOf(rule)}`,
      count: () => undefined,
      effect: (statement, _place, rule) => {
        if (effects === 'none') return undefined;
        if (statement.kind === 'counter') return rateOf(rule);
        return withoutPlace([text(statement), ...(isLogLine(statement) ? ratesOfLog(rule) : [])].join(' '));
      },
      translation: (_statement, { chain, rule: index }) => `${chain} ${index}`,
    };
  }

  /** Says by which rule a statement at a place translates: labels are asked for it before its rule is named. */
  know(ruleset: Ruleset): this {
    const { chains } = ruleset;
    for (const { name, rules } of chains) {
      for (const [index, rule] of rules.entries()) {
        const statement = rule.statements.at(-1);
        if (!statement || !isTranslating(statement)) continue;
        const to = translationText(statement, ruleset);
        this.translations.set(`${name} ${index}`, { statement, by: this.#name(rule, rule), to });
      }
    }
    return this;
  }

  /** The label of a rule. */
  labelOf(rule: NftRule): string {
    return this.#name(rule, rule);
  }

  /** The label of rules that come from a place. */
  nameOf(origin: Origin): string {
    return placeOf(origin.at(-1) ?? origin[0]);
  }

  /** The line that a label names; none where no line of the user's decides. */
  placeOf(label: string): Span | undefined {
    return this.#places.get(label);
  }

  /** What a label stands for. */
  of(label: string): Decider {
    return this.#deciders.get(label) ?? { text: label };
  }

  #name(from: NftRule | SetElement, rule: NftRule): string {
    const span = userLine(from) ?? userLine(rule);
    const label = span ? placeOf(span) : (from.comment ?? rule.comment ?? '');
    if (span) this.#places.set(label, span);
    if (!this.#deciders.has(label)) this.#deciders.set(label, span ? deciderOf(span, from) : { text: label });
    return label;
  }
}

/** A translation in words that do not depend on the table: an address that a map holds is that address. */
function translationText(statement: Translating, { sets }: Ruleset): string {
  switch (statement.kind) {
    case 'masquerade':
    case 'redirect':
      return printStatement(statement, { family: 'inet' });
    case 'netmap':
      return printStatement(statement, { family: 'inet', version: statement.from.version });
    case 'dnat':
    case 'snat': {
      const { addressIn, ...plain } = statement.to;
      const { version } = plain;
      const [element] = sets.find(({ name }) => name === addressIn)?.elements ?? [];
      const [held] = element?.to ?? [];
      const to = held && 'first' in held ? { ...plain, addresses: { version, ...held } } : statement.to;
      return printStatement({ kind: statement.kind, to }, { family: 'inet', version });
    }
  }
}

/** How often a rule that counts holds. */
function rateOf(rule: NftRule): string | undefined {
  const rates = ratesIn(rule);
  return rates.length > 0 ? rates.join(' ') : undefined;
}

/** Log lines may name their line of the configuration: the number is no difference. */
function withoutPlace(text: string): string {
  return text.replace(/\b[\w.]+:\d+\b/g, '');
}

/** The same rule of two rulesets has the same name here, whatever stands before it: what it asks of the packet alone. */
function useOf({ matches }: NftRule): string {
  const told = matches.filter((match) => !kindOfMatch(match).stateful);
  return JSON.stringify(told, (_name, value) => (typeof value === 'bigint' ? String(value) : value));
}

function deciderOf(span: Span, { origin }: NftRule | SetElement): Decider {
  const line = placeOf(span);
  const first = origin?.[0];
  const detail = first && placeOf(first) !== line ? placeOf(first) : undefined;
  const text = lineText(span.source, positionOf(span.source, span.start).line).trim();
  return { line, text, ...(detail !== undefined && { detail }) };
}

/** Whether a statement translates addresses or ports. */
function isTranslating(statement: Statement): statement is Translating {
  return ['dnat', 'snat', 'netmap', 'redirect', 'masquerade'].includes(statement.kind);
}
