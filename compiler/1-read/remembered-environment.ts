/** An environment that is asked each question once: what two readings say of a file is said of one source. */
import type { Environment, ReadResult, ShellResult } from '../environment.ts';
import type { Source } from '../source.ts';
import { paramsAskVersion } from './params-version.ts';

/** The same machine; its answers hold as long as the result. */
export function askedOnce(environment: Environment): Environment {
  // Most files that there could be are not there: the list of the folder says so of all of them at once.
  const there = new Set(environment.listFolder());
  const files = remembering(
    (name: string): ReadResult =>
      name.includes('/') || there.has(name) ? environment.readFile(name) : { kind: 'absent' },
  );
  const once = { ...environment, readFile: files };
  const byVersion = paramsAskVersion(once);
  const params = remembering((version: 4 | 6) => environment.evaluateParams(version));
  const shell = remembering((command: string): ShellResult => environment.runShell(command));
  let first: 4 | 6 | undefined;
  return {
    ...once,
    readLibrary: remembering((name: string): Source | undefined => environment.readLibrary(name)),
    evaluateParams: (version) => {
      first ??= version;
      return params(byVersion ? version : first);
    },
    runShell: byVersion ? environment.runShell : shell,
  };
}

function remembering<Question, Answer>(ask: (question: Question) => Answer): (question: Question) => Answer {
  const answers = new Map<Question, Answer>();
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const answer = ask(question);
    answers.set(question, answer);
    return answer;
  };
}
