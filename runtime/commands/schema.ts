import { library } from '../generated/library.js';
import { skeletons } from '../init/skeletons.ts';
import { languageSchema } from '../output/language-schema.ts';
import { write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const text = call.options.json
    ? JSON.stringify(languageSchema(library()), undefined, 2)
    : Object.values(skeletons()).join('\n').trimEnd();
  write(1, `${text}\n`);
  return status.done;
}
