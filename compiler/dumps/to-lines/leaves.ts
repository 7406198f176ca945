/** The chains that a packet of a situation passes, as one list: what decides first, with the chains that rules call. */
import type { Chain, Match, NftRule, RejectWith, Statement } from '../../ir/ruleset.ts';
import { positionOf } from '../../source.ts';
import { type Conditions, meet, meetNot, sameMatch, withProtocols } from './conditions.ts';
import { decide, type Rules, type Situation } from './situation.ts';

/** What a leaf does to packets for which all of its conditions hold. */
export type Deed =
  | { readonly kind: 'accept' | 'drop' | 'log' }
  | { readonly kind: 'reject'; readonly with: RejectWith }
  /** Sources (or destinations) are remembered under a name (`-m recent --set`). */
  | { readonly kind: 'record'; readonly event: string; readonly side: 'src' | 'dst' }
  | { readonly kind: 'nat'; readonly statement: Statement }
  /** What lines have no words for; `decides`: nothing after it is sure to be reached. */
  | { readonly kind: 'unsaid'; readonly text: string; readonly decides: boolean };

/** One way through the chains. */
export interface Leaf {
  readonly matches: readonly Match[];
  readonly deed: Deed;
  /** Of the rule in its listing; absent for a policy. */
  readonly place?: Place;
}

/** Where a rule stands in its listing, and its words. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** More ways than these are no lines for people to read. */
const mostLeaves = 20_000;

/** A base chain, with what is known of the packets in its hook. */
export interface Met {
  readonly chain: Chain;
  readonly situation: Situation;
}

/** All that base chains do, one after the other, in order; the last leaf has no conditions. */
export function leavesOf(chains: readonly Met[], rules: Rules): readonly Leaf[] {
  const walk = new Walk(rules);
  for (const [index, met] of chains.entries()) walk.base(met, index === chains.length - 1);
  const leaves = [...walk.leaves, { matches: [], deed: { kind: 'accept' } } as const];
  const end = leaves.findIndex(({ matches, deed }) => matches.length === 0 && isFinal(deed));
  return leaves.slice(0, end + 1);
}

/** Whether nothing follows where the conditions hold. */
function isFinal(deed: Deed): boolean {
  return deed.kind !== 'log' && deed.kind !== 'record' && (deed.kind !== 'unsaid' || deed.decides);
}

/** Where a rule is followed. */
interface Followed {
  readonly rule: NftRule;
  readonly above: ReadonlySet<string>;
}

/**
 * Leaves are asked in order, so what one has decided needs no condition in the next; what a rule hands back, over rules
 * that stand behind it, does.
 */
class Walk {
  readonly leaves: Leaf[] = [];
  readonly #rules: Rules;
  #situation: Situation = { version: 4, state: 'new' };
  #isLast = true;
  /** What follows is refused as a whole. */
  #isFull = false;
  /** In a base chain before the last one: the packets that it has not accepted, which lets them on to the next. */
  #notAccepted: readonly Conditions[] = [[]];

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  base({ chain: { name, base, rules }, situation }: Met, isLast: boolean): void {
    this.#situation = situation;
    this.#isLast = isLast;
    this.#notAccepted = [[]];
    this.#chain(rules, [[]], new Set([name]));
    if (base?.policy === 'drop') this.#leaf([[]], { kind: 'drop' });
    else if (isLast) this.#leaf([[]], { kind: 'accept' });
  }

  /** `here`: one of the lists holds for the packets that come. */
  #chain(rules: readonly NftRule[], here: readonly Conditions[], above: ReadonlySet<string>): void {
    let still = here;
    for (const rule of rules) {
      if (still.length === 0 || this.#isFull) return;
      if (this.leaves.length > mostLeaves) {
        this.#isFull = true;
        const text = 'more ways lead through the chains than lines could say';
        this.#leaf([[]], { kind: 'unsaid', text, decides: true }, rule);
        return;
      }
      const asked = this.#asked(rule);
      if (asked === undefined) continue;
      const isLeft = this.#statements(meet(still, asked), { rule, above });
      if (isLeft || (asked.length === 0 && rule.statements.some(isEnd))) still = meetNot(still, asked);
    }
  }

  /** What is left of the conditions of a rule; undefined where they never hold. */
  #asked(rule: NftRule): Conditions | undefined {
    const asked: Match[] = [];
    for (const match of withProtocols(rule.matches)) {
      const found = decide(match, this.#situation, this.#rules);
      if (found === false) return undefined;
      if (found !== true && !asked.some((other) => sameMatch(other, found))) asked.push(found);
    }
    return asked;
  }

  /** Whether packets do not go on to the next rule of the chain, though none of its leaves has decided them. */
  #statements(some: readonly Conditions[], { rule, above }: Followed): boolean {
    const noted = notedBy(rule);
    if (noted) this.#leaf(some, noted, rule);
    for (const written of rule.statements) {
      const statement = written.kind === 'dispatch' ? this.#dispatched(written) : written;
      if (statement === undefined) continue;
      if (statement.kind !== 'verdict') {
        const deed = deedOf(statement);
        if (deed) this.#leaf(some, deed, rule);
        continue;
      }
      const { verdict } = statement;
      switch (verdict.kind) {
        case 'continue':
          continue;
        case 'return':
          return true;
        case 'jump':
        case 'goto':
          this.#call(verdict.chain, some, above);
          return verdict.kind === 'goto';
        case 'accept':
          this.#accept(some, rule);
          return false;
        case 'drop':
          this.#leaf(some, { kind: 'drop' }, rule);
          return false;
      }
    }
    return false;
  }

  #accept(some: readonly Conditions[], rule: NftRule): void {
    if (this.#isLast) this.#leaf(some, { kind: 'accept' }, rule);
    else for (const conditions of some) this.#notAccepted = meetNot(this.#notAccepted, conditions);
  }

  #call(name: string, some: readonly Conditions[], above: ReadonlySet<string>): void {
    const called = this.#rules.chains.get(name);
    if (called && !above.has(name)) this.#chain(called.rules, some, new Set([...above, name]));
  }

  #dispatched({ fields, entries }: Statement & { readonly kind: 'dispatch' }): Statement | undefined {
    const entry = entries.find(({ keys }) =>
      keys.every((key, index) => {
        const field = fields[index] ?? 'state';
        const match: Match =
          typeof key === 'string'
            ? { kind: 'state', negated: false, states: [key] }
            : { kind: 'interface', field: field === 'state' ? 'iifname' : field, negated: false, interfaces: [key] };
        return decide(match, this.#situation, this.#rules) === true;
      }),
    );
    return entry && { kind: 'verdict', verdict: entry.verdict };
  }

  #leaf(some: readonly Conditions[], deed: Deed, rule?: NftRule): void {
    const place = rule && placeOf(rule);
    for (const conditions of some)
      for (const matches of meet(this.#notAccepted, conditions))
        this.leaves.push({ matches, deed, ...(place && { place }) });
  }
}

function isEnd(statement: Statement): boolean {
  const kind = statement.kind === 'verdict' ? statement.verdict.kind : statement.kind;
  return kind === 'accept' || kind === 'drop' || kind === 'reject';
}

/** Where a rule stands in its listing; absent for one that no listing has. */
export function placeOf({ origin }: Pick<NftRule, 'origin'>): Place | undefined {
  const [span] = origin ?? [];
  if (!span) return undefined;
  const text = span.source.text.slice(span.start, span.end).trim();
  return { path: span.source.path, line: positionOf(span.source, span.start).line, text };
}

/** What decides nothing is not kept in the rules of a listing: its words tell. */
function notedBy(rule: NftRule): Deed | undefined {
  const text = placeOf(rule)?.text ?? '';
  if (/\s-m recent (?:\S+ )*?--set\b/.test(text)) {
    const event = /--name (\S+)/.exec(text)?.[1] ?? 'DEFAULT';
    return { kind: 'record', event, side: text.includes('--rdest') ? 'dst' : 'src' };
  }
  return /\s-j (LOG|NFLOG|ULOG)\b|(?:^|\s)log(?: (?:prefix|level|group|flags)\b|$)/.test(text)
    ? { kind: 'log' }
    : undefined;
}

function deedOf(statement: Statement): Deed | undefined {
  switch (statement.kind) {
    case 'counter':
    case 'log':
    case 'attachHelper':
    case 'clampMss':
      return undefined;
    case 'reject':
      return { kind: 'reject', with: statement.with };
    case 'dnat':
    case 'snat':
    case 'netmap':
    case 'masquerade':
    case 'redirect':
      return { kind: 'nat', statement };
    case 'raw':
      return { kind: 'unsaid', text: statement.text, decides: statement.decides };
    case 'queue':
    case 'tproxy':
    case 'lookup':
      return { kind: 'unsaid', text: statement.kind, decides: true };
    default:
      return { kind: 'unsaid', text: statement.kind, decides: false };
  }
}
