/** Questions of `ftpwall init`; the library that asks is loaded only here. */
import input from '@inquirer/input';
import { write } from '../output/output.ts';

/** An answer that can be chosen: by its number, or by its name. */
export interface Choice {
  readonly name: string;
  readonly text: string;
}

/**
 * Asks until one of the choices is answered; Enter takes the usual one. Undefined when the question is ended by Ctrl-C or
 * the end of the input.
 */
export async function ask(
  question: string,
  choices: readonly Choice[],
  usual: string,
  complaint: (answer: string) => string,
): Promise<string | undefined> {
  const width = Math.max(...choices.map(({ name }) => name.length));
  const lines = choices.map(({ name, text }, index) => `  ${index + 1}) ${name.padEnd(width)}  ${text}`.trimEnd());
  write(2, `${question}\n${lines.join('\n')}\n`);
  const meant = (answer: string): string | undefined =>
    choices[Number(answer) - 1]?.name ?? choices.find(({ name }) => name === answer)?.name;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.stdin.once('end', end);
  try {
    const answer = await input(
      {
        message: 'Choice',
        default: usual,
        validate: (typed) => (meant(typed.trim()) === undefined ? complaint(typed.trim()) : true),
      },
      { output: process.stderr, signal: ended.signal },
    );
    return meant(answer.trim());
  } catch (error) {
    if (error instanceof Error && /^(?:ExitPrompt|AbortPrompt)Error$/.test(error.name)) return undefined;
    throw error;
  } finally {
    process.stdin.off('end', end);
  }
}
