/** `start` and `restart`: compile, keep, run the script, and only then call it current. */
import { compileFolderOf } from './configuration.ts';
import { discard, makeCurrent, stateFolder, writeGeneration } from './generation.ts';
import { say } from './output.ts';
import { runScript } from './run-script.ts';
import { type Call, type Status, status } from './verb.ts';

export async function apply(call: Call, verb: 'start' | 'restart'): Promise<Status> {
  const compiled = await compileFolderOf(call, 'loading');
  if (compiled.kind === 'failed') return status.configurationErrors;
  const { artifact, folder } = compiled;
  const state = stateFolder(call.options.state, folder.flavour);

  const written = writeGeneration(state, artifact);
  if (written.kind === 'refused') {
    say(`${written.reason}; nothing was changed`);
    return status.refused;
  }
  const generation = written.thing;
  const ended = await runScript({ kind: 'file', path: generation.script }, verb, call.options.quiet);
  if (ended.status !== status.done) {
    discard(generation.folder);
    return status.refused;
  }
  const current = makeCurrent(state, generation);
  if (current.kind === 'kept') return status.done;
  say(`the firewall is running, but ${current.reason}`);
  return status.refused;
}
