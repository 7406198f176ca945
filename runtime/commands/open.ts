import { telling } from '../apply/outcome.ts';
import { changeOpened } from '../sets/opened.ts';

export const run = telling((call) => changeOpened(call, 'add'));
