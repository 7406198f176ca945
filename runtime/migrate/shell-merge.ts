/** Shell of two folders as one: `params` with what it includes, and extension scripts. */
import { meaningOf, mergeLines } from './line-merge.ts';
import { shell, written } from './version-blocks.ts';

/** A line that stands for itself: an assignment of one word, or an INCLUDE. */
const plain = /^\s*((export\s+)?[A-Za-z_]\w*=('[^'\n]*'|"[^"`\\\n]*"|[^\s'"`\\;&|<>()]*)+|INCLUDE\s+\S+)\s*(\s#.*)?$/;

/** `params` of both: lines that only one has stand in a branch for its IP version. */
export function mergeParams(four: string, six: string): string {
  const units = mergeLines(four, six);
  if (units.every(({ text }) => meaningOf(text) === '' || plain.test(text)))
    return written(units, () => true, shell).text;
  // Where lines depend on each other only the whole is safe to move.
  const branch = (text: string) => `${text.replace(/\n*$/, '\n')}${meaningOf(text) === '' ? ':\n' : ''}`;
  return `${shell.open(4)}\n${branch(four)}${shell.otherwise}\n${branch(six)}${shell.close}\n`;
}

/** The extension scripts of both, one after the other; a `return` ends its own alone. */
export function mergeScripts(four: string, six: string): string {
  const body = (name: string, text: string) => `${name}() {\n${text.replace(/\n*$/, '\n')}:\n}\n`;
  return `# From both folders, first that for IPv4.\n${body('from_shorewall', four)}${body('from_shorewall6', six)}from_shorewall\nfrom_shorewall6\n`;
}
