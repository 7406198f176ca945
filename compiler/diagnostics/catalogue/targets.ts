/** What stage 3 says of the target of a line, its name and its parameters. */
import { error } from '../diagnostic.ts';
import { writeInstead } from '../suggest.ts';

export const unknownAction = error('unknown-action', (name: string, suggestion: string | undefined) => ({
  message: `unknown action \`${name}\``,
  label: 'no target, macro or action has this name',
  help: writeInstead(suggestion) ?? `define a macro in \`macro.${name}\` or an action in \`action.${name}\``,
}));

export const actionOfOtherFile = error('action-of-other-file', (name: string, file: string) => ({
  message: `\`${name}\` is an action of the file \`${file}\``,
  label: 'not an action of this file',
  help: `write the line in \`${file}\`, with the columns of that file`,
}));

export const levelAsAction = error('level-as-action', (level: string) => ({
  message: `\`${level}\` is a log level, not an action`,
  label: 'a log level',
  help: `in \`policy\` the level is a column of its own: \`DROP ${level}\`; in \`rules\` it follows the action: \`DROP:${level}\``,
}));

export const foreignKeyword = error('foreign-keyword', (written: string, instead: string) => ({
  message: `\`${written}\` is not ftpwall syntax`,
  label: 'syntax of another tool',
  help: /^deny$/i.test(written)
    ? 'write `DROP`, which is silent, or `REJECT`, which answers the client'
    : `write \`${instead}\``,
}));

export const noEquivalent = error('no-equivalent', (name: string, why: string, instead?: string) => ({
  message: `\`${name}\` has no equivalent in nftables`,
  label: why,
  help: instead ?? 'no nftables rule does this; use another target',
}));

export const unexpectedParameters = error('unexpected-parameters', (name: string, instead?: string) => ({
  message: `\`${name}\` takes no parameters`,
  label: `\`${name}\` has none`,
  // Without what is in the parentheses the line would be for more packets than are meant.
  help: instead
    ? `write \`${instead}\``
    : 'write protocol and ports in PROTO and DPORT; write a macro before the parentheses: `SSH(ACCEPT)`',
}));

export const badParameter = error('bad-parameter', (name: string, text: string, wanted: string, instead = wanted) => ({
  message: text === '' ? `\`${name}\` lacks its parameter` : `\`${name}\` cannot have the parameter \`${text}\``,
  label: `expected ${wanted}`,
  help: `write ${instead}`,
}));
