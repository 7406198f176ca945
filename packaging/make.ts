/** What the build puts into packages beside the program and the manual. */
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { zsh } from './completion/zsh.ts';

export { skeletons } from '../runtime/init/skeletons.ts';

/** The completion of each shell, by the name under which the shell looks for it. */
export function completions(macros: readonly string[]): Readonly<Record<string, string>> {
  return { 'ftpwall.bash': bash(macros), _ftpwall: zsh(macros), 'ftpwall.fish': fish(macros) };
}
