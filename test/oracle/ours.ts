/** A folder through our compiler, and what is asked of the rules that it became. */

import type { Place } from '../../compiler/analyze/outcome.ts';
import { compile } from '../../compiler/compile.ts';
import type { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Step } from '../../compiler/ir/packet.ts';
import type { NftRule } from '../../compiler/ir/ruleset.ts';
import type { Model } from '../../compiler/model/index.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import { isShadowed } from './proof.ts';

export interface Compiled {
  readonly kind: 'compiled';
  readonly model: Model;
  readonly ruleset: string;
  readonly running: Parameters<typeof evaluate>[0];
  /** The same of the stopped state. */
  readonly stopped: Pick<Compiled, 'ruleset' | 'running'>;
}

/** A folder through our compiler. */
export function compileFolder(path: string): Compiled | { readonly kind: 'refused'; readonly reason: string } {
  const found = findFolder(path);
  if (found.kind === 'refused') return { kind: 'refused', reason: found.reason };
  const compiled = compile(openEnvironment(found.folder, 'looking'), { version: '0', lint: false });
  const { report, model, lowered, loweredStopped, artifact } = compiled;
  if (!model || !lowered || !loweredStopped || !artifact) {
    const first = report.diagnostics.find((each) => each.severity === 'error');
    return { kind: 'refused', reason: `${first?.code}: ${first?.message}` };
  }
  return {
    kind: 'compiled',
    model,
    ruleset: artifact.ruleset,
    // Each line has rules of its own here; what is loaded has them folded, so the kernel judges the folding, too.
    running: lowered,
    stopped: { ruleset: artifact.stopped, running: loweredStopped },
  };
}

/** A rule that comes from a line of a file. */
export type LineRule = Place & { readonly line: string };

/** The files for whose lines packets are made. */
const judgedFiles: ReadonlySet<string> = new Set(['rules', 'snat', 'nat', 'netmap', 'stoppedrules']);

/** The rules that come from lines of these files. */
export function linesOf({ running }: Pick<Compiled, 'running'>): readonly LineRule[] {
  return running.chains.flatMap((chain) =>
    chain.rules.flatMap((rule, index) => {
      const line = lineOf(rule);
      if (!line || !judgedFiles.has(line.replace(/:.*/, ''))) return [];
      return [{ chain: chain.name, rule: index, line }];
    }),
  );
}

/** `rules:12`, for rules that come from a line. */
export function lineOf(rule: NftRule | undefined): string | undefined {
  const span = rule?.origin?.at(-1);
  return span && `${span.source.path}:${span.source.text.slice(0, span.start).split('\n').length}`;
}

/** The rules whose matches all held, in order. */
export function rulesMet({ trace }: Judgement, { running }: Pick<Compiled, 'running'>): readonly NftRule[] {
  return trace.flatMap((step) => ruleAt(step, running) ?? []);
}

function ruleAt({ chain, rule }: Step, running: Compiled['running']): NftRule | undefined {
  return running.chains.find(({ name }) => name === chain)?.rules[rule];
}

/** The last rules that a packet met, for a person. */
export function whyOf({ trace }: Judgement, { running }: Compiled): string {
  const places = trace.map((step) => {
    const line = lineOf(ruleAt(step, running));
    return line ? `${step.chain}:${line}` : step.chain;
  });
  return `(${places.slice(-4).join(' ')})`;
}

export function nameOf({ chain, rule }: Place): string {
  return `${chain} ${rule}`;
}

/** The lines of `rules` that no packet decided; those that none can decide are no part of them. */
export function coverage(
  ours: Compiled,
  met: ReadonlySet<string>,
): { readonly lines: number; readonly undecided: readonly string[]; readonly shadowed: readonly string[] } {
  const rules = linesOf(ours).filter(({ line }) => line.startsWith('rules:'));
  const all = new Set(rules.map(({ line }) => line));
  const decided = new Set(rules.filter((rule) => met.has(nameOf(rule))).map(({ line }) => line));
  const open = new Set(rules.filter((rule) => !isShadowed(ours.running, rule)).map(({ line }) => line));
  const rest = [...all].filter((line) => !decided.has(line));
  return {
    lines: all.size,
    undecided: rest.filter((line) => open.has(line)),
    shadowed: rest.filter((line) => !open.has(line)),
  };
}
