/** What stage 3 says of lines of `arprules`. */
import { error } from '../diagnostic.ts';

export const badArpRule = error('bad-arp-rule', (message: string, why: string, help: string) => ({
  message,
  label: why,
  help,
}));
