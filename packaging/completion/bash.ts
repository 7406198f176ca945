/** Completion for bash: a function without the helpers of bash-completion, which need not be installed. */
import type { OptionTable } from '../../runtime/verb.ts';
import type { Source, Verb } from './words.ts';
import { optionsOf, optionsWithValue, sourceOfValue, sourcesOf, verbs } from './words.ts';

export function bash(macros: readonly string[]): string {
  return `# bash completion for ftpwall; made from the tables of its verbs.

_ftpwall() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb="" place=0 i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
            ${optionsWithValue.join(' | ')}) i=$((i + 1)) ;;
            -*) ;;
            *) if [ -z "$verb" ]; then verb=\${COMP_WORDS[i]}; else place=$((place + 1)); fi ;;
        esac
    done
    if [ -z "$verb" ]; then
        mapfile -t COMPREPLY < <(compgen -W '${verbs.map(({ name }) => name).join(' ')} --help --version' -- "$cur")
        return
    fi
    case $verb,$prev in
${verbs.flatMap((verb) => optionsOf(verb).flatMap((option) => valueCase(verb.name, option))).join('\n')}
    esac
    case $verb,$place,$cur in
${verbs.flatMap((verb) => verbCases(verb, macros)).join('\n')}
    esac
}
complete -F _ftpwall ftpwall
`;
}

function valueCase(verb: string, option: OptionTable): readonly string[] {
  if (option.value === undefined) return [];
  const names = [`--${option.long}`, ...(option.short ? [`-${option.short}`] : [])];
  const patterns = names.map((name) => `${verb},${name}`).join(' | ');
  return [`        ${patterns}) ${reply(sourceOfValue(option))}; return ;;`];
}

function verbCases(verb: Verb, macros: readonly string[]): readonly string[] {
  const options = [...optionsOf(verb).map(({ long }) => `--${long}`), '--help'].join(' ');
  const places = sourcesOf(verb, macros).flatMap((source, index) => {
    const place = verb.arguments[index]?.repeated ? '*' : index;
    return source.kind === 'nothing' ? [] : [`        ${verb.name},${place},*) ${reply(source)} ;;`];
  });
  return [`        ${verb.name},*,-*) mapfile -t COMPREPLY < <(compgen -W '${options}' -- "$cur") ;;`, ...places];
}

function reply(source: Source): string {
  switch (source.kind) {
    case 'folders':
      return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur")';
    case 'files':
      return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur")';
    case 'words':
      return `mapfile -t COMPREPLY < <(compgen -W '${source.words.join(' ')}' -- "$cur")`;
    case 'command':
      return `mapfile -t COMPREPLY < <(compgen -W "$(${source.command})" -- "$cur")`;
    case 'after':
      return `if [ "$prev" = ${source.word} ]; then ${reply(source.there)}; else ${reply(source.otherwise)}; fi`;
    case 'nothing':
      return ':';
  }
}
