/** A function in parts: what remains of it when its first variables are answered, and for which answers each of it remains. */
import { always, type Diagrams, type Node, never } from './diagram.ts';

/**
 * The parts of one function. A part is found from below, through the nodes that lead to it alone: of thousands of parts
 * most have few of them.
 */
export class Parts {
  /** The functions that remain when all variables before the level are answered. */
  readonly rests: ReadonlySet<Node>;
  readonly #diagrams: Diagrams;
  readonly #parents = new Map<Node, Node[]>();

  constructor(diagrams: Diagrams, node: Node, level: number) {
    this.#diagrams = diagrams;
    const rests = new Set<Node>();
    this.#parents.set(node, []);
    const waiting = [node];
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      if (diagrams.levelOf(each) >= level) {
        rests.add(each);
        continue;
      }
      for (const child of [diagrams.branch(each, false), diagrams.branch(each, true)]) {
        const known = this.#parents.get(child);
        if (known) known.push(each);
        else {
          this.#parents.set(child, [each]);
          waiting.push(child);
        }
      }
    }
    this.rests = rests;
  }

  /** The set of those for which this remains. */
  where(rest: Node): Node {
    const diagrams = this.#diagrams;
    const above = new Set<Node>();
    const waiting = [rest];
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      for (const parent of this.#parents.get(each) ?? []) {
        if (above.has(parent)) continue;
        above.add(parent);
        waiting.push(parent);
      }
    }
    // From the last variable to the first: what a node leads to is there before it.
    const sets = new Map<Node, Node>([[rest, always]]);
    let last: Node = rest;
    for (const each of [...above].sort((a, b) => diagrams.levelOf(b) - diagrams.levelOf(a))) {
      const [no, yes] = [false, true].map((answer) => sets.get(diagrams.branch(each, answer)) ?? never);
      sets.set(each, diagrams.choose(diagrams.levelOf(each), no ?? never, yes ?? never));
      last = each;
    }
    return sets.get(last) ?? never;
  }
}
