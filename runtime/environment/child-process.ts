/** node:child_process, loaded when it is first needed: most compilations run no program, and loading it takes a while. */
import { createRequire } from 'node:module';

export function childProcess(): typeof import('node:child_process') {
  return createRequire(import.meta.url)('node:child_process');
}
