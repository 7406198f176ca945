import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { helpOn } from '../command-line.ts';
import { explain } from '../generated/explain.js';
import { library } from '../generated/library.js';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';
import { manualOf, meantVerb } from './suggest-verb.ts';

export function run(call: Call): Status {
  const [name] = call.arguments;
  const help = helpOn(name);
  if (help === undefined) {
    say(elsewhere(name ?? ''));
    return status.usage;
  }
  write(1, help);
  return status.done;
}

/** Where help is on what is no verb: a message, a macro or an action; or a name near to what was typed. */
function elsewhere(name: string): string {
  const explained = [...Object.keys(explain()), ...Object.keys(library()).map((file) => file.replace(/^\w+\./, ''))];
  const none = `there is no verb \`${name}\``;
  if (explained.includes(name)) return `${none}: run \`ftpwall explain ${name}\``;
  const file = manualOf(name);
  if (file !== undefined) return `${none}; ${file}`;
  const verb = meantVerb(name);
  if (verb !== undefined) return `${none}; did you mean \`ftpwall help ${verb}\`?`;
  const near = nearest(name, explained);
  if (near !== undefined) return `${none}; did you mean \`ftpwall explain ${near}\`?`;
  return `${none}; \`ftpwall help\` lists them`;
}
