/**
 * Files that are not compiled. Their lines are read by their columns, and the first of them is an error at its
 * place, so that nothing is left out in silence.
 */

import { places, ports, proto, user } from '../packet-columns.ts';
import { type FileTable, file } from '../schema.ts';

/** Security marks. */
export const laterFiles = [
  file({
    name: 'secmarks',
    summary: 'security marks',
    treatment: {
      later:
        'only the security module of the kernel knows these contexts: let the script `started` load a table of yours with `secmark` objects (nft(8))',
    },
    columns: {
      secmark: { type: 'word', required: true, doc: 'a context of SELinux, `SAVE` or `RESTORE`' },
      chain: { type: 'word', required: true, doc: 'the hook and the connection states: `I:N`' },
      ...places,
      proto,
      ...ports,
      user,
      mark: { type: 'word', doc: 'the mark that packets must have' },
    },
  }),
] as const;

/** What to do in the place of a file that is not compiled. */
export function insteadOf({ treatment }: FileTable): string {
  return typeof treatment === 'object' && 'later' in treatment ? treatment.later : '';
}
