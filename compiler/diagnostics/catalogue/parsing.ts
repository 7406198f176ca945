/** What stage 2 says: lines that do not fit the columns of their file. */
import { error, warning } from '../diagnostic.ts';

const capitals = (column: string): string => column.toUpperCase();

export const unreadableValue = error(
  'unreadable-value',
  (
    column: string,
    type: { readonly noun: string; readonly doc: string },
    expected: string,
    text: string,
    hint?: string,
  ) => ({
    message: `${capitals(column)} \`${text}\` is not ${type.noun}`,
    label: expected,
    help: hint ?? `${capitals(column)} can be: ${type.doc}`,
  }),
);

export const commentSign = error('comment-sign', (sign: string) => ({
  message: `\`${sign}\` does not begin a comment`,
  label: 'the sign of another language',
  help: 'comments begin with `#`',
}));

export const foreignLine = error('foreign-line', (tool: string, columns: string) => ({
  message: `this looks like a line of ${tool}`,
  label: `a word of ${tool}`,
  help: `write it in the columns ACTION SOURCE DEST PROTO DPORT, such as \`${columns}\``,
}));

export const columnsOutOfOrder = error('columns-out-of-order', (line: string | undefined) => ({
  message: 'the columns of this line are in the wrong order',
  label: 'expected ACTION SOURCE DEST PROTO DPORT',
  help: line === undefined ? 'write it such as `ACCEPT net $FW tcp 22`' : `write \`${line}\``,
}));

export const columnsWithoutBraces = error('columns-without-braces', (line: string | undefined) => ({
  message: 'columns by name need braces',
  label: 'not in braces',
  help: line === undefined ? 'write them at the end of the line: `{ proto=tcp dport=22 }`' : `write \`${line}\``,
}));

export const rateInWords = error('rate-in-words', (rate: string) => ({
  message: 'a rate has no blanks',
  label: 'a blank ends the column',
  help: `write \`${rate}\``,
}));

export const lineOfOtherFile = error('line-of-other-file', (file: string, line: string) => ({
  message: `this looks like a line of \`${file}\``,
  label: 'its columns are in another order here',
  help: `write \`${line}\``,
}));

export const formatMissing = error('format-missing', (file: string, format: number, column: string) => ({
  message: `this line is in format ${format}, but there is no \`?FORMAT ${format}\` before it`,
  label: `in format ${format} this column is ${capitals(column)}`,
  help: `write \`?FORMAT ${format}\` as the first line of \`${file}\``,
}));

export const blankInList = error('blank-in-list', (whole: string) => ({
  message: 'a list has no blanks between its items',
  label: 'a blank ends the column',
  help: `write \`${whole}\``,
}));

export const blankBeforeParenthesis = error('blank-before-parenthesis', (whole: string) => ({
  message: 'no blank may stand before `(`',
  label: 'a blank ends the column',
  help: `write \`${whole}\``,
}));

export const blankBeforeLevel = error('blank-before-level', (whole: string) => ({
  message: 'the log level follows the action without a blank',
  label: 'a blank ends the column',
  help: `write \`${whole}\``,
}));

export const blankInVariable = error('blank-in-variable', (whole: string) => ({
  message: 'the value of this variable has a blank, which ends the column',
  label: `its value makes \`${whole.replaceAll(',', ' ')}\``,
  help: `separate the items of a list by commas in the variable, so that this becomes \`${whole}\``,
}));

export const missingColumn = error('missing-column', (column: string, doc: string) => ({
  message: `this line has no ${capitals(column)}`,
  label: `${capitals(column)} is missing after this`,
  help: `${capitals(column)} is ${doc}`,
}));

export const extraColumn = error('extra-column', (file: string, columns: readonly string[]) => ({
  message: `this line has more columns than \`${file}\` has`,
  label: 'one column too many',
  help: `the columns are ${columns.map(capitals).join(' ')}`,
}));

export const unknownColumn = error(
  'unknown-column',
  (name: string, file: string, near: string | undefined, columns: readonly string[]) => ({
    message: `\`${file}\` has no column \`${name}\``,
    label: 'no column has this name',
    help: near ? `write \`${near}\`` : `the columns are ${columns.join(', ')}`,
  }),
);

export const columnTwice = warning('column-twice', (column: string) => ({
  message: `${capitals(column)} is given twice on this line`,
  label: 'this value wins',
  help: 'leave one of the two out',
}));

export const inlineMatchesNotHere = error('inline-matches-not-here', (file: string) => ({
  message: `lines of \`${file}\` cannot end in raw matches`,
  label: 'raw matches begin here',
  help: 'use columns, or write the line in a file that supports raw matches, such as `rules`',
}));

export const notSupportedYet = error('not-supported-yet', (file: string, summary: string, instead: string) => ({
  message: `\`${file}\` (${summary}) is not compiled by this version of ftpwall`,
  label: 'its first line',
  help: `remove \`${file}\`; ${instead}`,
}));

export const notLoadmodule = error('not-loadmodule', (file: string, command: string) => ({
  message: `\`${command}\` is not allowed in \`${file}\``,
  label: 'not `loadmodule`',
  help: `only \`loadmodule NAME [ports=…]\`, INCLUDE and directives are allowed; \`${file}\` is not run as a script: put commands into \`init\` or \`start\``,
}));

export const missingFile = error('missing-file', (file: string, summary: string) => ({
  message: `there is no \`${file}\`, or it is empty`,
  label: summary,
  help: `write \`${file}\`, or let \`ftpwall init\` write a first configuration`,
}));

export const perFamilyLine = error('per-family-line', (file: string, version: number) => ({
  message: `a line of \`${file}\` cannot apply to IPv${version} alone`,
  label: 'between `?IF` and `?ENDIF`',
  help: 'move the line out of `?IF`: `modules` and similar files always apply to both IP versions',
}));

export const iptablesOption = error('iptables-option', (option: string, file: string, columns: readonly string[]) => ({
  message: `\`${option}\` is an option of iptables`,
  label: 'columns are written without option names',
  help: `write the values in the order of the columns: ${columns.slice(0, 6).map(capitals).join(' ')} in \`${file}\``,
}));
