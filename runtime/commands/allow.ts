import { telling } from '../apply/outcome.ts';
import { allowAddresses } from '../sets/refuse.ts';

export const run = telling(allowAddresses);
