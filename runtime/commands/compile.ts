import { compileFolderOf } from '../environment/configuration.ts';
import { reasonOf } from '../environment/system-errors.ts';
import { say } from '../output/output.ts';
import { signScript } from '../output/sign.ts';
import { writeResult } from '../output/write-result.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { output, script, sign, json } = call.options;
  const rulesetTo = output ?? (script === undefined ? '-' : undefined);
  if ([rulesetTo, script, json ? '-' : undefined].filter((target) => target === '-').length > 1) {
    say('only one thing can be written to standard output');
    return status.usage;
  }
  if (sign !== undefined && (script === undefined || script === '-')) {
    say('--sign needs --script FILE: the signature is written beside it, to FILE.sig');
    return status.usage;
  }
  const compiled = await compileFolderOf(call, 'looking');
  if (compiled.kind === 'failed') return status.configurationErrors;
  const signed = sign === undefined ? undefined : signScript(compiled.artifact.script, sign);
  if (signed?.kind === 'refused') {
    say(`the script could not be signed: ${signed.reason}`);
    return status.refused;
  }
  try {
    if (rulesetTo !== undefined) writeResult(rulesetTo, compiled.artifact.ruleset, 0o600);
    if (script !== undefined) writeResult(script, compiled.artifact.script, 0o700);
    if (signed !== undefined) writeResult(`${script}.sig`, signed.signature, 0o644);
  } catch (error) {
    say(`the result could not be written: ${reasonOf(error)}`);
    return status.refused;
  }
  return status.done;
}
