/** Completion for fish. */
import type { Source } from './words.ts';
import { optionsOf, optionsWithValue, sourceOfValue, sourcesOf, verbs } from './words.ts';

export function fish(macros: readonly string[]): string {
  const lines = verbs.flatMap((verb) => {
    const here = `complete -c ftpwall -n ${quoted(`__fish_seen_subcommand_from ${verb.name}`)}`;
    return [
      `complete -c ftpwall -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.summary)}`,
      ...sourcesOf(verb, macros).flatMap((source, index) => {
        const place = `__ftpwall_at ${verb.name} ${verb.arguments[index]?.repeated ? 'any' : index}`;
        return completions(source, place).map((line) => `complete -c ftpwall ${line}`);
      }),
      ...optionsOf(verb).map((option) => {
        const short = option.short ? ` -s ${option.short}` : '';
        const value = option.value === undefined ? '' : optionValue(sourceOfValue(option));
        return `${here} -l ${option.long}${short} -d ${quoted(option.doc)}${value}`;
      }),
    ];
  });
  return `# fish completion for ftpwall; made from the tables of its verbs.

# Whether the word that is written is argument $place (from 0, or any) of the verb, and behind the word $after if that is given.
function __ftpwall_at --argument-names verb place after
    set -l words (commandline -opc)
    set -l found
    set -l skip no
    for word in $words[2..]
        if test $skip = yes
            set skip no
        else if contains -- $word ${optionsWithValue.join(' ')}
            set skip yes
        else if not string match -q -- '-*' $word
            set -a found $word
        end
    end
    test "$found[1]" = $verb; or return 1
    if test -n "$after"
        test "$found[-1]" = $after; or return 1
    end
    test $place = any; or test (math (count $found) - 1) -eq $place
end

complete -c ftpwall -f
${lines.join('\n')}
`;
}

/** The conditions and words of a source at a place. */
function completions(source: Source, place: string): readonly string[] {
  if (source.kind === 'nothing') return [];
  if (source.kind !== 'after') return [`-n ${quoted(place)}${words(source)}`];
  return [
    `-n ${quoted(`${place} ${source.word}`)}${words(source.there)}`,
    `-n ${quoted(`${place}; and not ${place} ${source.word}`)}${words(source.otherwise)}`,
  ];
}

function words(source: Source): string {
  switch (source.kind) {
    case 'folders':
      return " -a '(__fish_complete_directories)'";
    case 'files':
      return ' -F';
    case 'words':
      return ` -a ${quoted(source.words.join(' '))}`;
    case 'command':
      return ` -a ${quoted(`(sh -c ${quoted(source.command)})`)}`;
    case 'after':
      return words(source.otherwise);
    case 'nothing':
      return '';
  }
}

/** A value that is no file must not be completed as one (complete(1), -x). */
function optionValue(source: Source): string {
  return source.kind === 'files' ? ' -r -F' : ` -x${words(source)}`;
}

/** In single quotes fish reads \\' and \\\\ (fish-language, Quotes). */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
