/** What stage 3 says of what a line asks of a packet, and of words of nft. */
import { error, warning } from '../diagnostic.ts';

export const unsupportedMatch = error('unsupported-match', (what: string, why: string, instead?: string) => ({
  message: `${what} cannot be compiled`,
  label: why,
  help: instead ?? 'use another condition; without this one the line would match more packets',
}));

export const allHeaders = warning('all-headers', () => ({
  message: '`any:` with several headers matches only packets with all of them',
  label: 'the packet must have each of these',
  help: 'write one line for each header if one of them is enough',
}));

export const unknownUser = error('unknown-user', (name: string) => ({
  message: `unknown user or group \`${name}\``,
  label: 'not in `/etc/passwd` or `/etc/group`',
  help: 'write the number',
}));

export const markBitTaken = error('mark-bit-taken', () => ({
  message: 'this mark includes bit 31',
  label: 'ftpwall uses bit 31 for connections that a rule accepted with a helper',
  help: 'use a mask below 0x80000000',
}));

/** Why words of nft cannot stand in a rule, and what can be done. */
const nftFlaws = {
  empty: ['empty', 'write matches, statements and a verdict in nft(8) syntax, such as `ip dscp ef drop`'],
  character: ['not allowed in a rule', 'write one rule: no `;`, `#`, `$`, `\\`, and other letters only in quotes'],
  quote: ['this quote is not closed', 'close it; inside are no `"`, `$` and `\\`'],
  bracket: ['no matching bracket', 'close every bracket, in the right order'],
  chain: ['chains are those of ftpwall', 'use the target CONTINUE with the matches after `;; nft`, or call an action'],
  statement: ['not a part of a rule', 'leave it out; `?COMMENT` is the comment of a rule'],
  mark: ['ftpwall uses one bit of this mark', 'use CONNMARK, with the matches after `;; nft`'],
} as const;

export const badNftWords = error('bad-nft-words', (text: string, kind: keyof typeof nftFlaws) => ({
  message:
    text.trim() === '' ? 'the nft expression is empty' : `\`${text.trim()}\` is not allowed in an nft expression`,
  label: nftFlaws[kind][0],
  help: nftFlaws[kind][1],
}));
