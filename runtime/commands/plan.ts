import { readFileSync } from 'node:fs';
import { othersText, showDifference } from '../answers/differences.ts';
import { firewallsOf } from '../answers/firewalls.ts';
import { frameChanges, frameRulesListed, frameRulesOf } from '../answers/frame-changes.ts';
import { listingPlanText, planAgainst } from '../answers/listing-plan.ts';
import { stateOf } from '../apply/last-script.ts';
import { defaultFolder } from '../environment/folder.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { readCurrent } from '../generations/generation.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { against } = call.options;
  if (against !== undefined) return planListing(against, call);
  const current = readCurrent(stateOf(call));
  if (!current) {
    say('no firewall is loaded that a change could be compared with; `ftpwall diff A B` compares two folders');
    return status.refused;
  }
  return showDifference(String(current.number), call.arguments[0] ?? defaultFolder, call, { live: true });
}

/** Against what another machine has loaded, in place of the generation that runs here. */
async function planListing(file: string, call: Call): Promise<Status> {
  if (call.options.intent !== undefined || call.options.markdown) {
    say('--intent and --markdown compare two configurations, and a listing is none: `ftpwall diff A B` takes them');
    return status.usage;
  }
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    say(`cannot read ${file}: ${reasonOf(error)}`);
    return status.usage;
  }
  const asked = await firewallsOf(call.arguments[0] ?? defaultFolder, call);
  if (!asked) return status.configurationErrors;
  const plan = planAgainst(asked, file === '-' ? 'standard input' : file, text);
  if (typeof plan === 'string') {
    say(plan);
    return status.refused;
  }
  const others = frameChanges(frameRulesListed(text), frameRulesOf(asked));
  const equal = plan.equal && others.length === 0;
  const found = { ...plan, equal };
  const beside = others.length === 0 ? '' : `${othersText(others).join('\n')}\n`;
  const shown = plan.equal && !equal ? beside : `${listingPlanText(plan)}${beside}`;
  write(1, call.options.json ? `${JSON.stringify({ schema: 1, ...found, others }, null, 2)}\n` : shown);
  return equal ? status.done : status.changes;
}
