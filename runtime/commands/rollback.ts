import { existsSync } from 'node:fs';
import { generationBefore, refusalOfGeneration } from '../apply/admit-generation.ts';
import { closedScript, lastScript, stateOf } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { runScript } from '../apply/run-script.ts';
import { type Generation, listGenerations } from '../generations/generation.ts';
import { refusalByKept } from '../generations/kept-rulesets.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(rollback);

/** Without a number: what waits for confirmation is taken back, else the last one before it that was confirmed is loaded. */
async function rollback(call: Call): Promise<Status> {
  const [wanted] = call.arguments;
  const script = (await lastScript(call)) ?? closedScript();
  const now = await runScript(script, 'status');
  const pending = /^confirmation: /m.test(now.output);
  if (pending) {
    const ended = await runScript(script, 'rollback');
    if (wanted === undefined || ended.status !== status.done) return ended.status;
  }
  const all = listGenerations(stateOf(call));
  const current = all.find(({ links }) => links.includes('current'));
  const generation =
    wanted === undefined ? generationBefore(all, current) : all.find(({ number }) => String(number) === wanted);
  const refusal = refusalOfGeneration(generation, wanted, call.options.force);
  if (refusal !== undefined || generation === undefined) {
    say(`${refusal}; nothing was changed`);
    return status.refused;
  }
  const locksOut = call.options.force ? undefined : await refusalByKept(generation.folder);
  if (locksOut !== undefined) {
    say(`${locksOut}; nothing was changed. --force loads it all the same`);
    return status.refused;
  }
  return load(generation, current, call);
}

/** Loads a generation in the place of the current one, which has not proved good when it is a later one. */
async function load(generation: Generation, current: Generation | undefined, call: Call): Promise<Status> {
  const path = generation.script;
  const { quiet } = call.options;
  const ended =
    current !== undefined && generation.number < current.number
      ? await runScript({ kind: 'file', path }, 'replace', { words: [String(current.number)], quiet })
      : await runScript({ kind: 'file', path }, 'start', { quiet });
  if (ended.status !== status.done && !existsSync(path)) {
    say(
      `generation ${generation.number} was removed in the meantime, as one of the oldest: ftpwall generations lists what there is`,
    );
  }
  if (ended.status === status.done && current !== undefined && current !== generation && !quiet)
    say(`ftpwall rollback ${current.number} returns to generation ${current.number}`);
  return ended.status;
}
