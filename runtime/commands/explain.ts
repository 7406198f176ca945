import { join } from 'node:path';
import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { readText } from '../environment/configuration-file.ts';
import { defaultFolder } from '../environment/folder.ts';
import { explain } from '../generated/explain.js';
import { library } from '../generated/library.js';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const [name = ''] = call.arguments;
  const pages = explain();
  const text = Object.hasOwn(pages, name) ? pages[name] : libraryFile(name);
  if (text !== undefined) {
    write(1, text);
    return status.done;
  }
  const near = nearest(name, [
    ...Object.keys(pages),
    ...Object.keys(library()).map((file) => file.replace(/^\w+\./, '')),
  ]);
  say(`no message, macro or action is called \`${name}\`${near === undefined ? '' : `; there is \`${near}\``}`);
  return status.usage;
}

/** The macro or the action as the compiler would find it: that of the configuration folder goes before that of the library. */
function libraryFile(name: string): string | undefined {
  if (!/^\w[\w.-]*$/.test(name)) return undefined;
  const standard = library();
  for (const file of [`macro.${name}`, `action.${name}`]) {
    const own = readText(join(defaultFolder, file));
    if (own.kind === 'text') return own.text;
    if (Object.hasOwn(standard, file)) return standard[file];
  }
  return undefined;
}
