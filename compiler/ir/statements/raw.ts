/** Statements in the words of nft(8), for what the language cannot say. */
import { invariant } from '../../invariant.ts';
import type { StatementKind, StatementOf } from '../kind.ts';
import { flawOf, isFieldChange } from '../nft-words.ts';

export const rawStatement: StatementKind<StatementOf<'raw'>> = {
  print({ text }) {
    invariant(!flawOf(text), `words that do not stay in their rule: ${text}`);
    return text;
  },
  // Taken not to decide; whoever asks is told that this is a guess.
  run: () => undefined,
  isOpaque: ({ text, decides }) => decides || !isFieldChange(text),
};
