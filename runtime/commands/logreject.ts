import { telling } from '../apply/outcome.ts';
import { refuseAddresses } from '../sets/refuse.ts';

export const run = telling(refuseAddresses);
