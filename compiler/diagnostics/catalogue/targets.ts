/** What stage 3 says of the target of a line, its name and its parameters. */
import { error } from '../diagnostic.ts';
import { writeInstead } from '../suggest.ts';

export const unknownAction = error('unknown-action', (name: string, suggestion: string | undefined) => ({
  message: `unknown action \`${name}\``,
  label: 'no target, macro or action has this name',
  help: writeInstead(suggestion) ?? `macros stand in \`macro.${name}\`, actions in \`action.${name}\``,
}));

export const habit = error('habit', (written: string, instead: string) => ({
  message: `\`${written}\` is the word of another tool`,
  label: 'not a word of this language',
  help: `write \`${instead}\``,
}));

export const noEquivalent = error('no-equivalent', (name: string, why: string) => ({
  message: `\`${name}\` has no equivalent in nftables`,
  label: why,
  help: 'leave the line out or say it in another way',
}));

export const unexpectedParameters = error('unexpected-parameters', (name: string) => ({
  message: `\`${name}\` takes no parameters`,
  label: `\`${name}\` has none`,
  help: `write \`${name}\``,
}));

export const badParameter = error('bad-parameter', (name: string, text: string, wanted: string) => ({
  message: text === '' ? `\`${name}\` lacks its parameter` : `\`${name}\` cannot have the parameter \`${text}\``,
  label: `wanted: ${wanted}`,
  help: `write ${wanted}`,
}));
