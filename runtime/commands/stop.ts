import { closedScript, lastScript } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { runScript, type Script } from '../apply/run-script.ts';
import { compileFolderOf } from '../environment/configuration.ts';
import { say } from '../output/output.ts';
import type { Call, Status } from '../verb.ts';

export const run = telling(stop);

async function stop(call: Call): Promise<Status> {
  const script = (await lastScript(call)) ?? (await compiledScript(call));
  const ended = await runScript(script, 'stop', { quiet: call.options.quiet });
  return ended.status;
}

/** Nothing was started yet, or what was started is lost: the configuration as it is now, or none at all. */
async function compiledScript(call: Call): Promise<Script> {
  const compiled = await compileFolderOf({ ...call, options: { ...call.options, json: false } }, 'loading');
  if (compiled.kind === 'compiled') return { kind: 'text', text: compiled.artifact.script };
  say('without a configuration stoppedrules are not known: the machine is closed without them');
  return closedScript();
}
