import { switchSet } from '../../compiler/language/names.ts';
import { changeSets } from '../dynamic-sets.ts';
import { say } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

/** Every protocol: what the set of a switch holds when it is turned. */
const everything = '0-255';

export async function run(call: Call): Promise<Status> {
  const [name = '', value = ''] = call.arguments;
  if (!/^[A-Za-z][\w-]{0,29}$/.test(name)) {
    say(`\`${name}\` cannot be the name of a switch; nothing was changed`);
    return status.usage;
  }
  const on = value === 'on';
  const done = await changeSets(call, [
    { operation: on ? 'add' : 'delete', set: switchSet(name, false), element: everything },
    { operation: on ? 'delete' : 'add', set: switchSet(name, true), element: everything },
  ]);
  if (!done) return status.refused;
  const known = done.slice(0, 2).some((each) => each !== 'no set' && each !== 'refused');
  say(known ? `${name} is ${value}` : `no rule of the running firewall has the switch \`${name}\``);
  return known ? status.done : status.refused;
}
