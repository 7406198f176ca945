import { compileFolderOf } from '../configuration.ts';
import { write } from '../output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const compiled = await compileFolderOf(call, 'looking');
  if (compiled.kind === 'failed') return status.configurationErrors;
  if (!call.options.json && !call.options.quiet) write(1, `${compiled.folder.name}: no errors\n`);
  return status.done;
}
