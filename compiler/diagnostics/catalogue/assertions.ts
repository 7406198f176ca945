/** Messages about promises. */
import { error, warning } from '../diagnostic.ts';
import type { Label } from '../message.ts';

export const notAVerdict = error('assertion-verdict', (written: string) => ({
  message: `an assertion cannot promise \`${written}\``,
  label: 'not a verdict',
  help: 'write ACCEPT, DROP, REJECT, or DENY for packets that are dropped or rejected',
}));

/** A packet that fares otherwise than promised, and how. */
interface Counterexample {
  readonly packet: string;
  readonly happens: string;
  readonly related: readonly Label[];
}

/** Without an example: it could not be proved, and what nobody has proved is no promise. */
export const assertionFails = error('assertion-fails', (found: Counterexample | undefined) =>
  found
    ? {
        message: `assertion does not hold: ${found.packet} is ${found.happens}`,
        label: 'not true of all of these packets',
        related: found.related,
        help: 'change the line that decides, or the assertion; `ftpwall why` shows the path of a packet',
      }
    : {
        message: 'assertion could not be proved',
        label: 'the packets have too many different cases',
        help: 'split the assertion into smaller ones: name addresses, a protocol or ports',
      },
);

export const assertionAboutNothing = warning('assertion-about-nothing', () => ({
  message: 'no packet is what this assertion names',
  label: 'it promises nothing',
  help: 'compare its addresses and IP versions with its zones, and ORIGDEST with the DNAT lines',
}));
