/** Words of nft(8) in a line: they stay within their rule, and nft judges what they mean. */
import { badNftWords } from '../../diagnostics/catalogue/matches.ts';
import type { Report } from '../../diagnostics/report.ts';
import { flawOf } from '../../ir/nft-words.ts';
import { type Span, spanOf, type TracedText } from '../../source.ts';

/** The words with one blank between them; undefined after a message. `behind` is where they are missed when there are none. */
export function nftWordsOf(written: TracedText, behind: Span, report: Report): string | undefined {
  const flaw = flawOf(written.text.replace(/\t/g, ' '));
  if (!flaw) return withoutBlanks(written.text);
  const { start, end, kind } = flaw;
  const place = kind === 'empty' ? behind : spanOf(written, start, end);
  report.add(badNftWords(place, written.text.slice(start, end), kind));
  return undefined;
}

/** Blanks inside quotes are the user's. */
function withoutBlanks(text: string): string {
  return text
    .split(/("[^"]*")/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/\s+/g, ' ')))
    .join('')
    .trim();
}
