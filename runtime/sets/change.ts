/** Changes what sets of the running firewall hold: read, plan, and exchange the one for the other in one step. */
import type { AddressRange } from '../../compiler/net/ranges.ts';
import { runScript, type Script } from '../apply/run-script.ts';
import { say } from '../output/output.ts';
import { type Call, status } from '../verb.ts';
import { type Box, elementOf } from './boxes.ts';
import { type Family, type FirewallSets, readSets, scriptOfSets } from './contents.ts';
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
  const sets = [...tables].flatMap(([family, plans]) => plans.map((plan) => changeOfSet(family, plan)));
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

/** More elements than these are not taken out one by one: nft 1.0.6 goes through the whole set for each. */
const mostTakenOut = 50;

/**
 * What is done to a set, and what of it must still be so when it is done. Of several fields the kernel takes out a
 * neighbour, too: such a set is always written as a whole.
 */
function changeOfSet(family: Family, { name, was, before, after }: SetPlan): Record<'watched' | 'commands', Line[]> {
  const add = (box: Box): Line => ['add', family, name, elementOf(box, was.type), String(secondsOf(box))];
  const old = new Map(before.map((box) => [elementOf(box, was.type), box.seconds]));
  const fresh = new Map(after.map((box) => [elementOf(box, was.type), box]));
  const gone = [...old].filter(([element, seconds]) => fresh.get(element)?.seconds !== seconds);
  const added = [...fresh].filter(([element, { seconds }]) => old.get(element) !== seconds);
  const several = was.type.length > 1;
  const changed = gone.length + added.length > 0;
  const watched: Line[] = [
    ['watch', family, name],
    ...was.elements.map(({ element }) => ['had', family, name, element]),
  ];
  if (changed && (several || gone.length > mostTakenOut))
    return { watched, commands: [['flush', family, name], ...after.map(add)] };
  return {
    watched: several ? watched : [],
    commands: [...gone.map(([element]) => ['delete', family, name, element]), ...added.map(([, box]) => add(box))],
  };
}

function secondsOf({ seconds }: Box): number {
  return Number.isFinite(seconds) ? Math.max(1, Math.round(seconds)) : 0;
}
