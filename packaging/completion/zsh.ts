/** Completion for zsh (compsys). */
import type { Source } from './words.ts';
import { optionsOf, sourceOf, verbs } from './words.ts';

export function zsh(macros: readonly string[]): string {
  return `#compdef ftpwall
# zsh completion for ftpwall; made from the tables of its verbs.

local -a verbs
verbs=(
${verbs.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
)
if ((CURRENT == 2)); then
    _describe -t commands 'ftpwall verb' verbs
    return
fi
local verb=$words[2]
shift words
((CURRENT--))
case $verb in
${verbs
  .map(
    (verb) => `    ${verb.name})
        _arguments \\
${[
  ...optionsOf(verb).map((option) => optionSpec(option, macros)),
  ...verb.arguments.map(({ name, required }) => `${required ? ':' : '::'}${name}:${action(sourceOf(name, macros))}`),
]
  .map((spec) => `            ${quoted(spec)} \\`)
  .join('\n')}
            '--help[print this help]' ;;`,
  )
  .join('\n')}
esac
`;
}

function optionSpec(option: ReturnType<typeof optionsOf>[number], macros: readonly string[]): string {
  const doc = `[${option.doc.replace(/[[\]:]/g, ' ')}]`;
  const many = 'repeated' in option && option.repeated ? '*' : '';
  if (option.value === undefined) return `${many}--${option.long}${doc}`;
  return `${many}--${option.long}${doc}:${option.value}:${action(sourceOf(option.value, macros, option.choices))}`;
}

function action(source: Source): string {
  switch (source.kind) {
    case 'folders':
      return '_files -/';
    case 'files':
      return '_files';
    case 'words':
      return `(${source.words.join(' ')})`;
    case 'command':
      return `{compadd -- \${(f)"$(${source.command})"}}`;
    case 'nothing':
      return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
