/** Changes what sets of the running firewall hold: read, plan, and exchange the one for the other in one step. */
import { listsBeside } from '../../compiler/language/names.ts';
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { runScript, type Script } from '../apply/run-script.ts';
import { say } from '../output/output.ts';
import { type Call, status } from '../verb.ts';
import { type Box, boxOf, elementOf } from './boxes.ts';
import { type Family, type FirewallSets, type KernelSet, readSets, scriptOfSets } from './contents.ts';
import { lockOut } from './guard.ts';
import { type Change, type FirewallPlan, type Outcome, planFirewall, type SetPlan } from './plan.ts';

/** How often others may change the sets between our look and our change. */
const mostTries = 20;

/**
 * Makes the changes in one step, in all tables of the firewall, none of them where a set is missing that is required;
 * undefined when that was not possible, which has been said. What locks out the caller is refused, unless `--force` is
 * given; `refused`: the addresses that are to be refused.
 */
export async function changeSets(
  call: Call,
  changes: readonly Change[],
  refused: readonly AddressRange[] = [],
): Promise<readonly Outcome[] | undefined> {
  const script = await scriptOfSets(call);
  if (script?.kind !== 'file') return undefined;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const now = await readSets(script);
    if (now === undefined) return undefined;
    const plan = planFirewall(now, changes);
    if (changes.some(({ required }, index) => required && plan.outcomes[index]?.kind === 'no set'))
      return plan.outcomes;
    const reason = call.options.force ? undefined : lockOut(script.path, now, plan, refused);
    if (reason !== undefined) {
      say(`${reason}; nothing was changed. --force does it all the same`);
      return undefined;
    }
    const exchanged = await exchange(script, now, plan);
    if (exchanged === 'done') return plan.outcomes;
    if (exchanged === 'refused') return undefined;
  }
  say('others change the sets all the time; nothing was changed. Try again');
  return undefined;
}

/** `stale`: the sets are not any more what they were when the change was planned; nothing was changed. */
async function exchange(script: Script, now: FirewallSets, plan: FirewallPlan): Promise<'done' | 'stale' | 'refused'> {
  const lines = requestOf(now, plan);
  if (lines.length === 0) return 'done';
  const ended = await runScript(script, 'exchange', { input: lines.map((words) => `${words.join('\t')}\n`).join('') });
  if (ended.status !== status.done) return 'refused'; // the script has said why
  return ended.output.startsWith('stale') ? 'stale' : 'done';
}

type Line = readonly string[];

/** What the script is to do, a line each; see `exchange` in the script. Nothing when all is as it is to be. */
function requestOf(now: FirewallSets, { tables, entries }: FirewallPlan): readonly Line[] {
  const sets = [...tables].flatMap(([family, plans]) =>
    held(plans).map((together) => changeOfSets(together.map((plan) => differenceOf(family, plan)))),
  );
  const commands = sets.flatMap((each) => each.commands);
  const [before, after] = [now.entries, entries].map((all) =>
    all.map(({ set, element }) => `${set}\t${element}`).join('\n'),
  );
  if (commands.length === 0 && before === after) return [];
  return [
    ...now.entries.map(({ set, element }) => ['was', set, element]),
    ...sets.flatMap(({ watched }) => watched),
    ...commands,
    ...entries.map(({ set, element }) => ['entry', set, element]),
  ];
}

/** The plans of sets by what the kernel holds them in: lists that are in one map are together. */
function held(plans: readonly SetPlan[]): readonly (readonly SetPlan[])[] {
  const groups = new Map<string, SetPlan[]>();
  for (const plan of plans) {
    const [first = plan.name] = listsBeside(plan.name);
    const group = groups.get(first);
    if (group) group.push(plan);
    else groups.set(first, [plan]);
  }
  return [...groups.values()];
}

/** What a set is to lose and to get; functions make what is needed of thousands of elements at times only. */
interface SetDifference {
  readonly flush: Line;
  readonly gone: readonly Line[];
  readonly added: readonly Line[];
  readonly all: () => readonly Line[];
  readonly several: boolean;
  /** What must still be so when it is done: of what goes out, and of the whole set. */
  readonly held: () => readonly Line[];
  readonly watched: () => readonly Line[];
}

function differenceOf(family: Family, { name, was, before, after }: SetPlan): SetDifference {
  const add = (box: Box): Line => ['add', family, name, elementOf(box, was.type), String(secondsOf(box))];
  const old = new Map(before.map((box) => [elementOf(box, was.type), box.seconds]));
  const fresh = new Map(after.map((box) => [elementOf(box, was.type), box]));
  const gone = [...old].flatMap(([element, seconds]) => (fresh.get(element)?.seconds === seconds ? [] : [element]));
  return {
    flush: ['flush', family, name],
    gone: gone.map((element) => ['delete', family, name, element]),
    added: [...fresh].filter(([element, { seconds }]) => old.get(element) !== seconds).map(([, box]) => add(box)),
    all: () => after.map(add),
    several: was.type.length > 1,
    held: () => (gone.length > 0 ? listedAs(new Set(gone), was).map((each) => ['held', family, name, each]) : []),
    watched: () => [['watch', family, name], ...was.elements.map(({ element }) => ['had', family, name, element])],
  };
}

/** Elements of a list in a map as nft lists them: it would take one out of the map by its address alone, whatever list that is on by now. */
function listedAs(elements: ReadonlySet<string>, { type, elements: all }: KernelSet): readonly string[] {
  return all.flatMap(({ set, element, seconds }) => {
    const box = listsBeside(set).length > 1 ? boxOf(element, type, seconds) : undefined;
    return box && elements.has(elementOf(box, type)) ? [element] : [];
  });
}

/** More elements than these are not taken out one by one: nft 1.0.6 goes through the whole set for each. */
const mostTakenOut = 50;

/**
 * What is done to sets that the kernel holds in one. What goes out of one list may come into another, so all goes out first.
 * Of several fields the kernel takes out a neighbour, too: such a set is always written as a whole.
 */
function changeOfSets(sets: readonly SetDifference[]): Record<'watched' | 'commands', readonly Line[]> {
  const gone = sets.flatMap((each) => each.gone);
  const added = sets.flatMap((each) => each.added);
  const several = sets.some((each) => each.several);
  const watched = () => sets.flatMap((each) => each.watched());
  if (gone.length + added.length > 0 && (several || gone.length > mostTakenOut))
    return { watched: watched(), commands: [...sets.map(({ flush }) => flush), ...sets.flatMap(({ all }) => all())] };
  return { watched: several ? watched() : sets.flatMap(({ held }) => held()), commands: [...gone, ...added] };
}

function secondsOf({ seconds }: Box): number {
  return Number.isFinite(seconds) ? Math.max(1, Math.round(seconds)) : 0;
}
