/** What sets of the running firewall hold: those of commands, of events, of dynamic zones, and of the user. */
import {
  blacklistSet,
  dynamicList,
  openedSet,
  openedSourcesSet,
  refusingVerbs,
} from '../../compiler/language/names.ts';
import { write } from '../output/output.ts';
import { type Content, type FirewallSets, readSets, scriptOfSets } from '../sets/contents.ts';
import { describeElement } from '../sets/describe.ts';
import { asWritten } from '../sets/plan.ts';
import { inWords } from '../sets/words.ts';
import { type Call, type Status, status } from '../verb.ts';

/** How a subject calls a set, or nothing when it is not about it. `name` is what the user asked for alone. */
export type Belongs = (set: string, name: string | undefined) => string | undefined;

const versions = [4, 6] as const;
const refused = new Map<string, string>([
  ...versions.flatMap((version) => refusingVerbs.map((verb) => [dynamicList(verb, version), verb] as const)),
  ...versions.map((version) => [blacklistSet(version), 'blacklist'] as const),
]);
const opened = new Set<string>(versions.map(openedSet));
/** They say nothing that the sets of opened connections do not. */
const derived = new Set<string>(versions.map(openedSourcesSet));

export const belongs = {
  blacklists: (set) => refused.get(set),
  opens: (set) => (opened.has(set) ? 'open' : undefined),
  events: (set, name) => (set.startsWith(name === undefined ? 'event-' : `event-${name}-`) ? set : undefined),
  dynamic: (set, name) => (set.startsWith(name === undefined ? 'zone-' : `zone-${name}-`) ? set : undefined),
  sets: (set, name) => (name === undefined || set === name || set === `${name}-6` ? set : undefined),
} as const satisfies Record<string, Belongs>;

/** Prints what the sets of a subject hold. */
export async function showSets(call: Call, chosen: Belongs): Promise<Status> {
  const script = await scriptOfSets(call);
  const now = script && (await readSets(script));
  if (!now) return status.refused;
  const shown = contentsOf(now).flatMap((each): readonly Shown[] => {
    const as = chosen(each.set, call.arguments[1]);
    return as === undefined ? [] : [{ ...each, as }];
  });
  if (call.options.json) write(1, `${JSON.stringify({ schema: 1, elements: shown.map(asJson) })}\n`);
  else for (const each of shown) write(1, `${describe(each)}\n`);
  return status.done;
}

/** What the sets hold, entries as they were written. */
function contentsOf({ tables, entries }: FirewallSets): readonly Content[] {
  return [...tables.values()].flatMap((sets) =>
    [...sets].flatMap(([name, { elements }]) => {
      if (derived.has(name)) return [];
      const written = entries.some(({ set }) => set === name);
      return (written ? asWritten(name, { sets, entries }) : elements).map((each) => ({
        ...each,
        element: describeElement(each.element),
      }));
    }),
  );
}

type Shown = Content & { readonly as: string };

function asJson({ as, set, element, seconds }: Shown): object {
  return { kind: as, set, element, ...(seconds === 0 ? {} : { seconds }) };
}

function describe({ as, element, seconds }: Shown): string {
  return `${as}  ${element}${seconds === 0 ? '' : `  (${inWords(seconds)} left)`}`;
}
