/** What a function may answer, by some of its variables alone: whatever the others are. */
import type { Diagrams, Node } from './diagram.ts';
import { Leaves } from './outcome.ts';

/** The answers of a function by the variables that are kept. */
export interface AnswersBy {
  /** For each answer to the kept variables a leaf of `sets`. */
  readonly node: Node;
  /** Lists of answers, in their order; without 0, the answer for what is not asked. */
  readonly sets: Leaves<readonly number[]>;
}

/**
 * Found from below, with the lists of two branches joined where a variable is not kept: each part of the function is
 * looked at once, however many questions follow.
 */
export function answersBy(diagrams: Diagrams, node: Node, isKept: (level: number) => boolean): AnswersBy {
  const sets = new Leaves<readonly number[]>(diagrams);
  const joined = new Map<number, Node>();
  const join = (one: Node, other: Node): Node => {
    if (one === other) return one;
    const [left, right] = [diagrams.valueOf(one), diagrams.valueOf(other)];
    if (left !== undefined && right !== undefined) return sets.leaf(union(sets.of(left), sets.of(right)));
    const key = Math.min(one, other) * 2 ** 26 + Math.max(one, other);
    const before = joined.get(key);
    if (before !== undefined) return before;
    const level = Math.min(diagrams.levelOf(one), diagrams.levelOf(other));
    const part = (each: Node, answer: boolean) =>
      diagrams.levelOf(each) === level ? diagrams.branch(each, answer) : each;
    const result = diagrams.choose(
      level,
      join(part(one, false), part(other, false)),
      join(part(one, true), part(other, true)),
    );
    joined.set(key, result);
    return result;
  };
  const known = new Map<Node, Node>();
  const visit = (each: Node): Node => {
    const before = known.get(each);
    if (before !== undefined) return before;
    const value = diagrams.valueOf(each);
    const result = value === undefined ? within(each) : sets.leaf(value === 0 ? [] : [value]);
    known.set(each, result);
    return result;
  };
  const within = (each: Node): Node => {
    const [no, yes] = [visit(diagrams.branch(each, false)), visit(diagrams.branch(each, true))];
    const level = diagrams.levelOf(each);
    return isKept(level) ? diagrams.choose(level, no, yes) : join(no, yes);
  };
  return { node: visit(node), sets };
}

function union(one: readonly number[], other: readonly number[]): readonly number[] {
  if (other.length === 0) return one;
  if (one.length === 0) return other;
  return [...new Set([...one, ...other])].sort((a, b) => a - b);
}
