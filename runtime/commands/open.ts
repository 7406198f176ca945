import { changeOpened } from '../sets/opened.ts';
import type { Call, Status } from '../verb.ts';

export function run(call: Call): Promise<Status> {
  return changeOpened(call, 'add');
}
