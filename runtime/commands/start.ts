import { apply } from '../apply/apply.ts';
import type { Call, Status } from '../verb.ts';

export function run(call: Call): Promise<Status> {
  return apply(call, { verb: 'start' });
}
