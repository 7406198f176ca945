/** Colours by meaning: a zone looks like no macro. */
import { type Range, SemanticTokensBuilder } from 'vscode-languageserver/node';
import type { FolderWords, WordFile } from '../words/folder-words.ts';
import type { Word } from '../words/token.ts';

/** The types of the protocol that stand for our kinds of words, in the order of the legend. */
export const tokenTypes = [
  'namespace',
  'type',
  'variable',
  'function',
  'property',
  'keyword',
  'comment',
  'number',
  'string',
  'enumMember',
] as const;

const typeOf: { readonly [Kind in Word['kind']]: (typeof tokenTypes)[number] } = {
  zone: 'namespace',
  interface: 'type',
  variable: 'variable',
  call: 'function',
  option: 'property',
  setting: 'property',
  directive: 'keyword',
  comment: 'comment',
  number: 'number',
  include: 'string',
  text: 'enumMember',
};

/** The tokens of a file, or of the lines of a range. */
export function semanticTokens(words: FolderWords, file: WordFile, range?: Range): { data: number[] } {
  const builder = new SemanticTokensBuilder();
  const first = range?.start.line ?? 0;
  const last = Math.min(range?.end.line ?? file.lines.length - 1, file.lines.length - 1);
  for (let line = first; line <= last; line += 1) {
    let end = 0;
    for (const word of file.lines[line]?.words ?? []) {
      const kind = word.maybe ? words.thingOf(word)?.kind : word.kind;
      if (kind === undefined || word.start < end) continue;
      end = word.end;
      builder.push(line, word.start, word.end - word.start, tokenTypes.indexOf(typeOf[kind]), word.declares ? 1 : 0);
    }
  }
  return builder.build();
}
