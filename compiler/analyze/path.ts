/**
 * What becomes of the first packet of a connection on its whole way, as one function of the packet that was sent: conntrack,
 * helpers, DNAT, the filter, SNAT. Addresses and ports are those before any translation.
 */
import type { RejectWith } from '../ir/ruleset.ts';
import { BitsAxis } from './axes.ts';
import type { ChainFunctions } from './chain-functions.ts';
import { afterTranslation, changesDestination, type Translating } from './destination.ts';
import type { Node } from './diagram.ts';
import { decides, type Stage, stagesOf, type Way } from './hooks.ts';
import { type Change, Leaves, type Outcome } from './outcome.ts';
import type { PacketSpace, PlacedAxis } from './packet-space.ts';

/** What a label of a translation stands for. */
export interface TranslationMeaning {
  readonly statement: Translating;
  /** The rule that translates, and to what, as the analysis names them. */
  readonly by: string;
  readonly to: string;
}

/** A translation: the rule that makes it, and to what, as the analysis names them. */
export interface Translated {
  readonly by: string;
  readonly to: string;
}

/** How the way of a packet ends. */
export interface Decision {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'queue' | 'unknown';
  /** The rule that refuses it, or lets it through at input, forward or output. */
  readonly by: string;
  readonly reject?: RejectWith;
  readonly dnat?: Translated;
  readonly snat?: Translated;
  readonly effects: readonly string[];
}

/** What has been done to a packet when it comes to a stage. */
interface Context {
  readonly untracked?: true;
  readonly marks: { readonly connection: number; readonly packet: number };
  readonly dnat?: string;
}

/** Packets that come to the rules with this mark. Where there are any, there are no others. */
export interface Arrival {
  readonly packets: Node;
  readonly mark: number;
}

/** The functions of whole ways for one ruleset. */
export class Paths {
  readonly functions: ChainFunctions;
  readonly decisions: Leaves<Decision>;
  /** What the labels of translations stand for. */
  readonly #translations: ReadonlyMap<string, TranslationMeaning>;
  readonly #arrivals: readonly Arrival[];
  readonly #known = new Map<string, Node>();
  readonly #stages = new Map<Way, readonly Stage[]>();

  /** Paths that are compared share their decisions. */
  constructor(
    functions: ChainFunctions,
    translations: ReadonlyMap<string, TranslationMeaning>,
    decisions = new Leaves<Decision>(functions.space.diagrams),
    arrivals: readonly Arrival[] = [],
  ) {
    this.#arrivals = arrivals;
    this.functions = functions;
    this.decisions = decisions;
    this.#translations = translations;
  }

  get space(): PacketSpace {
    return this.functions.space;
  }

  /**
   * What becomes of packets on a way. `where`, a set over the fields that the filter sees, restricts it to packets for
   * which it holds there, after translation: for others the answer is the leaf 0.
   */
  of(way: Way, where?: Filtered): Node {
    const unmarked = () => this.#from(way, 0, { marks: { connection: 0, packet: 0 } }, where);
    return this.#arrivals.reduce(
      (others, { packets, mark }) => {
        const marked = this.#from(way, 0, { marks: { connection: 0, packet: mark } }, where);
        return this.space.diagrams.ifElse(packets, marked, others);
      },
      this.#arrivals.length === 0 ? unmarked() : 0,
    );
  }

  #from(way: Way, index: number, context: Context, where?: Filtered): Node {
    const stages = this.#stagesOf(way);
    const stage = stages[index];
    if (!stage) return this.decisions.leaf({ verdict: 'accept', by: '', effects: [] });
    const key = JSON.stringify([way, index, context, where?.name]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const all = this.#stage(stage, way, context);
    // Restricted first: of thousands of rules only those are followed that the packets may meet.
    const met = where && isLastFilter(stages, index, way) ? this.#only(where, stage, way, context, all) : all;
    const result = this.space.diagrams.mapLeaves(met, (value) =>
      value === 0 ? 0 : this.#after(this.functions.outcomes.of(value), { way, index, stage }, context, where),
    );
    this.#known.set(key, result);
    return result;
  }

  #stagesOf(way: Way): readonly Stage[] {
    const known = this.#stages.get(way);
    if (known) return known;
    const stages = stagesOf(this.functions.ruleset, way);
    this.#stages.set(way, stages);
    return stages;
  }

  #only(where: Filtered, stage: Stage, way: Way, context: Context, node: Node): Node {
    const inside = this.#seenBy(where.packets(context.dnat), stage, way, context);
    return this.space.diagrams.ifElse(inside, node, 0);
  }

  #after(
    outcome: Outcome,
    { way, index, stage }: { readonly way: Way; readonly index: number; readonly stage: Stage },
    context: Context,
    where?: Filtered,
  ): Node {
    const { end, effects } = outcome;
    if (end.kind !== 'return' && end.kind !== 'accept') {
      const { kind: verdict, by, reject } = end;
      return this.decisions.leaf({ verdict, by, effects, ...(reject && { reject }) });
    }
    const translation = 'translation' in end ? end.translation : undefined;
    const meaning = translation === undefined ? undefined : this.#translations.get(translation);
    const toDestination = meaning && changesDestination(meaning.statement) ? translation : undefined;
    const next = contextAfter(context, stage, outcome, toDestination);
    // A chain whose policy accepts says nothing: what another one accepted by a rule counts.
    const by = 'by' in end && !end.policy ? end.by : '';
    const translated = meaning && { by: meaning.by, to: meaning.to };
    const added: Partial<Decision> = {
      ...(decides(stage) && isFirstFilter(way, stage) && { by }),
      ...(translated && (toDestination === undefined ? { snat: translated } : { dnat: translated })),
      effects,
    };
    return this.#adding(added, this.#from(way, index + 1, next, where));
  }

  #adding({ by, dnat, snat, effects = [] }: Partial<Decision>, node: Node): Node {
    return this.space.diagrams.mapLeaves(node, (value) => {
      if (value === 0) return 0;
      const later = this.decisions.of(value);
      const isRefused = later.verdict !== 'accept';
      return this.decisions.leaf({
        ...later,
        ...(by !== undefined && by !== '' && later.by === '' && !isRefused && { by }),
        ...(dnat && { dnat }),
        ...(snat && !isRefused && { snat }),
        effects: [...effects, ...later.effects],
      });
    });
  }

  /** The function of a stage over the packets as they were sent. */
  #stage(stage: Stage, way: Way, context: Context): Node {
    const { outcomes } = this.functions;
    const goesOn: Outcome = { end: { kind: 'return' }, effects: [], changes: [] };
    if (stage.kind === 'filter') return this.#seenBy(this.functions.of(stage.chains[0] as string), stage, way, context);
    const passes = outcomes.leaf(goesOn);
    if (context.untracked || (way === 'loopback' && (stage.hook === 'prerouting' || stage.hook === 'input')))
      return passes;
    const all = stage.chains.reduceRight<Node>(
      (rest, chain) =>
        this.space.diagrams.mapLeaves(this.functions.of(chain), (value) => {
          const outcome = outcomes.of(value);
          const { end } = outcome;
          const isDone = end.kind !== 'accept' || 'translation' in end;
          return isDone && end.kind !== 'return' ? this.space.diagrams.leaf(value) : this.#behind(outcome, rest);
        }),
      passes,
    );
    const isNew = this.space.having({ field: 'state', words: ['new'] });
    return this.space.diagrams.ifElse(isNew, this.#seenBy(all, stage, way, context), passes);
  }

  /** What the next chains do to packets to which a chain has already done something. */
  #behind({ effects, changes }: Outcome, rest: Node): Node {
    if (effects.length === 0 && changes.length === 0) return rest;
    const { outcomes } = this.functions;
    return this.space.diagrams.mapLeaves(rest, (value) => {
      const later = outcomes.of(value);
      return outcomes.leaf({
        ...later,
        effects: [...effects, ...later.effects],
        changes: [...changes, ...later.changes],
      });
    });
  }

  /** A function over what a stage sees, as one of what was sent. */
  #seenBy(node: Node, stage: Stage, way: Way, context: Context): Node {
    const { space } = this;
    let result = space.fixSpans(node, this.#settled(stage, way, context));
    const meaning = context.dnat === undefined ? undefined : this.#translations.get(context.dnat);
    const flag = (field: 'dnat' | 'snat') => space.spansOf({ field, present: false });
    if (meaning) result = afterTranslation(space, result, meaning.statement, meaning.to);
    else if (!stage.beforeTracking) result = this.#ifFirst(result, (first) => space.fixSpans(first, flag('dnat')));
    result = this.#ifFirst(result, (first) => space.fixSpans(first, flag('snat')));
    return this.#ifFirst(result, (packets) => {
      const first = space.fixSpans(packets, marksIn(space, context));
      let sent = space.substitute(first, 'originalDport', 'dport');
      sent = space.substitute(sent, 'originalDaddr', 'daddr');
      return space.substitute(sent, 'originalSaddr', 'saddr');
    });
  }

  /**
   * First packets have what follows from being first: no mark, nothing translated. Of others, whose connection began
   * before, the fields stay open.
   */
  #ifFirst(node: Node, change: (node: Node) => Node): Node {
    const first = this.space.having({ field: 'state', words: ['new', 'untracked', 'invalid'] });
    return this.space.diagrams.ifElse(first, change(node), node);
  }

  /** The segments of fields that the machine and the stages before have settled. */
  #settled(stage: Stage, way: Way, context: Context): ReadonlyMap<PlacedAxis, number> {
    const { space } = this;
    const none = [{ name: '', wildcard: false }];
    const segments = new Map<PlacedAxis, number>();
    const settle = (spans: ReadonlyMap<PlacedAxis, number>) => {
      for (const [placed, segment] of spans) segments.set(placed, segment);
    };
    if (stage.hook === 'prerouting' || stage.hook === 'input')
      settle(space.spansOf({ field: 'oifname', patterns: none }));
    if (way === 'loopback' && (stage.hook === 'prerouting' || stage.hook === 'input'))
      settle(space.spansOf({ field: 'iifname', patterns: [{ name: 'lo', wildcard: false }] }));
    else if (way === 'output' || way === 'loopback' || way === 'rerouted')
      settle(space.spansOf({ field: 'iifname', patterns: none }));
    if (way === 'rerouted' && stage.hook === 'output')
      settle(space.spansOf({ field: 'oifname', patterns: [{ name: 'lo', wildcard: false }] }));
    if (context.untracked) settle(space.spansOf({ field: 'state', words: ['untracked'] }));
    else if (stage.beforeTracking) settle(space.spansOf({ field: 'state', words: ['invalid'] }));
    // Where a translation leads is of one kind, whatever the packet was sent to.
    const isLocal = way === 'input' || way === 'loopback';
    if (context.dnat !== undefined)
      settle(space.spansOf({ field: 'daddrType', words: [isLocal ? 'local' : 'unicast'] }));
    return segments;
  }
}

/** Packets as the filter sees them, after a translation by its label, or without one. */
export interface Filtered {
  /** Tells one use from another. */
  readonly name: string;
  packets(dnat: string | undefined): Node;
}

function isFirstFilter(way: Way, { hook }: Stage): boolean {
  return way !== 'loopback' || hook === 'output';
}

/** Where addresses are as the filter sees them: of the output hook chains before DNAT see others. */
function isLastFilter(stages: readonly Stage[], index: number, way: Way): boolean {
  const isFilter = (stage: Stage) => decides(stage) && isFirstFilter(way, stage);
  const stage = stages[index];
  return stage !== undefined && isFilter(stage) && !stages.slice(index + 1).some(isFilter);
}

function contextAfter(context: Context, stage: Stage, { changes }: Outcome, dnat: string | undefined): Context {
  const marks = { ...context.marks };
  let untracked = context.untracked;
  for (const change of changes) {
    if (change.field === 'state') untracked = untracked ?? (stage.beforeTracking || undefined);
    // Without a connection there is nothing to mark (nft_ct.c, nft_ct_set_eval).
    else if (change.field === 'packetMark' || !(stage.beforeTracking || context.untracked)) {
      const target = change.field === 'packetMark' ? 'packet' : 'connection';
      marks[target] = markAfter(marks[target], change);
    }
  }
  return { ...context, marks, ...(untracked && { untracked }), ...(dnat !== undefined && { dnat }) };
}

function markAfter(mark: number, { mask, value }: Extract<Change, { mask: number }>): number {
  return ((mark & ~mask) | value) >>> 0;
}

function marksIn(space: PacketSpace, { marks }: Context): ReadonlyMap<PlacedAxis, number> {
  const axes = [
    ...space.axesOf('connectionMark').map((placed) => [placed, segmentOfMark(placed, marks.connection)] as const),
    ...space.axesOf('packetMark').map((placed) => [placed, segmentOfMark(placed, marks.packet)] as const),
  ];
  return new Map(axes);
}

/** A mark that no rule names is in the segment of the rest. */
function segmentOfMark({ axis }: PlacedAxis, value: number): number {
  if (!(axis instanceof BitsAxis)) return 0;
  const index = axis.values.indexOf((value & axis.bits) >>> 0);
  return index < 0 ? axis.count - 1 : index;
}
