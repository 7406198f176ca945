/** What can be completed: the verbs with their options, and for each argument how the machine is asked, in POSIX shell. */
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { verbs } from '../../runtime/commands/index.ts';
import { type OptionTable, optionTable } from '../../runtime/verb.ts';

export { verbs };

export type Verb = (typeof verbs)[number];

/** The options of each verb. */
export function optionsOf(verb: Verb): readonly OptionTable[] {
  return verb.options.map((name) => optionTable[name]);
}

const writtenWithValue = Object.values<OptionTable>(optionTable).flatMap((option) =>
  option.value === undefined ? [] : [`--${option.long}`, ...(option.short ? [`-${option.short}`] : [])],
);

/** The words of all options that a value follows, as they are written: `--color`, `-o`; each once, of whatever verbs. */
export const optionsWithValue: readonly string[] = [...new Set(writtenWithValue)];

/** How the words of an argument or of an option's value are found. */
export type Source =
  | { readonly kind: 'folders' }
  | { readonly kind: 'files' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** A shell command that prints them, one a line; quiet when there are none. */
  | { readonly kind: 'command'; readonly command: string }
  /** What it is depends on the word before. */
  | { readonly kind: 'after'; readonly word: string; readonly there: Source; readonly otherwise: Source };

const state = '"${FTPWALL_STATE:-/var/lib/ftpwall}"';
const folder = '"${FTPWALL_FOLDER:-/etc/ftpwall}"';
const command = (text: string): Source => ({ kind: 'command', command: text });
const listZones = `sed -n "s/^\\([A-Za-z][A-Za-z0-9_]*\\).*/\\1/p" ${folder}/zones 2>/dev/null`;
const listInterfaces = 'ls /sys/class/net 2>/dev/null';
const generations = command(`ls ${state}/generations 2>/dev/null`);
const codes = [...catalogue.keys()].sort();

/** By the name of the argument, or of the value of an option. */
const sources: Readonly<Record<string, Source>> = {
  DIR: { kind: 'folders' },
  FILE: { kind: 'files' },
  KEY: { kind: 'files' },
  CODE: { kind: 'words', words: codes },
  VERB: { kind: 'words', words: verbs.map((verb) => verb.name) },
  GENERATION: generations,
  NAME: command(`ls ${state}/saved 2>/dev/null`),
  INTERFACE: command(listInterfaces),
  WORDS: command(`${listInterfaces}; ${listZones}`),
  SOURCE: { kind: 'words', words: ['all'] },
  DEST: { kind: 'words', words: ['all'] },
  PROTOCOL: { kind: 'words', words: ['tcp', 'udp', 'icmp'] },
};

/** Where the value of an option comes from. */
export function sourceOfValue({ value = '', choices }: OptionTable): Source {
  return choices === undefined ? (sources[value] ?? { kind: 'nothing' }) : { kind: 'words', words: choices };
}

/** Where the words of each argument of a verb come from; `macros` are those of the standard library. */
export function sourcesOf(verb: Verb, macros: readonly string[]): readonly Source[] {
  return verb.arguments.map(({ name, choices }) => {
    if (choices !== undefined) return { kind: 'words', words: choices };
    if (verb.name === 'explain') return withMacros(macros);
    const usual = sources[name] ?? { kind: 'nothing' };
    if (verb.name !== 'show') return usual;
    return { kind: 'after', word: 'dynamic', there: command(listZones), otherwise: usual };
  });
}

/** Codes, standard macros, and macros of the configuration folder. */
function withMacros(macros: readonly string[]): Source {
  const known = [...codes, ...macros].join(' ');
  return command(`printf "%s\\n" ${known}; find ${folder} -name "macro.*" 2>/dev/null | sed "s/.*macro[.]//"`);
}
