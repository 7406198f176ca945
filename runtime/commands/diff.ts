import { showDifference } from '../answers/differences.ts';
import type { Call, Status } from '../verb.ts';

export function run(call: Call): Promise<Status> {
  const [before = '', after = ''] = call.arguments;
  return showDifference(before, after, call);
}
