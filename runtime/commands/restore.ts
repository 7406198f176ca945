import { applyStaged, wayBack } from '../apply/apply.ts';
import { stateOf } from '../apply/last-script.ts';
import { telling } from '../apply/outcome.ts';
import { distrust } from '../environment/trust.ts';
import { damageOf } from '../generations/checksums.ts';
import { currentScript, numberOf, stageCopy } from '../generations/generation.ts';
import { refusalByKept } from '../generations/kept-rulesets.ts';
import { savedFolder, usualName } from '../generations/saved.ts';
import { say } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export const run = telling(restore);

async function restore(call: Call): Promise<Status> {
  const [name = usualName] = call.arguments;
  const state = stateOf(call);
  const folder = savedFolder(state, name);
  const damage =
    folder === undefined ? 'there is none of this name' : (distrust(`${folder}/firewall`) ?? damageOf(folder));
  if (folder === undefined || damage !== undefined) {
    say(`the firewall ${name} cannot be restored: ${damage}`);
    return status.refused;
  }
  const locksOut = call.options.force ? undefined : await refusalByKept(folder);
  if (locksOut !== undefined) {
    say(`${locksOut}; nothing was changed. --force loads it all the same`);
    return status.refused;
  }
  const staged = stageCopy(state, folder);
  if (staged.kind === 'refused') {
    say(`${staged.reason}; nothing was changed`);
    return status.refused;
  }
  const before = currentScript(state);
  const earlier = before === undefined ? undefined : numberOf(before);
  const ended = await applyStaged(staged.thing, call, { verb: 'restart' });
  if (ended === status.done && !call.options.quiet)
    say(`the saved firewall ${name} is restored${earlier === undefined ? '' : `; ${wayBack(earlier)}`}`);
  return ended;
}
