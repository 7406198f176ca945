/**
 * A `params` file that only assigns: there the result of the shell is known without running one, which saves the time
 * and the trust that running a script takes. Whatever might mean more than it seems is left to the shell.
 */

/** The length of one string of an environment on Linux (MAX_ARG_STRLEN), and of all of them where the stack has its usual 8 MiB. */
const longestValue = 131_072;
const longestTogether = 2_097_152;

/** An assignment after which no program could be given the variables. */
export interface TooLong {
  readonly name: string;
  readonly line: number;
  readonly most: number;
}

/** The variables that the text assigns, or undefined when only a shell can tell. `known` are those that hold before. */
export function plainAssignments(
  text: string,
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | TooLong | undefined {
  const variables = new Map(known);
  const assigned = new Map<string, string>();
  let total = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^[ \t]*(#|$)/.test(line)) continue;
    const [, exported, name = '', words = ''] = assignment.exec(line) ?? [];
    const value =
      name === '' || ofTheShell.test(name) ? undefined : valueOfWord(words, variables, exported !== undefined);
    if (value === undefined) return undefined;
    total += value.length;
    if (value.length > longestValue) return { name, line: index + 1, most: longestValue };
    if (total > longestTogether) return { name, line: index + 1, most: longestTogether };
    variables.set(name, value);
    assigned.set(name, value);
  }
  return assigned;
}

/** `NAME=` and what follows, perhaps exported; printable ASCII only. */
const assignment = /^[ \t]*(export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=([\t\x20-\x7e]*)$/;

/** Names that the shell or the programs it runs give a meaning of their own. */
const ofTheShell =
  /^(PATH|IFS|ENV|HOME|PWD|OLDPWD|SHLVL|LINENO|PPID|UID|EUID|OPT.*|PS\d|LANG|LC_.*|BASH.*|POSIX.*|SHELL.*|_)$/;

/** The parts of a word: in single quotes, in double quotes, a variable, or characters that mean themselves. */
const part = /'([^']*)'|"([^"`\\]*)"|\$(\w+|\{\w+\})|([A-Za-z0-9_.,:/@%+=-]+)/y;

const behindTheWord = /^(?:[ \t]+(?:#.*)?)?$/;

/** The value of the word that `text` begins with; undefined when it is not plain, or more than a comment follows. */
function valueOfWord(text: string, variables: ReadonlyMap<string, string>, exported: boolean): string | undefined {
  let value = '';
  let end = 0;
  for (;;) {
    part.lastIndex = end;
    const found = part.exec(text);
    if (found === null) return behindTheWord.test(text.slice(end)) ? value : undefined;
    const [, single, double, reference, bare] = found;
    // Some shells split what `export` is given at the spaces of a variable.
    if (reference !== undefined && exported) return undefined;
    const piece = single ?? bare ?? expanded(double ?? `$${reference}`, variables);
    if (piece === undefined) return undefined;
    value += piece;
    end = part.lastIndex;
  }
}

/** The text with its variables put in; undefined when one is not known, or a `$` means something else. */
function expanded(text: string, variables: ReadonlyMap<string, string>): string | undefined {
  let known = true;
  const result = text.replace(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})?/g, (_, name?: string, braced?: string) => {
    const value = variables.get(name ?? braced ?? '');
    known &&= value !== undefined;
    return value ?? '';
  });
  return known ? result : undefined;
}
