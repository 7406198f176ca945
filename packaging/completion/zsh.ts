/** Completion for zsh (compsys). */
import type { OptionTable } from '../../runtime/verb.ts';
import type { Source, Verb } from './words.ts';
import { optionsOf, sourceOfValue, sourcesOf, verbs } from './words.ts';

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
${[...optionsOf(verb).map(optionSpec), ...argumentSpecs(verb, macros)]
  .map((spec) => `            ${quoted(spec)} \\`)
  .join('\n')}
            '--help[print this help]' ;;`,
  )
  .join('\n')}
esac
`;
}

function argumentSpecs(verb: Verb, macros: readonly string[]): readonly string[] {
  return sourcesOf(verb, macros).map((source, index) => {
    const { name = '', repeated, required } = verb.arguments[index] ?? {};
    const head = repeated ? '*:' : required ? ':' : '::';
    return `${head}${name}:${action(source)}`;
  });
}

function optionSpec(option: OptionTable): string {
  const doc = `[${option.doc.replace(/[[\]:]/g, ' ')}]`;
  const many = option.repeated ? '*' : '';
  if (option.value === undefined) return `${many}--${option.long}${doc}`;
  return `${many}--${option.long}${doc}:${option.value}:${action(sourceOfValue(option))}`;
}

function action(source: Source): string {
  return source.kind === 'nothing'
    ? ' '
    : source.kind === 'words'
      ? `(${source.words.join(' ')})`
      : `{${code(source)}}`;
}

/** The same as shell code. */
function code(source: Source): string {
  switch (source.kind) {
    case 'folders':
      return '_files -/';
    case 'files':
      return '_files';
    case 'words':
      return `compadd -- ${source.words.join(' ')}`;
    case 'command':
      return `compadd -- \${(f)"$(${source.command})"}`;
    case 'after':
      return `if [[ $words[CURRENT-1] = ${source.word} ]]; then ${code(source.there)}; else ${code(source.otherwise)}; fi`;
    case 'nothing':
      return ':';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
