import { switchSet } from '../../compiler/language/names.ts';
import { telling } from '../apply/outcome.ts';
import { say } from '../output/output.ts';
import type { Span } from '../sets/boxes.ts';
import { changeSets } from '../sets/change.ts';
import { type Call, type Status, status } from '../verb.ts';

/** Every protocol: what the set of a switch holds when it is turned. */
const everything: Span = { first: 0n, last: 255n };

export const run = telling(turn);

async function turn(call: Call): Promise<Status> {
  const [name = '', value = ''] = call.arguments;
  if (!/^[A-Za-z][\w-]{0,29}$/.test(name)) {
    say(`\`${name}\` cannot be the name of a switch; nothing was changed`);
    return status.usage;
  }
  const on = value === 'on';
  const done = await changeSets(call, [
    { operation: on ? 'add' : 'delete', set: switchSet(name, false), spans: [everything] },
    { operation: on ? 'delete' : 'add', set: switchSet(name, true), spans: [everything] },
  ]);
  if (!done) return status.refused;
  const known = done.some(({ kind }) => kind !== 'no set');
  say(known ? `${name} is ${value}` : `no rule of the running firewall has the switch \`${name}\``);
  return known ? status.done : status.refused;
}
