/**
 * What a change makes of the sets, before anything is done. Sets are changed in two ways: the lists of those who are
 * refused are addresses with a time each; all other sets hold entries, each as somebody wrote it, and what the kernel
 * is given is all that the entries hold together.
 */
import {
  blacklistSet,
  dynamicList,
  listsBeside,
  openedSet,
  openedSourcesSet,
  refusingVerbs,
} from '../../compiler/language/names.ts';
import { AddressList, type ListOutcome, type Refusal } from './address-list.ts';
import { type Box, boxOf, contains, disjoint, elementOf, equals, overlap, subtractAll } from './boxes.ts';
import type { Content, Entry, Family, FirewallSets, KernelSet, SetsNow } from './contents.ts';

/** A change of one set. */
export interface Change {
  readonly operation: 'add' | 'delete';
  readonly set: string;
  readonly spans: Box['spans'];
  /** How long it lasts; 0 or nothing for ever. */
  readonly seconds?: number;
  /** Without this set nothing at all is changed. */
  readonly required?: true;
  /** Of a list of addresses: what is refused there for longer than that stays, unless it is exactly this. */
  readonly unlessLonger?: number;
}

/** What comes of a change. `others`: the elements that hold some of it, too. */
export interface Outcome {
  readonly kind: 'added' | 'again' | 'covered' | 'deleted' | 'absent' | 'no set';
  readonly others: readonly string[];
}

/** What a set is to be. */
export interface SetPlan {
  readonly name: string;
  readonly was: KernelSet;
  readonly before: readonly Box[];
  readonly after: readonly Box[];
}

/** All that a call changes in a table. */
export interface Plan {
  /** One for each change, in their order. */
  readonly outcomes: readonly Outcome[];
  readonly sets: readonly SetPlan[];
  /** Every entry of every set, as they are to be. */
  readonly entries: readonly Entry[];
}

/** A plan for every table. */
export interface FirewallPlan {
  readonly outcomes: Plan['outcomes'];
  readonly tables: ReadonlyMap<Family, Plan['sets']>;
  readonly entries: Plan['entries'];
}

/** Plans the changes in every table that has such sets. Entries are those of the firewall, wherever their sets stand. */
export function planFirewall(now: FirewallSets, changes: readonly Change[]): FirewallPlan {
  let entries = now.entries;
  const outcomes: (readonly Outcome[])[] = [];
  const tables = new Map<Family, Plan['sets']>();
  for (const [family, sets] of now.tables) {
    const plan = planChanges({ sets, entries }, changes);
    outcomes.push(plan.outcomes);
    tables.set(family, plan.sets);
    entries = plan.entries;
  }
  return { outcomes: changes.map((_, index) => inAll(outcomes.map((all) => all[index]))), tables, entries };
}

/** What comes of a change as a whole: what changes something tells, else what is known of. */
function inAll(outcomes: readonly (Outcome | undefined)[]): Outcome {
  const known = outcomes.filter((each) => each !== undefined && each.kind !== 'no set');
  const telling = known.find((each) => each?.kind === 'added' || each?.kind === 'deleted') ?? known[0];
  return telling ?? { kind: 'no set', others: [] };
}

const versions = [4, 6] as const;
const lists: ReadonlySet<string> = new Set([
  ...versions.flatMap((version) => refusingVerbs.map((verb) => dynamicList(verb, version))),
  ...versions.map((version) => blacklistSet(version)),
]);

/** Plans the changes one after the other. */
export function planChanges(now: SetsNow, changes: readonly Change[]): Plan {
  const boxes = new Map<string, readonly Box[]>();
  const refused = new Map<string, AddressList>();
  const listsWith = (name: string): AddressList => {
    const known = refused.get(name);
    if (known) return known;
    const together = listsBeside(name);
    const lists = new AddressList(together.flatMap((each) => refusalsIn(each, now)));
    for (const each of together) refused.set(each, lists);
    return lists;
  };
  const written = new Map<string, readonly Box[]>();
  const outcomes = changes.map((change): Outcome => {
    const { set: name } = change;
    const set = now.sets.get(name);
    if (set === undefined) return { kind: 'no set', others: [] };
    const seconds = change.seconds || Number.POSITIVE_INFINITY;
    const box: Box = { spans: change.spans, seconds };
    if (lists.has(name)) {
      const [refusal, list] = [{ ...box, list: name }, listsWith(name)];
      return told(
        change.operation === 'add' ? list.refuse(refusal) : list.spare(refusal, change.unlessLonger),
        name,
        set,
      );
    }
    const held = boxes.get(name) ?? boxesOf(set);
    const entries = written.get(name) ?? entriesOf(name, held, now);
    const { outcome, after } = change.operation === 'add' ? write(entries, box) : strike(entries, box);
    written.set(name, after);
    boxes.set(name, disjoint(after));
    return describe(outcome, set);
  });
  for (const [name, { boxes: all }] of refused) {
    if (now.sets.has(name)) boxes.set(name, listed(all, name));
  }
  for (const [name, sources] of sourcesOfOpened) {
    const opened = boxes.get(name);
    if (opened !== undefined && now.sets.has(sources)) boxes.set(sources, sourcesOf(opened));
  }
  return { outcomes, sets: setPlans(now, boxes), entries: entriesAfter(now, written) };
}

/** Of each set of opened connections the set that holds their sources alone. */
const sourcesOfOpened = versions.map((version) => [openedSet(version), openedSourcesSet(version)] as const);

function sourcesOf(opened: readonly Box[]): readonly Box[] {
  return disjoint(opened.map(({ spans, seconds }) => ({ spans: spans.slice(0, 1), seconds })));
}

function boxesOf({ type, elements }: KernelSet): readonly Box[] {
  return elements.flatMap(({ element, seconds }) => boxOf(element, type, seconds) ?? []);
}

function refusalsIn(list: string, { sets }: SetsNow): readonly Refusal[] {
  const set = sets.get(list);
  return set ? boxesOf(set).map((box) => ({ ...box, list })) : [];
}

function listed(all: readonly Refusal[], name: string): readonly Refusal[] {
  return all.filter(({ list }) => list === name);
}

/** The words of an outcome; what is on another list is told with the verb of that. */
function told({ kind, others }: ListOutcome, name: string, { type }: KernelSet): Outcome {
  const verbOf = (list: string) => (list === name ? '' : ` (${list.split('-')[1]})`);
  return { kind, others: others.map((box) => `${elementOf(box, type)}${verbOf(box.list)}`) };
}

/** The entries of a set of entries, as they were written. */
export function asWritten(name: string, now: SetsNow): readonly Content[] {
  const set = now.sets.get(name);
  if (set === undefined) return [];
  const boxes = entriesOf(name, boxesOf(set), now);
  return boxes.map((box) => ({ set: name, element: elementOf(box, set.type), seconds: 0 }));
}

/** The entries of a set: those that the kernel holds, and what it holds besides, from whomever. */
function entriesOf(name: string, held: readonly Box[], { sets, entries }: SetsNow): readonly Box[] {
  const type = sets.get(name)?.type ?? [];
  const exactly = new Set(held.map((box) => elementOf(box, type)));
  const written = entries.filter(({ set }) => set === name).flatMap(({ element }) => boxOf(element, type, 0) ?? []);
  const inForce = written.filter((box) => exactly.has(elementOf(box, type)) || subtractAll(box, held).length === 0);
  const known = new Set(inForce.map((box) => elementOf(box, type)));
  return [...inForce, ...held.flatMap((box) => (known.has(elementOf(box, type)) ? [] : subtractAll(box, inForce)))];
}

interface Changed {
  readonly outcome: { readonly kind: Outcome['kind']; readonly others: readonly Box[] };
  readonly after: readonly Box[];
}

function write(entries: readonly Box[], box: Box): Changed {
  const others = entries.filter((each) => contains(each, box) && !equals(each, box));
  if (entries.some((each) => equals(each, box))) return { outcome: { kind: 'again', others }, after: entries };
  return { outcome: { kind: 'added', others }, after: [...entries, box] };
}

function strike(entries: readonly Box[], box: Box): Changed {
  const after = entries.filter((each) => !equals(each, box));
  const others = after.filter((each) => overlap(each, box));
  return { outcome: { kind: after.length < entries.length ? 'deleted' : 'absent', others }, after };
}

/** The words of an outcome; most touch nothing else. */
function describe({ kind, others }: Changed['outcome'], { type }: KernelSet): Outcome {
  return { kind, others: others.map((box) => elementOf(box, type)) };
}

function setPlans(now: SetsNow, boxes: ReadonlyMap<string, readonly Box[]>): readonly SetPlan[] {
  return [...boxes].flatMap(([name, after]) => {
    const was = now.sets.get(name);
    return was === undefined ? [] : [{ name, was, before: boxesOf(was), after }];
  });
}

function entriesAfter(now: SetsNow, written: ReadonlyMap<string, readonly Box[]>): readonly Entry[] {
  const changed = [...written].flatMap(([set, boxes]) => {
    const type = now.sets.get(set)?.type ?? [];
    return boxes.map((box) => ({ set, element: elementOf(box, type) }));
  });
  return [...now.entries.filter(({ set }) => !written.has(set)), ...changed];
}
