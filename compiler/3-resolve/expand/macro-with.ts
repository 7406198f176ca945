/** A macro and what it is to do, the wrong way round. */
import type { ActionText } from '../../language/values.ts';
import type { Scope } from '../scope.ts';

/** `SSH(ACCEPT)` where `ACCEPT(SSH)` or `ACCEPT/SSH` is written; undefined when no macro is in the parentheses. */
export function macroWith(
  { parameters }: Pick<ActionText, 'parameters'>,
  target: string,
  { read }: Scope,
): string | undefined {
  const [only, ...more] = parameters ?? [];
  const isMacro = only !== undefined && more.length === 0 && read.libraryNames('macro').includes(only.text);
  return isMacro ? `${only.text}(${target})` : undefined;
}
