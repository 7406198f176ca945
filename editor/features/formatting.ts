/** Formatting: what `ftpwall fmt` does, as edits of single lines. */
import type { Range, TextEdit } from 'vscode-languageserver/node';
import { formatted } from '../../compiler/format/format.ts';
import { rangeInLine } from '../places.ts';

/** The edits of the lines that change. `name` is the configuration file to which the text belongs. */
export function formattingEdits(name: string, text: string, range?: Range): readonly TextEdit[] {
  const before = text.split('\n');
  const after = formatted(name, text).split('\n');
  return before.flatMap((line, number) => {
    const newText = after[number] ?? line;
    const isWanted = !range || (number >= range.start.line && number <= range.end.line);
    return newText === line || !isWanted ? [] : [{ range: rangeInLine(number, 0, line.length), newText }];
  });
}
