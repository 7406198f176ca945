import { defaultFolder, findFolder } from '../environment/folder.ts';
import { formatFolder } from '../fix/format-folder.ts';
import { rewrite } from '../fix/rewrite.ts';
import { unifiedDiff } from '../fix/unified-diff.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const found = findFolder(call.arguments[0] ?? defaultFolder);
  if (found.kind === 'refused') {
    say(found.reason);
    return status.configurationErrors;
  }
  const { folder } = found;
  const { changed, unreadable } = formatFolder(folder);
  for (const [name, reason] of unreadable) say(`${name} is left as it is: ${reason}`);
  const { check, diff, quiet } = call.options;
  if (diff) for (const [name, texts] of changed) write(1, unifiedDiff(`${folder.name}/${name}`, texts));
  const names = [...changed.keys()];
  if (check || diff) {
    if (check && !diff && !quiet) for (const name of names) write(1, `${name}: would be aligned\n`);
    if (check && names.length > 0) return status.configurationErrors;
  } else {
    const reason = rewrite(folder.path, new Map([...changed].map(([name, { bytes }]) => [name, bytes])));
    if (reason !== undefined) {
      say(`nothing was aligned: ${reason}`);
      return status.refused;
    }
    if (!quiet) for (const name of names) write(1, `${name}: aligned\n`);
  }
  return unreadable.size > 0 ? status.refused : status.done;
}
