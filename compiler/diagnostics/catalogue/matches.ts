/** What stage 3 says of what a line asks of a packet, and of words of nft. */
import { error, warning } from '../diagnostic.ts';

export const unsupportedMatch = error('unsupported-match', (what: string, why: string) => ({
  message: `${what} cannot be compiled`,
  label: why,
  help: 'say it in another way; without it the line would be for more packets',
}));

export const allHeaders = warning('all-headers', () => ({
  message: '`any:` of several headers asks for all of them',
  label: 'a packet has each of these',
  help: 'write a line for each header where one of them is enough',
}));

export const unknownUser = error('unknown-user', (name: string) => ({
  message: `unknown user or group \`${name}\``,
  label: 'not in `/etc/passwd` or `/etc/group`',
  help: 'write the number',
}));

export const markBitTaken = error('mark-bit-taken', () => ({
  message: 'this mark includes bit 31',
  label: 'bit 31 of the connection mark says that a rule admitted the connection with its helper',
  help: 'use a mask below 0x80000000',
}));

/** Why words of nft cannot stand in a rule, and what can be done. */
const nftFlaws = {
  empty: ['there is nothing', 'write conditions, changes and a verdict as nft(8) has them, such as `ip dscp ef drop`'],
  character: ['not a sign of a rule', 'write one rule: no `;`, `#`, `$`, `\\`, and other letters only in quotes'],
  quote: ['this quote is not closed', 'close it; inside are no `"`, `$` and `\\`'],
  bracket: ['it has no other half', 'close what is opened, in the order in which it was opened'],
  chain: [
    'chains are those of ftpwall',
    'write CONTINUE as the target and the conditions behind `;; nft`, or call an action',
  ],
  statement: ['not a part of a rule', 'leave it out; `?COMMENT` is the comment of a rule'],
  mark: ['one bit of this mark is kept by ftpwall', 'write CONNMARK, with the conditions behind `;; nft`'],
} as const;

export const badNftWords = error('bad-nft-words', (text: string, kind: keyof typeof nftFlaws) => ({
  message: text.trim() === '' ? 'there are no words of nft' : `\`${text.trim()}\` cannot stand among the words of nft`,
  label: nftFlaws[kind][0],
  help: nftFlaws[kind][1],
}));
