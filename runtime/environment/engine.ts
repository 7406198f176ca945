/** What V8, which runs the program, is told of a call. */
import { setFlagsFromString } from 'node:v8';

/** Takes back what the launcher tells V8 for calls of a second (`tuneEngine` in packaging/keep-code-cache.cjs). */
export function tuneForLongRun(): void {
  if (Number.parseInt(process.versions.v8, 10) < 14) setFlagsFromString('--turbo-inlining');
}
