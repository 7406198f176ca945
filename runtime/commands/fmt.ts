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
  const { check, diff, json, quiet } = call.options;
  const onlyLooks = check || diff;
  const files = new Map([...changed].map(([name, { bytes }]) => [name, bytes]));
  // Only blanks change, and `check` would warn of a FILE.bak that nothing reads.
  const reason = onlyLooks ? undefined : rewrite(folder.path, files, { originals: false });
  for (const [name, why] of unreadable) say(`${name} is left as it is: ${why}`);
  if (reason !== undefined) say(`nothing was aligned: ${reason}`);
  const refused = reason !== undefined || unreadable.size > 0;
  const names = [...changed.keys()];
  if (json) {
    const done = {
      result: refused ? 'refused' : 'done',
      changed: !onlyLooks && reason === undefined && names.length > 0,
    };
    const left = [...unreadable].map(([file, why]) => ({ file, reason: why }));
    write(1, `${JSON.stringify({ schema: 1, ...done, files: names, unreadable: left, reason })}\n`);
  } else {
    if (diff) for (const [name, texts] of changed) write(1, unifiedDiff(`${folder.name}/${name}`, texts));
    const told = quiet || diff || reason !== undefined ? [] : names;
    for (const name of told) write(1, `${name}: ${check ? 'would be aligned' : 'aligned'}\n`);
  }
  if (check && names.length > 0) return status.configurationErrors;
  return refused ? status.refused : status.done;
}
