/** What stage 3 says of marks and of lines of `mangle`. */
import { error } from '../diagnostic.ts';

/** A field of the layout: its mask and who has it. */
export interface LayoutRow {
  readonly mask: number;
  readonly owner: string;
}

export const markOutsideField = error(
  'mark-outside-field',
  (text: string, allowed: string, layout: readonly LayoutRow[]) => ({
    message: `\`${text}\` has bits outside ${allowed}`,
    label: `the layout of marks is ${layout.map(({ mask, owner }) => `0x${mask.toString(16)} ${owner}`).join(', ')}`,
    help: 'choose a value within the field, or other fields by TC_BITS, MASK_BITS, PROVIDER_OFFSET and PROVIDER_BITS in the settings',
  }),
);

export const mangleAction = error('mangle-action', (name: string, suggestion: string | undefined) => ({
  message: `\`${name}\` is not an action of \`mangle\``,
  label: 'neither an action of mangle nor one with the option `mangle`',
  help: suggestion
    ? `write \`${suggestion}\``
    : 'write a mark as `MARK(value)`; declare your own actions in `actions` with the option `mangle`',
}));

export const mangleChain = error('mangle-chain', (name: string, chain: string, allowed: readonly string[]) => ({
  message: `\`${name}\` is not allowed in the chain \`${chain}\``,
  label: `allowed: ${allowed.map((each) => `\`:${each}\``).join(', ')}`,
  help: 'P is prerouting, F forward, T postrouting, I input, O output',
}));

/** An interface that packets do not have in the chain of their line. */
export const mangleEnd = error('mangle-end', (text: string, side: 'source' | 'dest') => ({
  message: `\`${text}\` cannot be matched here`,
  ...(side === 'dest'
    ? {
        label: 'in this chain it is not known by which interface packets leave',
        help: 'write `:F` (forwarded packets), `:O` (those of the firewall) or `:T` (both) after the action, or an address here',
      }
    : {
        label: 'packets from the firewall itself come in by no interface',
        help: 'write `:P` or `:F` after the action, or `$FW` or an address of the firewall here',
      }),
}));
