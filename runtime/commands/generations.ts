import { stateOf } from '../apply/last-script.ts';
import { type Generation, listGenerations, type Outcome } from '../generations/generation.ts';
import { write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const all = listGenerations(stateOf(call));
  if (call.options.json) {
    const generations = all.map(({ number, links, outcome, replaces, about, damage }) => ({
      ...{ number, links, outcome, replaces },
      ...about,
      damage,
    }));
    write(1, `${JSON.stringify({ schema: 1, generations })}\n`);
  } else for (const each of all) write(1, `${describe(each)}\n`);
  return status.done;
}

/** What is said of a generation that does not simply stand. */
const inWords: Readonly<Partial<Record<Outcome, string>>> = {
  waiting: 'waits for confirmation',
  refused: 'not confirmed, rolled back',
  'rolled-back': 'rolled back',
};

function describe({ number, links, outcome, about, damage }: Generation): string {
  if (damage !== undefined) return `${number}  cannot be loaded: ${damage}`;
  const marks = [...links, ...(inWords[outcome] ? [inWords[outcome]] : [])];
  const folders = [about?.configuration, about?.configuration6].flatMap((each) => (each ? [each.folder] : []));
  const said = marks.length === 0 ? '' : `  (${marks.join(', ')})`;
  return `${number}  ${about?.time.replace('T', ' ').slice(0, 19)}  ${folders.join(' ')}${said}`;
}
