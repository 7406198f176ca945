import { refusalOfGeneration } from '../admit-generation.ts';
import { listGenerations } from '../generation.ts';
import { refusalByKept } from '../kept-rulesets.ts';
import { closedScript, lastScript, stateOf, withoutFolder } from '../last-script.ts';
import { telling } from '../outcome.ts';
import { say } from '../output.ts';
import { runScript } from '../run-script.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(rollback, { names: true });

/** Without a number: what waits for confirmation is taken back, else the generation before the current one is loaded. */
async function rollback(given: Call): Promise<Status> {
  const call = withoutFolder(given);
  const [wanted] = given.arguments;
  const script = lastScript(call) ?? closedScript(call);
  const now = await runScript(script, 'status');
  const pending = /^confirmation: /m.test(now.output);
  if (pending) {
    const ended = await runScript(script, 'rollback');
    if (wanted === undefined || ended.status !== status.done) return ended.status;
  }
  const all = listGenerations(stateOf(call));
  const current = all.find(({ links }) => links.includes('current'));
  const generation =
    wanted === undefined
      ? all.findLast(({ number, damage }) => damage === undefined && number < (current?.number ?? 0))
      : all.find(({ number }) => String(number) === wanted);
  const refusal = refusalOfGeneration(generation, wanted);
  if (refusal !== undefined || generation === undefined) {
    say(`${refusal}; nothing was changed`);
    return status.refused;
  }
  const locksOut = call.options.force ? undefined : await refusalByKept(generation.folder);
  if (locksOut !== undefined) {
    say(`${locksOut}; nothing was changed. --force loads it all the same`);
    return status.refused;
  }
  return (await runScript({ kind: 'file', path: generation.script }, 'start', { quiet: call.options.quiet })).status;
}
