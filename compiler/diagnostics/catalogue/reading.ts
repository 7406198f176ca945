/** What stage 1 says: files that cannot be read, and lines that are no lines of this language. */
import type { Span } from '../../source.ts';
import { error, warning } from '../diagnostic.ts';

// ---- files -----------------------------------------------------------------------------------------------------------

export const unreadableFile = error('unreadable-file', (path: string, reason: string) => ({
  message: `\`${path}\` cannot be read`,
  label: reason,
  help: 'it must be a regular file that the user who runs ftpwall can read',
}));

export const binaryFile = error('binary-file', (path: string) => ({
  message: `\`${path}\` is not a text file`,
  label: 'a zero byte',
  help: 'restore the file from a copy: a configuration file is plain text',
}));

export const unprintableCharacter = error('unprintable-character', (character: string) => ({
  message: `the character ${codePoint(character)} is not allowed outside a comment`,
  label: 'this character',
  help: helpForCharacter(character),
}));

/** What word processors and web pages put in the place of plain signs. */
function helpForCharacter(character: string): string {
  if (character === '\uFEFF') return 'save the file without a byte order mark';
  if (/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/.test(character))
    return 'this blank is often pasted from a web page: replace it by a plain one';
  if (/[\u201c-\u201f\u00ab\u00bb]/.test(character)) return 'write a plain `"`, or none';
  if (/[\u2018-\u201b]/.test(character)) return "write a plain `'`, or none";
  if (/[\u2010-\u2015\u2212]/.test(character)) return 'write a plain `-`; a range of ports has `:`';
  return 'retype the line without special characters';
}

export const lineTooLong = error('line-too-long', (most: number) => ({
  message: `a line has more than ${most} characters`,
  label: 'it begins here',
  help: 'put long lists of addresses into a set, or on several lines',
}));

export const continuedComment = warning('continued-comment', () => ({
  message: 'a comment ends in `\\`, so the next line is part of it',
  label: 'the next line belongs to the comment',
  help: 'remove this `\\`, or put it before the `#`',
}));

// ---- variables -------------------------------------------------------------------------------------------------------

export const unknownVariable = error('unknown-variable', (name: string, near: string | undefined) => ({
  message: `unknown variable \`$${name}\``,
  label: 'no variable has this name',
  help: near ? `write \`$${near}\`` : 'give it a value in `params`',
}));

export const definedIsTrue = warning('defined-is-true', () => ({
  message: '`defined` is always true here',
  label: 'the variable is expanded before the test, so it is always defined',
  help: "write `$NAME ne ''`, or just `$NAME` for neither empty nor 0",
}));

export const unknownParameter = error('unknown-parameter', (name: string) => ({
  message: `the call of this action has no parameter ${name}`,
  label: 'this parameter has no value',
  help: 'give it a default on the DEFAULTS line of the action, or `-` for none',
}));

export const parameterOutsideAction = error('parameter-outside-action', (written: string) => ({
  message: `\`${written}\` works only in the file of an action`,
  label: 'this file has no parameters',
  help: 'use a variable of `params` instead',
}));

export const variableSyntax = error('variable-syntax', (written: string) => ({
  message: `\`${written}\` works only in \`params\``,
  label: `only \`$NAME\` and \`\${NAME}\` are expanded here`,
  help: 'compute the value in `params`, which is a shell script, and use the variable here',
}));

export const endlessExpansion = error('endless-expansion', (name: string) => ({
  message: `\`$${name}\` is defined by itself`,
  label: 'this expansion never ends',
  help: 'check the variables in its value for a loop',
}));

export const badVariableName = error('bad-variable-name', (name: string) => ({
  message: `\`${name}\` is not a variable that can be set`,
  label: 'expected a name such as `ADMIN`',
  help: 'begin the name with a letter and use letters, digits and `_` only',
}));

export const paramsFailed = error('params-failed', (reason: string, advice?: string) => ({
  message: 'the script `params` failed',
  label: reason,
  help:
    advice ?? 'a command that may fail is written as `command || true`; `sh -ex params` shows each command as it runs',
}));

export const reservedVariable = error('reserved-variable', (name: string, setting: boolean) => ({
  message: `\`params\` sets \`${name}\`, which is reserved`,
  label: setting ? 'the name of a setting' : 'a name of the firewall itself',
  help: setting
    ? 'choose another name; set it in the settings file'
    : 'choose another name; those that begin with SW_ or SHOREWALL_, COMMAND, CONFDIR, SHAREDIR and VARDIR are taken',
}));

// ---- directives ------------------------------------------------------------------------------------------------------

export const unknownDirective = error('unknown-directive', (name: string, near: string | undefined) => ({
  message: `unknown directive \`?${name}\``,
  label: 'no directive has this name',
  help: near
    ? `write \`?${near}\``
    : 'directives are IF, ELSIF, ELSE, ENDIF, SET, RESET, SECTION, FORMAT, COMMENT, INCLUDE, SHELL, BEGIN, END, ERROR, WARNING and INFO',
}));

export const directiveWithoutText = error('directive-without-text', (name: string, wanted: string) => ({
  message: `\`?${name}\` needs an argument`,
  label: `expected ${wanted} after this`,
  help: `write ${wanted} on the same line`,
}));

export const directiveWithText = error('directive-with-text', (name: string) => ({
  message: `\`?${name}\` must be alone on its line`,
  label: 'nothing can follow it',
  help: 'move this to a new line, or put it after a `#`',
}));

export const unmatchedDirective = error('unmatched-directive', (name: string, opener: string) => ({
  message: `\`?${name}\` without \`?${opener}\``,
  label: `no \`?${opener}\` is open in this file`,
  help: `remove the line, or add the missing \`?${opener}\` above it`,
}));

export const missingEndif = error('missing-endif', () => ({
  message: 'a `?IF` has no `?ENDIF`',
  label: 'opened here and still open at the end of the file',
  help: 'write `?ENDIF` where the condition ends',
}));

export const formatNotHere = error('format-not-here', (file: string) => ({
  message: `\`${file}\` has only one format`,
  label: 'no other format',
  help: 'remove the line',
}));

export const unknownFormat = error('unknown-format', (text: string, formats: readonly number[]) => ({
  message: `unknown format \`${text}\``,
  label: `expected ${formats.join(' or ')}`,
  help: 'name the format that the columns of this file are written in',
}));

export const sectionNotHere = error('section-not-here', (file: string) => ({
  message: `\`${file}\` has no sections`,
  label: 'a section cannot begin here',
  help: 'remove the line',
}));

export const unknownSection = error(
  'unknown-section',
  (name: string, near: string | undefined, sections: readonly string[]) => ({
    message: `unknown section \`${name}\``,
    label: 'no section has this name',
    help: near ? `write \`${near}\`` : `the sections are ${sections.join(', ')}`,
  }),
);

export const sectionOrder = error('section-order', (name: string, last: string, sections: readonly string[]) => ({
  message: name === last ? `section ${name} begins a second time` : `section ${name} cannot follow section ${last}`,
  label: 'out of order',
  help: `bring the sections into this order: ${sections.join(', ')}`,
}));

export const commentNotHere = error('comment-not-here', (file: string) => ({
  message: `comments of lines in \`${file}\` cannot be put into the ruleset`,
  label: 'this comment would be lost',
  help: 'write it after a `#`',
}));

export const legacyDirective = warning('legacy-directive', (name: string, word: Span) => ({
  message: `\`${name}\` is the legacy form of \`?${name}\``,
  label: 'understood as a directive',
  help: `write \`?${name}\``,
  fix: { span: word, text: `?${name}` },
}));

export const errorDirective = error('error-directive', (text: string) => ({
  message: text,
  label: 'a message of `?ERROR`',
  help: 'correct what the message says; nothing is compiled while `?ERROR` is reached',
}));

export const warningDirective = warning('warning-directive', (text: string) => ({
  message: text,
  label: 'a message of `?WARNING`',
}));

export const infoDirective = warning('info-directive', (text: string) => ({
  message: text,
  label: 'a message of `?INFO`',
}));

export const requireOutsideAction = error('require-outside-action', () => ({
  message: '`?REQUIRE` works only in the file of an action',
  label: 'this is not the file of an action',
  help: 'write `?IF ! __NAME` and `?ERROR` instead',
}));

export const missingRequirement = error('missing-requirement', (name: string) => ({
  message: `this action needs \`${name}\`, which nftables does not have`,
  label: 'required here',
  help: 'do not use the action',
}));

// ---- conditions ------------------------------------------------------------------------------------------------------

export const badExpression = error('bad-expression', (expected: string) => ({
  message: 'this expression cannot be read',
  label: `expected ${expected}`,
  help: 'use variables, `__NAME` of capabilities, quoted text, numbers, `!`, `&&`, `||`, `==`, `eq`, `=~ /…/` and parentheses',
}));

export const missingQuotes = error('missing-quotes', (word: string, place: Span) => ({
  message: `\`${word}\` is neither a variable nor a number`,
  label: 'text needs quotes',
  help: `write \`'${word}'\`, or \`$${word.replace(/\W.*/, '') || word}\` for the value of a variable`,
  fix: { span: place, text: `'${word}'` },
}));

export const expressionTooDeep = error('expression-too-deep', (most: number) => ({
  message: 'this expression is too long',
  label: `it has more than ${most} characters, or more than 30 parentheses inside each other`,
  help: 'compute parts of it with `?SET` first',
}));

export const valueTooLong = error('value-too-long', (most: number) => ({
  message: `a value has more than ${most} characters`,
  label: 'the text is too long',
  help: 'look for a `?SET` or an action parameter that is built from itself in a loop',
}));

export const notANumber = error('not-a-number', (text: string, operator: string) => ({
  message: `\`${text}\` is not a number`,
  label: `\`${operator}\` compares and computes with numbers only`,
  help: 'compare text with `eq` and `ne`',
}));

export const unknownCapability = error('unknown-capability', (name: string, near: string | undefined) => ({
  message: `unknown capability \`${name}\``,
  label: 'no capability has this name',
  help: near ? `write \`${near}\`` : 'the names are those of `shorewall show capabilities`',
}));

export const unusablePattern = error('unusable-pattern', (reason: string) => ({
  message: 'this pattern cannot be used',
  label: reason,
  help: 'use letters, `.`, `[…]`, `(…|…)`, `*`, `+`, `?`, `{n,m}`, `^`, `$`, `\\d`, `\\w`, `\\s` and `\\b`',
}));

// ---- other files and scripts -----------------------------------------------------------------------------------------

export const badInclude = error('bad-include', () => ({
  message: '`INCLUDE` needs the name of one file',
  label: 'expected one name after INCLUDE',
  help: 'write one INCLUDE line for each file; names cannot have blanks',
}));

export const missingInclude = error('missing-include', (name: string) => ({
  message: `there is no file \`${name}\``,
  label: 'no such file',
  help: 'name it relative to the configuration folder, or by its absolute path',
}));

export const includeCycle = error('include-cycle', (paths: readonly string[]) => ({
  message: `the file \`${paths[0]}\` includes itself`,
  label: paths.length > 2 ? `by way of ${paths.map((path) => `\`${path}\``).join(' → ')}` : 'this is the file itself',
  help: 'remove one of the INCLUDE lines',
}));

export const includeTooDeep = error('include-too-deep', (most: number) => ({
  message: `files and scripts are included more than ${most} deep`,
  label: 'one too deep',
  help: 'include the file from a place further out',
}));

export const includeTooMany = error('include-too-many', (most: number) => ({
  message: `one configuration file includes more than ${most} files`,
  label: 'one too many',
  help: 'look for files that include the same files again and again',
}));

export const perlScript = error('perl-script', () => ({
  message: 'Perl code in the configuration is not supported',
  label: 'Shorewall would run this',
  help: 'write the lines directly, or generate them with `?SHELL` or `?BEGIN SHELL`',
}));

export const scriptNotRun = warning('script-not-run', (name: string) => ({
  message: `the script \`${name}\` is not run`,
  label: 'its first line',
  help: 'only `init`, `start`, `started`, `stop`, `stopped`, `clear` and the functions of `lib.private` are run; move what you still need into one of them',
}));

export const perlHook = error('perl-hook', (name: string) => ({
  message: `\`${name}\` is an extension of Shorewall's compiler and is not run`,
  label: 'not empty',
  help: 'write its effect as lines of `rules`, or as shell in `start` or `started`; then empty the file',
}));

export const shellFailed = error('shell-failed', (reason: string) => ({
  message: 'the shell command failed',
  label: reason,
  help: 'its output becomes lines of this file, so it must exit with status 0',
}));

export const missingEnd = error('missing-end', (name: string) => ({
  message: `a \`?BEGIN ${name}\` has no \`?END\``,
  label: 'opened here and still open at the end of the file',
  help: `write \`?END ${name}\` where the script ends`,
}));

// ---- the settings file -----------------------------------------------------------------------------------------------

export const notAnAssignment = error('not-an-assignment', (file: string) => ({
  message: `lines of \`${file}\` have the form NAME=value`,
  label: 'expected a name, directly followed by `=`',
  help: 'leave no blank before `=`; put text that is not a setting after a `#`',
}));

export const unclosedQuote = error('unclosed-quote', (quote: string) => ({
  message: `a value begins with ${quote} that is never closed`,
  label: 'this value',
  help: 'close the quote; a `#` begins a comment even inside quotes',
}));

// ---- columns ---------------------------------------------------------------------------------------------------------

export const unbalancedParenthesis = error('unbalanced-parenthesis', (parenthesis: '(' | ')') => ({
  message: parenthesis === '(' ? 'a parenthesis is never closed' : 'a parenthesis was never opened',
  label: parenthesis === '(' ? 'opened here' : 'nothing to close',
  help: 'blanks inside parentheses do not end a column, so each `(` needs its `)`',
}));

export const parenthesesTooDeep = error('parentheses-too-deep', (most: number) => ({
  message: `parentheses are nested more than ${most} deep`,
  label: 'one too deep',
  help: 'no column needs so many',
}));

export const unusableCharacter = error('unusable-character', (character: string) => ({
  message: `\`${character}\` is not allowed in a column`,
  label: 'this character',
  help:
    character === '"'
      ? 'quote values of pairs only: `{ comment="two words" }`'
      : character === '\\'
        ? 'a line continues only if `\\` is its last character'
        : 'leave it out',
}));

export const badPair = error('bad-pair', (expected: string) => ({
  message: 'this is not a pair `column=value`',
  label: `expected ${expected}`,
  help: 'write pairs as `name=value`, with blanks between them: `{ proto=tcp dport=22 }`; a list has commas, and comments begin with `#`',
}));

export const secondSemicolon = error('second-semicolon', (semicolon: ';' | ';;') => ({
  message: `a line can have only one \`${semicolon}\``,
  label: 'the second one',
  help:
    semicolon === ';'
      ? 'separate the pairs with blanks, and write `;;` before raw matches'
      : 'put all raw matches after the first `;;`',
}));

export const singleSemicolonMatches = warning('single-semicolon-matches', (semicolon: Span) => ({
  message: 'raw matches after a single `;` are the legacy form',
  label: 'understood as `;;`',
  help: 'write `;;`',
  fix: { span: semicolon, text: ';;' },
}));

function codePoint(character: string): string {
  const number = character.codePointAt(0) ?? 0;
  return `U+${number.toString(16).toUpperCase().padStart(4, '0')}`;
}
