/** The examples of the FAQ as firewalls. */
import { type Compilation, compile } from '../../compiler/compile.ts';
import { subjects } from '../../man/faq/index.ts';
import type { Question } from '../../man/faq/question.ts';
import { memoryEnvironment } from './memory-environment.ts';

export const questions: readonly Question[] = subjects.flatMap((subject) => subject.questions);

/** The firewall that the examples stand for, in the words of the page. */
const base: Readonly<Record<string, string>> = {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
};

/** What is told about the rest of a configuration, which an example does not have. */
const elsewhere = ['unused-variable', 'no-way-in', 'closed-zone', 'service-of-one-version'];

const made = new Map<Question, Compilation>();

/** The example of a question, compiled once. */
export function compiledExample(question: Question): Compilation {
  const compilation = made.get(question) ?? compiled(question);
  made.set(question, compilation);
  return compilation;
}

function compiled({ blocks }: Question): Compilation {
  const files: Record<string, string> = { ...base };
  for (const block of blocks)
    if (block.kind === 'example' && block.file !== undefined) files[block.file] = `${block.lines.join('\n')}\n`;
  return compile(memoryEnvironment(files), { version: '0', allow: elsewhere });
}
