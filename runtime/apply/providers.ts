/** Turning providers on and off while the firewall runs: the script of the firewall that was started last does it. */
import { say } from '../output/output.ts';
import { status, type VerbModule } from '../verb.ts';
import { lastScript } from './last-script.ts';
import { telling } from './outcome.ts';
import { runScript } from './run-script.ts';

/** The verb that enables, disables or enables anew one provider, named by itself or by its interface. */
export function turnProvider(verb: 'enable' | 'disable' | 'reenable'): VerbModule['run'] {
  return telling(async (call) => {
    const script = await lastScript(call);
    if (script !== undefined) return (await runScript(script, verb, { words: call.arguments })).status;
    say('no firewall was started whose providers could be changed');
    return status.refused;
  });
}
