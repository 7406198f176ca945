/** Completion for fish. */
import type { Source } from './words.ts';
import { optionsOf, sourceOf, verbs } from './words.ts';

export function fish(macros: readonly string[]): string {
  const lines = verbs.flatMap((verb) => {
    const here = `complete -c ftpwall -n ${quoted(`__fish_seen_subcommand_from ${verb.name}`)}`;
    const [argument] = verb.arguments;
    return [
      `complete -c ftpwall -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.summary)}`,
      ...(argument === undefined ? [] : [`${here}${words(sourceOf(argument.name, macros))}`]),
      ...optionsOf(verb).map((option) => {
        const short = option.short ? ` -s ${option.short}` : '';
        const value = option.value === undefined ? '' : ` -r${words(sourceOf(option.value, macros, option.choices))}`;
        return `${here} -l ${option.long}${short} -d ${quoted(option.doc)}${value}`;
      }),
    ];
  });
  return `# fish completion for ftpwall; made from the tables of its verbs.\ncomplete -c ftpwall -f\n${lines.join('\n')}\n`;
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
    case 'nothing':
      return '';
  }
}

/** In single quotes fish reads \\' and \\\\ (fish-language, Quotes). */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
