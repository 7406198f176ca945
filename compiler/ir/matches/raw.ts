/** Conditions in the words of nft(8), for what the language cannot ask. */
import { invariant } from '../../invariant.ts';
import { opaqueExtent } from '../fields.ts';
import type { MatchKind, MatchOf } from '../kind.ts';
import { flawOf } from '../nft-words.ts';

/** It may remember (`limit`, `quota`) or change something, so its place and its number matter. */
export const rawMatch: MatchKind<MatchOf<'raw'>> = {
  print({ text }) {
    invariant(!flawOf(text), `words that do not stay in their rule: ${text}`);
    return text;
  },
  extent: ({ text }) => opaqueExtent(text, false),
  test: (match, { remembers }) => remembers(match),
  stateful: true,
  opaque: true,
};
