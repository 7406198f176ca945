/**
 * Sets of packets over the fields of the IR, IPv4 and IPv6 alike, as decision diagrams: a packet is one answer to every
 * variable. The axes are cut by what the rulesets of one analysis name; what no packet tells (`Condition`) is a variable
 * of its own after all fields, so that an answer says by itself whether it depends on it.
 */
import { invariant } from '../invariant.ts';
import type { Box, Condition, Extent, Field, FieldValues } from '../ir/fields.ts';
import type { Ruleset } from '../ir/ruleset.ts';
import { type Axis, BitsAxis, complement, intersection, joined, type Span } from './axes.ts';
import { always, Diagrams, type Node, never } from './diagram.ts';
import { axesOf, fieldOrder, isAddressField, rangesIn, twins, twinValues } from './field-axes.ts';
import { valuesNamedIn } from './named-values.ts';

/** An axis and the variables that its segments take. */
export interface PlacedAxis {
  /** `daddr4` and `daddr6` for a field of addresses, `connectionMark/0` for a group of bits, else the field. */
  readonly name: string;
  readonly field: Field;
  readonly axis: Axis;
  /** The first variable; the highest bit of the segment's number comes first. */
  readonly level: number;
  readonly bits: number;
  /** The one segment that all packets of the analysis have: nothing is left to ask. */
  readonly known?: number;
}

/** A value that all packets have, or that of a field which is absent or has a value that no rule names. */
export type Known = FieldValues | { readonly field: Field; readonly other: true };

/** What an analysis may want of its space. */
export interface SpaceOptions {
  /** Values that questions name. */
  readonly also?: readonly FieldValues[];
  readonly diagrams?: Diagrams;
  /** What all packets of the analysis have, of fields that nothing changes on the way. */
  readonly known?: readonly Known[];
  /** False where no use of a condition says anything of another, even if their words are the same. */
  readonly shares?: boolean;
  /** What conditions are called: those that are to be one get one name. */
  readonly conditionName?: (name: string) => string;
}

/** The packets of one analysis. */
export class PacketSpace {
  readonly diagrams: Diagrams;
  readonly axes: readonly PlacedAxis[];
  readonly #byField = new Map<Field, readonly PlacedAxis[]>();
  readonly #conditions = new Map<string, number>();
  readonly #named: string[] = [];
  readonly #firstCondition: number;
  readonly #shares: boolean;
  readonly #conditionName: (name: string) => string;

  /** For the rulesets that are compared or asked. */
  constructor(rulesets: readonly Ruleset[], options: SpaceOptions = {}) {
    const { also = [], diagrams = new Diagrams(), shares = true, known = [] } = options;
    this.#conditionName = options.conditionName ?? ((name) => name);
    this.diagrams = diagrams;
    this.#shares = shares;
    const named = valuesNamedIn(rulesets, [...also, ...known.flatMap((each) => ('other' in each ? [] : [each]))]);
    const axes: PlacedAxis[] = [];
    let level = 0;
    for (const field of fieldOrder(named)) {
      const twin = twins[field];
      const values = [...(named.get(field) ?? []), ...(twin ? (named.get(twin) ?? []) : twinValues(field, named))];
      const always = known.find((each) => each.field === field);
      const placed = axesOf(field, values).map(({ name, axis }): PlacedAxis => {
        const segment = always && knownSegment(axis, always);
        const bits = segment === undefined ? bitsFor(axis.count + (axis.absent ? 1 : 0)) : 0;
        const at = level;
        level += bits;
        return { name, field, axis, level: at, bits, ...(segment !== undefined && { known: segment }) };
      });
      this.#byField.set(field, placed);
      axes.push(...placed);
    }
    this.axes = axes;
    this.#firstCondition = level;
  }

  /** The axes of a field: two for addresses, one for each group of bits of a mark. */
  axesOf(field: Field): readonly PlacedAxis[] {
    return this.#byField.get(field) ?? [];
  }

  /** The packets that have one of these values. */
  having(values: FieldValues): Node {
    return this.inBox([values]);
  }

  /** The packets that lack a field, of those that may lack it whatever their protocol is. */
  lacking(field: Field): Node {
    return this.axesOf(field).reduce<Node>((node, placed) => {
      const { axis } = placed;
      const lacks = this.chooseSpans(placed, [{ first: axis.count, last: axis.count }], always, never);
      return axis.absent ? this.diagrams.and(node, lacks) : node;
    }, always);
  }

  /** The packets that have one of the values of every field. */
  inBox(box: Box): Node {
    const spans = this.#spansOfBox(box);
    return spans ? this.#inSpans(spans) : never;
  }

  /** The segment that each axis of a field has for one value; nothing for axes on which no rule looks. */
  spansOf(values: FieldValues): ReadonlyMap<PlacedAxis, number> {
    return new Map(
      this.#axesOfValues(values).flatMap((placed) => {
        const [span] = placed.axis.spansOf(values);
        return span ? [[placed, span.first] as const] : [];
      }),
    );
  }

  /** The function for packets that are known to lie in these segments. */
  fixSpans(node: Node, segments: ReadonlyMap<PlacedAxis, number>): Node {
    const answers = new Map<number, boolean>();
    for (const [{ level, bits }, segment] of segments)
      for (let bit = 0; bit < bits; bit += 1) answers.set(level + bit, ((segment >> (bits - 1 - bit)) & 1) === 1);
    return answers.size === 0
      ? node
      : this.diagrams.fix(node, (level) => answers.get(level), Math.max(...answers.keys()));
  }

  /** The function with the values of one field put in the place of those of another whose segments are the same. */
  substitute(node: Node, from: Field, to: Field): Node {
    let result = node;
    const targets = this.axesOf(to);
    for (const [index, { level, bits }] of this.axesOf(from).entries()) {
      const target = targets[index];
      invariant(target, `no axis for ${from} in ${to}`);
      const asked = this.diagrams.levels(result);
      for (let bit = 0; bit < bits; bit += 1) {
        if (!asked.has(level + bit)) continue;
        const at = (yes: boolean) =>
          this.diagrams.fix(result, (each) => (each === level + bit ? yes : undefined), level + bit);
        const [no, yes] = [at(false), at(true)];
        const wanted = this.diagrams.choose(target.level + bit, never, always);
        result =
          target.known === undefined
            ? this.diagrams.ifElse(wanted, yes, no)
            : ((target.known >> (bits - 1 - bit)) & 1) === 1
              ? yes
              : no;
      }
    }
    return result;
  }

  /**
   * The function of the first case whose box holds a packet, `otherwise` where none does. Cases that each have one value
   * in the same fields, as most of a long list have, are sorted into the diagram; others are asked one after the other.
   */
  choose(cases: readonly { readonly box: Box; readonly node: Node }[], otherwise: Node): Node {
    const spread = cases.map(({ box, node }) => ({ spans: this.#spansOfBox(box), node }));
    let result = otherwise;
    for (let end = spread.length; end > 0; ) {
      const start = startOfRun(spread, end);
      const run = spread.slice(start, end);
      if (run.length > 8) result = this.#sorted(run.flatMap(singleSegments), result);
      else
        result = run.reduceRight<Node>(
          (rest, { spans, node }) => (spans ? this.diagrams.ifElse(this.#inSpans(spans), node, rest) : rest),
          result,
        );
      end = start;
    }
    return result;
  }

  /** Cases of one value in each of the same axes: those of the first axis together, and so on. The first of equal ones wins. */
  #sorted(cases: readonly SortedCase[], otherwise: Node): Node {
    const { diagrams } = this;
    // What asks earlier variables cannot stand below later ones: a leaf holds its place until the tree is whole.
    const held = new Map<number, Node>();
    const hold = (node: Node): Node => {
      if (diagrams.valueOf(node) !== undefined) return node;
      held.set(firstHeldLeaf + node, node);
      return diagrams.leaf(firstHeldLeaf + node);
    };
    const leaves = cases.map((each) => ({ ...each, node: hold(each.node) }));
    const isPlain = held.size === 0;
    const tree = this.#nested(leaves, 0, hold(otherwise));
    if (held.size === 0) return tree;
    // Where the cases are plain, only what is in none of them is replaced.
    if (isPlain) {
      const inside = diagrams.where(tree, (value) => !held.has(value));
      return diagrams.ifElse(inside, tree, otherwise);
    }
    return diagrams.mapLeaves(tree, (value) => held.get(value) ?? diagrams.leaf(value));
  }

  #nested(cases: readonly SortedCase[], depth: number, otherwise: Node): Node {
    const [first] = cases;
    const placed = first?.axes[depth];
    if (!placed) return first?.node ?? otherwise;
    const groups = new Map<number, SortedCase[]>();
    for (const each of cases) {
      const segment = each.segments[depth] ?? 0;
      const group = groups.get(segment);
      if (group) group.push(each);
      else groups.set(segment, [each]);
    }
    const sorted = [...groups].sort(([a], [b]) => a - b);
    const listed = sorted.map(([segment, group]) => ({ segment, node: this.#nested(group, depth + 1, otherwise) }));
    return this.#bySegment(placed, listed, otherwise);
  }

  /** The function that each listed segment of an axis has, `otherwise` elsewhere. */
  #bySegment(
    placed: PlacedAxis,
    listed: readonly { readonly segment: number; readonly node: Node }[],
    otherwise: Node,
  ): Node {
    const { level, bits, axis } = placed;
    const last = axis.count + (axis.absent ? 1 : 0) - 1;
    const lastNode = listed.at(-1)?.segment === last ? (listed.at(-1)?.node ?? otherwise) : otherwise;
    const build = (bit: number, first: number, from: number, to: number): Node => {
      // Numbers after the last segment stand for none, and go with it, as everywhere.
      if (first >= last) return lastNode;
      const size = 2 ** (bits - bit);
      if (from === to && first + size <= last) return otherwise;
      if (size === 1) return from === to ? otherwise : (listed[from]?.node ?? otherwise);
      const middle = first + size / 2;
      let at = from;
      while (at < to && (listed[at]?.segment ?? 0) < middle) at += 1;
      return this.diagrams.choose(level + bit, build(bit + 1, first, from, at), build(bit + 1, middle, at, to));
    };
    return build(0, 0, 0, listed.length);
  }

  #spansOfBox(box: Box): ReadonlyMap<PlacedAxis, readonly Span[]> | undefined {
    if (box.some(isImpossible)) return undefined;
    const spans = new Map<PlacedAxis, readonly Span[]>();
    for (const values of box) {
      for (const placed of this.#axesOfValues(values)) {
        const wanted = placed.axis.spansOf(values);
        if (placed.known !== undefined) {
          if (!holdsSegment(wanted, placed.known)) return undefined;
          continue;
        }
        const before = spans.get(placed);
        spans.set(placed, before ? intersection(before, wanted) : wanted);
      }
    }
    return spans;
  }

  /** The packets in an extent; `use` tells apart conditions that are not shared. */
  inExtent(extent: Extent, use: string): Node {
    const condition = extent.condition ? this.condition(extent.condition, use) : always;
    const [box, ...more] = extent.boxes;
    const [values, ...others] = box ?? [];
    if (box && values && more.length === 0 && others.length === 0)
      return this.diagrams.and(this.#single(values, extent), condition);
    const inside = extent.boxes.reduce((all, each) => this.diagrams.or(all, this.inBox(each)), never);
    const where = extent.negated ? this.diagrams.not(inside) : inside;
    return this.diagrams.and(this.diagrams.and(this.inBox(extent.requires), where), condition);
  }

  /** The variable of a condition. */
  condition({ name: text, shared }: Condition, use: string): Node {
    const name = this.#conditionName(text);
    const key = shared && this.#shares ? name : `${use} ${name}`;
    let index = this.#conditions.get(key);
    if (index === undefined) {
      index = this.#named.length;
      this.#conditions.set(key, index);
      this.#named.push(name);
    }
    return this.diagrams.choose(this.#firstCondition + index, never, always);
  }

  /** What a variable stands for: a condition by its name, else the axis. */
  meaningOf(level: number): { readonly condition: string } | { readonly axis: PlacedAxis } {
    const condition = this.#named[level - this.#firstCondition];
    if (condition !== undefined && level >= this.#firstCondition) return { condition };
    const axis = this.axes.find((each) => level >= each.level && level < each.level + each.bits);
    invariant(axis, `no variable ${level}`);
    return { axis };
  }

  /** The names of the conditions that a function asks. */
  conditionsOf(node: Node): readonly string[] {
    const names = [...this.diagrams.levels(node)].map((level) => this.meaningOf(level));
    return [...new Set(names.flatMap((each) => ('condition' in each ? [each.condition] : [])))];
  }

  /** Where the segment of an axis is in the spans `then`, elsewhere `otherwise`: functions of later axes. */
  chooseSpans(placed: PlacedAxis, spans: readonly Span[], then: Node, otherwise: Node): Node {
    const { diagrams } = this;
    const { level, bits, axis, known } = placed;
    if (known !== undefined) return holdsSegment(spans, known) ? then : otherwise;
    const last = axis.count + (axis.absent ? 1 : 0) - 1;
    let at = 0;
    const build = (bit: number, first: number): Node => {
      const end = first + 2 ** (bits - bit) - 1;
      while (at < spans.length && endOf(spans[at] as Span, last) < first) at += 1;
      const span = spans[at];
      if (!span || span.first > end) return otherwise;
      if (span.first <= first && end <= endOf(span, last)) return then;
      const no = build(bit + 1, first);
      const yes = build(bit + 1, first + 2 ** (bits - bit - 1));
      return diagrams.choose(level + bit, no, yes);
    };
    return build(0, 0);
  }

  #single(values: FieldValues, { requires, negated }: Extent): Node {
    const spans = new Map<PlacedAxis, readonly Span[]>();
    for (const placed of this.#axesOfValues(values)) {
      const inside = placed.axis.spansOf(values);
      spans.set(placed, inside);
    }
    // Of a mark all groups of bits together must differ, not each of them.
    if (isImpossible(values)) return negated ? this.inBox(requires) : never;
    if (negated && spans.size > 1) return this.diagrams.minus(this.inBox(requires), this.#inSpans(spans));
    if (negated) for (const [placed, inside] of spans) spans.set(placed, complement(inside, placed.axis.count));
    for (const required of requires) {
      for (const placed of this.#axesOfValues(required)) {
        const wanted = placed.axis.spansOf(required);
        const before = spans.get(placed);
        spans.set(placed, before ? intersection(before, wanted) : wanted);
      }
    }
    return this.#inSpans(spans);
  }

  #inSpans(spans: ReadonlyMap<PlacedAxis, readonly Span[]>): Node {
    let node: Node = always;
    for (const [placed, wanted] of [...spans].sort(([a], [b]) => b.level - a.level)) {
      if (wanted.length === 0) return never;
      node = this.chooseSpans(placed, joined(wanted), node, never);
    }
    return node;
  }

  #axesOfValues(values: FieldValues): readonly PlacedAxis[] {
    const placed = this.axesOf(values.field);
    if ('mask' in values)
      return placed.filter(({ axis }) => axis instanceof BitsAxis && (axis.bits & values.mask) !== 0);
    if (!isAddressField(values.field)) return placed;
    const [range] = rangesIn(values);
    return placed.filter(({ name }) => range && 'version' in range && name.endsWith(String(range.version)));
  }
}

/** A mark with bits outside its mask is none that a packet can have under it. */
function isImpossible(values: FieldValues): boolean {
  return 'mask' in values && (values.value & ~values.mask) !== 0;
}

function holdsSegment(spans: readonly Span[], segment: number): boolean {
  return spans.some(({ first, last }) => first <= segment && segment <= last);
}

function knownSegment(axis: Axis, known: Known): number | undefined {
  if (!('other' in known)) return axis.spansOf(known)[0]?.first;
  return axis.absent ? axis.count : axis.count - 1;
}

/** Leaves from here on stand for functions. */
const firstHeldLeaf = 2 ** 30;

type Spread = { readonly spans: ReadonlyMap<PlacedAxis, readonly Span[]> | undefined; readonly node: Node };

interface SortedCase {
  readonly axes: readonly PlacedAxis[];
  readonly segments: readonly number[];
  readonly node: Node;
}

/** A case as one segment of each axis that it asks, in the order of the variables; nothing when an axis has more or none. */
function singleSegments({ spans, node }: Spread): readonly SortedCase[] {
  if (!spans) return [];
  const sorted = [...spans].sort(([a], [b]) => a.level - b.level);
  const segments: number[] = [];
  for (const [, [span, ...more]] of sorted) {
    if (!span || more.length > 0 || span.first !== span.last) return [];
    segments.push(span.first);
  }
  return [{ axes: sorted.map(([placed]) => placed), segments, node }];
}

/** Where the run of cases begins that ends at `end`: all of single segments in the same axes, or one alone. */
function startOfRun(cases: readonly Spread[], end: number): number {
  const shape = shapeOf(cases[end - 1]);
  if (shape === undefined) return end - 1;
  let start = end - 1;
  while (start > 0 && shapeOf(cases[start - 1]) === shape) start -= 1;
  return start;
}

function shapeOf(spread: Spread | undefined): string | undefined {
  const [single] = spread ? singleSegments(spread) : [];
  return single?.axes.map(({ level }) => level).join(' ');
}

/** The last span takes the numbers that stand for no segment, too, so that the diagrams stay small. */
function endOf(span: Span, last: number): number {
  return span.last === last ? Number.MAX_SAFE_INTEGER : span.last;
}

function bitsFor(count: number): number {
  return count <= 1 ? 0 : Math.ceil(Math.log2(count));
}
