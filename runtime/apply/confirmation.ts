/** Asks whether the new rules are to stay. Whoever does not answer gets the old ones back, with or without us. */
import { createInterface } from 'node:readline';
import { say, write } from '../output/output.ts';
import { type Status, status } from '../verb.ts';
import { runScript, type Script } from './run-script.ts';

/** A time as users write it: `60`, `60s`, `5m`; undefined when it is none, or longer than a day. */
export function readSeconds(text: string): number | undefined {
  const [, digits = '', unit = 's'] = /^(\d{1,6})([sm]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * (unit === 'm' ? 60 : 1);
  return digits !== '' && seconds > 0 && seconds <= 86_400 ? seconds : undefined;
}

/** The question, for as long as the watching process waits. The answer is to the change of this token, and to no other. */
export async function askToConfirm(path: string, seconds: number, token: string): Promise<Status> {
  const script: Script = { kind: 'file', path };
  write(2, `Can you still reach this machine? Keep the new rules? (yes or no, within ${seconds} seconds) `);
  const answer = await answerWithin(seconds);
  if (answer === 'yes') return (await runScript(script, 'confirm', { words: [token] })).status;
  if (answer === 'no') {
    const { status: ended } = await runScript(script, 'rollback', { words: [token] });
    return ended === status.done ? status.refused : ended;
  }
  write(2, '\n');
  if (answer === 'late') {
    say('not confirmed in time: the new rules are rolled back');
    // Who says so sees to it: the watching process may have died.
    const { output } = await runScript(script, 'status');
    if (/^confirmation: /m.test(output)) await runScript(script, 'rollback', { words: [token] });
    return status.refused;
  }
  const why = answer === 'interrupted' ? 'interrupted' : 'nobody is there to answer';
  say(
    `${why}: the new rules are loaded, and are rolled back in at most ${seconds} seconds unless \`ftpwall confirm\` keeps them; \`ftpwall rollback\` does it at once`,
  );
  return status.pending;
}

type Answer = 'yes' | 'no' | 'late' | 'nobody' | 'interrupted';

async function answerWithin(seconds: number): Promise<Answer> {
  const lines = createInterface({ input: process.stdin });
  return new Promise((resolve) => {
    const interrupt = () => end('interrupted');
    const end = (answer: Answer) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      resolve(answer);
      lines.close();
    };
    process.once('SIGINT', interrupt);
    const timer = setTimeout(() => end('late'), seconds * 1000);
    lines.on('line', (line) => {
      const word = line.trim().toLowerCase();
      if (word === 'y' || word === 'yes') end('yes');
      else if (word === 'n' || word === 'no') end('no');
      else write(2, 'yes or no? ');
    });
    lines.on('close', () => end('nobody'));
  });
}
