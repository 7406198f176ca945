/** A listing of the rules of a machine, read: the ruleset that it is, and what of it nobody here can read. */
import { setsByName, targetsOf } from '../ir/flow.ts';
import type { Chain, Match, NftRule, Ruleset, Statement } from '../ir/ruleset.ts';
import type { Version } from '../net/version.ts';
import { positionOf } from '../source.ts';

/** Something of a listing that is not understood. Nothing is assumed of it: neither that it matches nor that it does not. */
export interface UnknownPart {
  /** From 1. */
  readonly line: number;
  /** `condition`: part of a rule's conditions; `target`: what a rule does; `line`: the line as a whole, which is left out. */
  readonly kind: 'condition' | 'target' | 'line';
  /** The words as they are written. */
  readonly text: string;
  /** What the analysis calls the condition on which it depends; of a line there is none. */
  readonly condition?: string;
}

/** The rules of a listing. */
export interface Dump {
  /** The tool that writes such listings. */
  readonly format: 'iptables-save' | 'nft';
  /** The IP versions of which the listing tells. */
  readonly versions: readonly Version[];
  /** All tables as one: names of chains carry that of their table. */
  readonly ruleset: Ruleset;
  readonly unknown: readonly UnknownPart[];
  /** How many rules it holds. */
  readonly rules: number;
}

/** A listing, or why the text is none. */
export type ReadDump =
  | { readonly kind: 'dump'; readonly dump: Dump }
  | { readonly kind: 'none'; readonly reason: string };

/** A condition that is not understood, as the analysis knows it: uses of the same words hold together. */
export function unknownCondition(text: string): Match {
  return { kind: 'raw', text };
}

/** What is not understood and may decide. */
export function unknownTarget(text: string): Statement {
  return { kind: 'raw', text, decides: true };
}

/** Chains that rules call and the listing does not have, as what nobody understands. */
export function missingChains(ruleset: Ruleset): {
  readonly chains: readonly Chain[];
  readonly unknown: readonly UnknownPart[];
} {
  const sets = setsByName(ruleset);
  const known = new Set(ruleset.chains.map(({ name }) => name));
  const callers = new Map<string, NftRule>();
  for (const { rules } of ruleset.chains)
    for (const rule of rules)
      for (const name of targetsOf(rule, sets)) if (!known.has(name) && !callers.has(name)) callers.set(name, rule);
  const condition = (name: string) => `what chain ${name} does`;
  return {
    chains: [...callers.keys()].map((name) => ({
      name,
      rules: [{ matches: [], statements: [unknownTarget(condition(name))] }],
    })),
    unknown: [...callers].map(([name, { origin }]) => {
      const [span] = origin ?? [];
      const line = span ? positionOf(span.source, span.start).line : 1;
      return { line, kind: 'target', text: `chain ${name} is not in the listing`, condition: condition(name) };
    }),
  };
}

/** A chain that leads to itself, which the kernel refuses; undefined where there is none. */
export function circleIn(ruleset: Ruleset): string | undefined {
  const sets = setsByName(ruleset);
  const calls = new Map(
    ruleset.chains.map(({ name, rules }) => [name, rules.flatMap((rule) => targetsOf(rule, sets))]),
  );
  const done = new Set<string>();
  const visit = (name: string, above: ReadonlySet<string>): string | undefined => {
    if (above.has(name)) return name;
    if (done.has(name)) return undefined;
    for (const called of calls.get(name) ?? []) {
      const found = visit(called, new Set([...above, name]));
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of ruleset.chains) {
    const found = visit(name, new Set());
    if (found !== undefined) return found;
  }
  return undefined;
}
