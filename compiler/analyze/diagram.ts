/**
 * Decision diagrams: functions of many yes-or-no variables, each function stored once (R. Bryant, "Graph-Based Algorithms
 * for Boolean Function Manipulation", 1986; with more than two outcomes, E. Clarke et al., 1993). Two functions are the
 * same exactly when their numbers are, so equality costs nothing. Variables are asked in the order of their numbers.
 */

/** A function: the number of its root. */
export type Node = number;

/** What the functions that stand for sets of packets answer. */
export const never: Node = 0;
export const always: Node = 1;

/** The budget of nodes is used up: the question cannot be answered. Those who ask catch it and say so. */
export class TooLarge extends Error {}

const leafLevel = 0x7fffffff;
const mostLeaves = 1 << 20;
const mostCached = 1 << 21;

/** All functions of one analysis. Nothing is ever removed: the budget bounds the memory. */
export class Diagrams {
  /** Of each node the variable that it asks; of a leaf `leafLevel`. */
  #level = new Int32Array(1 << 16);
  #low = new Int32Array(1 << 16);
  #high = new Int32Array(1 << 16);
  #count = 2;
  /** Nodes by content: open addressing, 0 is free (no inner node has this number). */
  #table = new Int32Array(1 << 17);
  readonly #leaves = new Map<number, Node>([
    [0, never],
    [1, always],
  ]);
  /** Results of `ifElse` by their operands: as many as fit, the newer in the place of the older. */
  #cacheKeys = new Int32Array(3 << 16);
  #cacheValues = new Int32Array(1 << 16).fill(-1);
  readonly #budget: number;
  readonly #asked = new Map<Node, ReadonlySet<number>>();
  /** For each node the number of the last walk that has seen it. */
  #seen = new Int32Array(1 << 16);
  #walks = 0;

  /** `budget`: how many nodes there may be. */
  constructor(budget = 8_000_000) {
    this.#budget = budget;
    this.#level.fill(leafLevel, 0, 2);
    this.#low.set([0, 1]);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#count;
  }

  /** The function that always answers `value`, a whole number from 0; 0 is `never`, 1 is `always`. */
  leaf(value: number): Node {
    const known = this.#leaves.get(value);
    if (known !== undefined) return known;
    if (this.#leaves.size >= mostLeaves) throw new TooLarge();
    const node = this.#add(leafLevel, value, value);
    this.#leaves.set(value, node);
    return node;
  }

  /** What a constant function answers; undefined for one that asks. */
  valueOf(node: Node): number | undefined {
    return this.#level[node] === leafLevel ? this.#low[node] : undefined;
  }

  /** The variable that a function asks first; after every variable for a constant one. */
  levelOf(node: Node): number {
    return this.#level[node] as number;
  }

  /** What remains to be asked when the first variable is no, or yes. */
  branch(node: Node, yes: boolean): Node {
    return (yes ? this.#high[node] : this.#low[node]) as Node;
  }

  /** The function that asks a variable and goes on with one of two functions of later variables. */
  choose(level: number, no: Node, yes: Node): Node {
    if (no === yes) return no;
    const mask = this.#table.length - 1;
    let at = hash(level, no, yes) & mask;
    for (let node = this.#table[at] as Node; node !== 0; node = this.#table[at] as Node) {
      if (this.#level[node] === level && this.#low[node] === no && this.#high[node] === yes) return node;
      at = (at + 1) & mask;
    }
    const node = this.#add(level, no, yes);
    this.#table[at] = node;
    if (this.#count * 2 > this.#table.length) this.#enlargeTable();
    return node;
  }

  /** Where `test` holds `then`, elsewhere `otherwise`. */
  ifElse(test: Node, then: Node, otherwise: Node): Node {
    if (test === always || then === otherwise) return then;
    if (test === never) return otherwise;
    if (then === always && otherwise === never) return test;
    const slot = hash(test, then, otherwise) & (this.#cacheValues.length - 1);
    const known = this.#cached(slot, test, then, otherwise);
    if (known !== undefined) return known;
    const level = Math.min(this.levelOf(test), this.levelOf(then), this.levelOf(otherwise));
    const no = this.ifElse(
      this.#at(test, level, false),
      this.#at(then, level, false),
      this.#at(otherwise, level, false),
    );
    const yes = this.ifElse(this.#at(test, level, true), this.#at(then, level, true), this.#at(otherwise, level, true));
    const result = this.choose(level, no, yes);
    this.#remember(slot, test, then, otherwise, result);
    return result;
  }

  and(a: Node, b: Node): Node {
    return a < b ? this.ifElse(a, b, never) : this.ifElse(b, a, never);
  }

  or(a: Node, b: Node): Node {
    return this.ifElse(a, always, b);
  }

  not(a: Node): Node {
    return this.ifElse(a, never, always);
  }

  /** What is in `a` and not in `b`. */
  minus(a: Node, b: Node): Node {
    return this.ifElse(b, never, a);
  }

  /** The same function with other answers. */
  mapLeaves(node: Node, change: (value: number) => Node): Node {
    const known = new Map<Node, Node>();
    const visit = (each: Node): Node => {
      const before = known.get(each);
      if (before !== undefined) return before;
      const value = this.valueOf(each);
      if (value !== undefined) {
        const answer = change(value);
        known.set(each, answer);
        return answer;
      }
      const level = this.levelOf(each);
      const no = visit(this.branch(each, false));
      const yes = visit(this.branch(each, true));
      // An answer may be a function that asks earlier variables: then the parts are joined by `ifElse`.
      const isLater = this.levelOf(no) > level && this.levelOf(yes) > level;
      const result = isLater ? this.choose(level, no, yes) : this.ifElse(this.choose(level, never, always), yes, no);
      known.set(each, result);
      return result;
    };
    return visit(node);
  }

  /** Of two functions the one that answers what `join` says of both answers; where they are the same function, `same`. */
  combine(a: Node, b: Node, join: (a: number, b: number) => Node, same: Node): Node {
    const known = new Map<number, Node>();
    const visit = (one: Node, other: Node): Node => {
      if (one === other) return same;
      const [left, right] = [this.valueOf(one), this.valueOf(other)];
      if (left !== undefined && right !== undefined) return join(left, right);
      const key = one * 2 ** 26 + other;
      const before = known.get(key);
      if (before !== undefined) return before;
      const level = Math.min(this.levelOf(one), this.levelOf(other));
      const result = this.choose(
        level,
        visit(this.#at(one, level, false), this.#at(other, level, false)),
        visit(this.#at(one, level, true), this.#at(other, level, true)),
      );
      known.set(key, result);
      return result;
    };
    return visit(a, b);
  }

  /** Where the function answers so. */
  where(node: Node, holds: (value: number) => boolean): Node {
    return this.mapLeaves(node, (value) => (holds(value) ? always : never));
  }

  /** The answers of a function. */
  answers(node: Node): ReadonlySet<number> {
    const found = new Set<number>();
    this.#visit(node, (each) => {
      const value = this.valueOf(each);
      if (value !== undefined) found.add(value);
    });
    return found;
  }

  /** The variables that a function asks. */
  levels(node: Node): ReadonlySet<number> {
    const before = this.#asked.get(node);
    if (before) return before;
    const found = new Set<number>();
    this.#asked.set(node, found);
    this.#visit(node, (each) => {
      if (this.valueOf(each) === undefined) found.add(this.levelOf(each));
    });
    return found;
  }

  /**
   * The function with some variables answered: `true` and `false` where known, undefined where it is still to be asked, as
   * are all after `last`.
   */
  fix(node: Node, answer: (level: number) => boolean | undefined, last = leafLevel - 1): Node {
    const known = new Map<Node, Node>();
    const visit = (each: Node): Node => {
      if (this.levelOf(each) > last) return each;
      const before = known.get(each);
      if (before !== undefined) return before;
      const level = this.levelOf(each);
      const fixed = answer(level);
      const result =
        fixed === undefined
          ? this.choose(level, visit(this.branch(each, false)), visit(this.branch(each, true)))
          : visit(this.branch(each, fixed));
      known.set(each, result);
      return result;
    };
    return visit(node);
  }

  /** Where some answer to these variables makes the function hold. */
  exists(node: Node, forgotten: (level: number) => boolean): Node {
    const known = new Map<Node, Node>();
    const visit = (each: Node): Node => {
      if (this.valueOf(each) !== undefined) return each;
      const before = known.get(each);
      if (before !== undefined) return before;
      const level = this.levelOf(each);
      const no = visit(this.branch(each, false));
      const yes = visit(this.branch(each, true));
      const result = forgotten(level) ? this.or(no, yes) : this.choose(level, no, yes);
      known.set(each, result);
      return result;
    };
    return visit(node);
  }

  /**
   * A function that is the same where `care` holds, and elsewhere whatever makes it simpler: what is never asked of other
   * packets need not be told of these.
   */
  simplified(node: Node, care: Node): Node {
    const known = new Map<number, Node>();
    const visit = (each: Node, where: Node): Node => {
      if (where === always || where === never || this.valueOf(each) !== undefined) return each;
      const key = each * 2 ** 26 + where;
      const before = known.get(key);
      if (before !== undefined) return before;
      const level = this.levelOf(each);
      const result =
        this.levelOf(where) < level
          ? visit(each, this.or(this.branch(where, false), this.branch(where, true)))
          : this.#simplifiedAt(each, where, level, visit);
      known.set(key, result);
      return result;
    };
    return visit(node, care);
  }

  #simplifiedAt(node: Node, care: Node, level: number, visit: (node: Node, care: Node) => Node): Node {
    const [without, having] = [this.#at(care, level, false), this.#at(care, level, true)];
    if (without === never) return visit(this.branch(node, true), having);
    if (having === never) return visit(this.branch(node, false), without);
    return this.choose(level, visit(this.branch(node, false), without), visit(this.branch(node, true), having));
  }

  #visit(node: Node, look: (node: Node) => void): void {
    if (this.#seen.length < this.#count) this.#seen = new Int32Array(this.#level.length);
    this.#walks += 1;
    const walk = this.#walks;
    const seen = this.#seen;
    const waiting = [node];
    seen[node] = walk;
    for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
      look(each);
      if (this.#level[each] === leafLevel) continue;
      const [no, yes] = [this.#low[each] as Node, this.#high[each] as Node];
      if (seen[no] !== walk) waiting.push(no);
      seen[no] = walk;
      if (seen[yes] !== walk) waiting.push(yes);
      seen[yes] = walk;
    }
  }

  #at(node: Node, level: number, yes: boolean): Node {
    return this.#level[node] === level ? this.branch(node, yes) : node;
  }

  #add(level: number, low: Node, high: Node): Node {
    if (this.#count >= this.#budget) throw new TooLarge();
    const node = this.#count;
    this.#count += 1;
    if (node >= this.#level.length) this.#enlargeNodes();
    this.#level[node] = level;
    this.#low[node] = low;
    this.#high[node] = high;
    return node;
  }

  #enlargeNodes(): void {
    this.#level = doubled(this.#level);
    this.#low = doubled(this.#low);
    this.#high = doubled(this.#high);
  }

  #enlargeTable(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (const node of this.#table) {
      if (node === 0) continue;
      let at = hash(this.#level[node] as number, this.#low[node] as Node, this.#high[node] as Node) & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = node;
    }
    this.#table = table;
    // A cache that is too small for its functions makes one operation take the time of many.
    if (this.#cacheValues.length >= mostCached) return;
    this.#cacheValues = new Int32Array(this.#cacheValues.length * 2).fill(-1);
    this.#cacheKeys = new Int32Array(this.#cacheValues.length * 3);
  }

  #cached(slot: number, test: Node, then: Node, otherwise: Node): Node | undefined {
    const value = this.#cacheValues[slot] as Node;
    const keys = this.#cacheKeys;
    const at = slot * 3;
    return value >= 0 && keys[at] === test && keys[at + 1] === then && keys[at + 2] === otherwise ? value : undefined;
  }

  #remember(slot: number, test: Node, then: Node, otherwise: Node, result: Node): void {
    const at = slot * 3;
    this.#cacheKeys[at] = test;
    this.#cacheKeys[at + 1] = then;
    this.#cacheKeys[at + 2] = otherwise;
    this.#cacheValues[slot] = result;
  }
}

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
