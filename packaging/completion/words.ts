/** What can be completed: the verbs with their options, and for each argument how the machine is asked, in POSIX shell. */
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { verbs } from '../../runtime/commands/index.ts';
import { type OptionTable, optionTable } from '../../runtime/verb.ts';

export { verbs };

/** The options of each verb. */
export function optionsOf(verb: (typeof verbs)[number]): readonly OptionTable[] {
  return verb.options.map((name) => optionTable[name]);
}

/** How the words of an argument or of an option's value are found. */
export type Source =
  | { readonly kind: 'folders' }
  | { readonly kind: 'files' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** A shell command that prints them, one a line; quiet when there are none. */
  | { readonly kind: 'command'; readonly command: string };

const generations = 'ls /var/lib/ftpwall/generations 2>/dev/null';
const zones = "sed -n 's/^\\([A-Za-z][A-Za-z0-9_]*\\).*/\\1/p' /etc/ftpwall/zones 2>/dev/null";
const interfaces = 'ls /sys/class/net 2>/dev/null';

/** Where the words of the argument or value `name` come from; `choices` are all there are, where a table lists them. */
export function sourceOf(name: string, macros: readonly string[], choices?: readonly string[]): Source {
  if (choices !== undefined) return { kind: 'words', words: choices };
  const own = ownMacros(macros);
  const sources: Readonly<Record<string, Source>> = {
    DIR: { kind: 'folders' },
    NEW: { kind: 'folders' },
    DIR6: { kind: 'folders' },
    FILE: { kind: 'files' },
    CODE: { kind: 'words', words: [...catalogue.keys()].sort() },
    VERB: { kind: 'words', words: verbs.map((verb) => verb.name) },
    GENERATION: { kind: 'command', command: generations },
    N: { kind: 'command', command: generations },
    NUMBER: { kind: 'command', command: generations },
    INTERFACE: { kind: 'command', command: interfaces },
    IFACE: { kind: 'command', command: interfaces },
    ZONE: { kind: 'command', command: zones },
    MACRO: { kind: 'command', command: own },
  };
  return sources[name] ?? { kind: 'nothing' };
}

/** Standard macros, and those of the configuration folder. */
function ownMacros(macros: readonly string[]): string {
  return `printf '%s\\n' ${macros.join(' ')}; ls /etc/ftpwall 2>/dev/null | sed -n 's/^macro\\.//p'`;
}
