/** A layer of rules as a map of verdicts, and the rule that looks into it. */

import type { Box } from '../../ir/fields.ts';
import { longest } from '../../ir/names.ts';
import type { Chain, ElementPart, NftRule, NftSet, SetElement, Statement, Verdict } from '../../ir/ruleset.ts';
import { neededBy, requiredFor } from '../../ir/statements/index.ts';
import { bigints, elementsOf, type FoldRule, fieldsOf, isSingle, nameOf } from './fold-rule.ts';
import { hashOf } from './hash.ts';

/** What the pass adds to a ruleset: maps, and chains for what elements do besides a verdict. */
export class Additions {
  readonly sets: NftSet[] = [];
  readonly chains: Chain[] = [];
  readonly #chains = new Map<string, string>();
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Adds a map under a name that says its purpose and its content; one of the same content is there already. */
  map(purpose: string, map: Omit<NftSet, 'name'>): string {
    const content = JSON.stringify(map, bigints);
    const name = `${purpose.slice(0, longest.name - 9)}-${hashOf(content)}`;
    if (!this.sets.some((set) => set.name === name)) this.sets.push({ ...map, name });
    return name;
  }

  /** A chain of the same rules, made once. */
  chain(wanted: string, chain: Omit<Chain, 'name'>): string {
    const key = JSON.stringify(chain.rules, bigints);
    const known = this.#chains.get(key);
    if (known !== undefined) return known;
    const short = wanted.slice(0, longest.name - 6);
    let name = short;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${short}.${number}`;
    this.#taken.add(name);
    this.#chains.set(key, name);
    this.chains.push({ name, ...chain });
    return name;
  }
}

/** Whether what the rule does can be said by an element: it counts first if at all, and all that it needs its keys say. */
export function fitsElement(rule: FoldRule): boolean {
  const { statements } = rule.rule;
  const counters = statements.filter(({ kind }) => kind === 'counter').length;
  if (counters > 1 || elementsOf(rule) > mostElements) return false;
  const at = statements.findIndex(({ kind }) => kind === 'counter');
  const before = at < 0 ? [] : statements.slice(0, at);
  if (!before.every((statement) => neededBy(statement).length === 0 && !decides(statement))) return false;
  if (statements.some(({ kind }) => kind === 'dispatch' || kind === 'lookup' || kind === 'raw')) return false;
  return isSaidByKeys(statements.flatMap(requiredFor), rule);
}

/** More elements from one line are left as the rule that they are. */
const mostElements = 256;

function decides({ kind }: Statement): boolean {
  return kind === 'verdict' || kind === 'reject' || kind === 'dispatch' || kind === 'queue';
}

/** Whether the fields that nft asks before the rule are among its own. */
function isSaidByKeys(required: Box, { keys, version }: FoldRule): boolean {
  return required.every((values) => {
    if (values.field === 'version') return version === values.version;
    if (values.field !== 'protocol') return false;
    const asked = keys.get('protocol')?.values ?? [];
    return (
      asked.length > 0 &&
      asked.every((part) => 'first' in part && values.ranges.some(({ first }) => BigInt(first) === part.first))
    );
  });
}

/** The rule that looks the rules of a layer up, all of one shape and without packets in common. */
export function lookupOf(chain: string, rules: readonly FoldRule[], additions: Additions): NftRule {
  const [first] = rules as readonly [FoldRule, ...FoldRule[]];
  const fields = fieldsOf(first);
  const elements = rules.flatMap((rule) => elementsOfRule(rule, verdictOf(chain, rule, additions)));
  const map = additions.map(chain, {
    type: fields.map(({ type }) => type),
    to: 'verdict',
    ...(first.rule.statements.some(({ kind }) => kind === 'counter') && { counted: true as const }),
    interval: elements.some(({ key }) => !key.every(isSingle)),
    dynamic: false,
    elements,
  });
  return { matches: first.rest, statements: [{ kind: 'lookup', map, key: fields.map(({ key }) => key) }] };
}

function elementsOfRule(rule: FoldRule, verdict: Verdict): readonly SetElement[] {
  const { origin, comment, remark } = rule.rule;
  let keys: readonly (readonly ElementPart[])[] = [[]];
  for (const field of fieldsOf(rule)) {
    const values = rule.keys.get(nameOf(field))?.values ?? [];
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  return keys.map((key) => ({
    key,
    verdict,
    ...(origin && { origin }),
    ...(comment !== undefined && { comment }),
    ...(remark !== undefined && { remark }),
  }));
}

/** The verdict of an element: that of the rule, or a chain that does what the rule does. */
function verdictOf(chain: string, rule: FoldRule, additions: Additions): Verdict {
  const statements = rule.rule.statements.filter(({ kind }) => kind !== 'counter');
  const [only, ...more] = statements;
  if (!only) return { kind: 'continue' };
  if (only.kind === 'verdict' && more.length === 0) return only.verdict;
  const last = statements.at(-1);
  const ends = last !== undefined && isFinal(last) && statements.every((each) => neededBy(each).length === 0);
  const called = additions.chain(`${chain}.do`, {
    comment: `what lines of ${chain} do`,
    rules: [{ matches: contextOf(rule), statements }],
  });
  return { kind: ends ? 'goto' : 'jump', chain: called };
}

function isFinal(statement: Statement): boolean {
  if (statement.kind === 'verdict') return statement.verdict.kind === 'accept' || statement.verdict.kind === 'drop';
  return ['reject', 'queue', 'dnat', 'snat', 'masquerade', 'redirect'].includes(statement.kind);
}

/** The version and protocol that nft wants to read in a rule that refuses, translates or logs by them. */
function contextOf({ version, keys, rule }: FoldRule): NftRule['matches'] {
  const protocols = (keys.get('protocol')?.values ?? []).flatMap((part) =>
    'first' in part ? [Number(part.first)] : [],
  );
  const asks = rule.statements.some((each) => requiredFor(each).length > 0 || 'ports' in each || 'to' in each);
  if (!asks) return [];
  return [
    ...(version === undefined ? [] : [{ kind: 'version', version } as const]),
    ...(protocols.length === 0 ? [] : [{ kind: 'protocol', negated: false, protocols } as const]),
  ];
}
