import { telling } from '../apply/outcome.ts';
import { changeZone } from '../sets/zones.ts';

export const run = telling((call) => changeZone(call, 'add'));
