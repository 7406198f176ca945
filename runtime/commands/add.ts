import { changeZone } from '../sets/zones.ts';
import type { Call, Status } from '../verb.ts';

export function run(call: Call): Promise<Status> {
  return changeZone(call, 'add');
}
