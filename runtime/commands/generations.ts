import { type Generation, listGenerations } from '../generation.ts';
import { stateOf } from '../last-script.ts';
import { write } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const all = listGenerations(stateOf(call));
  if (call.options.json) {
    const generations = all.map(({ number, links, about, damage }) => ({ number, links, ...about, damage }));
    write(1, `${JSON.stringify({ schema: 1, generations })}\n`);
  } else for (const each of all) write(1, `${describe(each)}\n`);
  return status.done;
}

function describe({ number, links, about, damage }: Generation): string {
  if (damage !== undefined) return `${number}  cannot be loaded: ${damage}`;
  const marks = links.length === 0 ? '' : `  (${links.join(', ')})`;
  return `${number}  ${about?.time.replace('T', ' ').slice(0, 19)}  ${about?.configuration.folder}${marks}`;
}
