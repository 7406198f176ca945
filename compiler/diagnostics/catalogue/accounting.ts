/** What stage 3 says of accounting. */
import { error } from '../diagnostic.ts';

export const badAccounting = error('bad-accounting', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));
