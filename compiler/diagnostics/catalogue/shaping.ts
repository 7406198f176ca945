/** What stage 3 says of traffic shaping. */
import { error } from '../diagnostic.ts';

export const badShaping = error('bad-shaping', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));
