import { nearest } from '../../compiler/diagnostics/suggest.ts';
import { explain } from '../generated/explain.js';
import { say, write } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

export function run(call: Call): Status {
  const code = call.arguments[0] ?? '';
  const pages = explain();
  if (Object.hasOwn(pages, code)) {
    write(1, pages[code] ?? '');
    return status.done;
  }
  const near = nearest(code, Object.keys(pages));
  say(`no message has the code \`${code}\`${near === undefined ? '' : `; there is \`${near}\``}`);
  return status.usage;
}
