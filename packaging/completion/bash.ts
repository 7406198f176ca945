/** Completion for bash: a function without the helpers of bash-completion, which need not be installed. */
import type { Source } from './words.ts';
import { optionsOf, sourceOf, verbs } from './words.ts';

export function bash(macros: readonly string[]): string {
  return `# bash completion for ftpwall; made from the tables of its verbs.

_ftpwall() {
    local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} verb="" i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
            -*) ;;
            *) verb=\${COMP_WORDS[i]}; break ;;
        esac
    done
    if [ -z "$verb" ]; then
        mapfile -t COMPREPLY < <(compgen -W '${verbs.map(({ name }) => name).join(' ')} --help --version' -- "$cur")
        return
    fi
    case $verb,$prev in
${verbs.flatMap((verb) => optionsOf(verb).flatMap((option) => valueCase(verb.name, option, macros))).join('\n')}
    esac
    case $verb in
${verbs.map((verb) => verbCase(verb, macros)).join('\n')}
    esac
}
complete -F _ftpwall ftpwall
`;
}

function valueCase(
  verb: string,
  option: ReturnType<typeof optionsOf>[number],
  macros: readonly string[],
): readonly string[] {
  if (option.value === undefined) return [];
  const names = [`--${option.long}`, ...(option.short ? [`-${option.short}`] : [])];
  const patterns = names.map((name) => `${verb},${name}`).join('|');
  return [`        ${patterns}) ${reply(sourceOf(option.value, macros, option.choices))}; return ;;`];
}

function verbCase(verb: (typeof verbs)[number], macros: readonly string[]): string {
  const options = [...optionsOf(verb).map(({ long }) => `--${long}`), '--help'].join(' ');
  const [argument] = verb.arguments;
  const words = argument === undefined ? ':' : reply(sourceOf(argument.name, macros));
  return `        ${verb.name})
            case $cur in
                -*) mapfile -t COMPREPLY < <(compgen -W '${options}' -- "$cur") ;;
                *) ${words} ;;
            esac ;;`;
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
    case 'nothing':
      return ':';
  }
}
