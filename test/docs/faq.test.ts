/** Answers to questions: their examples compile without a warning, and `why` says of them what the page says. */
import { expect, test } from 'vitest';
import { understand } from '../../compiler/answers/question.ts';
import { why } from '../../compiler/answers/why.ts';
import { compile } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import type { Block } from '../../man/document.ts';
import { subjects } from '../../man/faq/index.ts';
import type { Ask } from '../../man/faq/question.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** The firewall that the examples stand for, in the words of the page. */
const base: Readonly<Record<string, string>> = {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
};

const questions = subjects.flatMap((subject) => subject.questions);

function filesOf(blocks: readonly Block[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const block of blocks)
    if (block.kind === 'example' && block.file !== undefined) files[block.file] = `${block.lines.join('\n')}\n`;
  return files;
}

/** What is told about the rest of a configuration, which an example does not have. */
const elsewhere = ['unused-variable', 'no-way-in', 'closed-zone', 'service-of-one-version'];

function compiled(blocks: readonly Block[]) {
  const files = { ...base, ...filesOf(blocks) };
  return compile(memoryEnvironment(files), { version: '0', allow: elsewhere });
}

test('there are many, each with a name of its own, and nearly each with a configuration', () => {
  const names = questions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(80);
  expect(questions.filter(({ blocks }) => blocks.some((block) => block.kind === 'example')).length).toBe(names.length);
  expect(questions.filter(({ asks }) => asks.length > 0).length).toBeGreaterThan(names.length / 2);
});

test.each(questions)('the example of $name compiles', ({ blocks }) => {
  const { report } = compiled(blocks);
  expect(render(report.diagnostics)).toBe('');
});

test.each(questions.filter(({ asks }) => asks.length > 0))(
  'why says of $name what the page says',
  ({ blocks, asks }) => {
    expect(asks.map((ask) => answered(blocks, ask))).toEqual(asks.map(told));
  },
);

function told({ words, verdict, to }: Ask): string {
  return `${words}: ${verdict}${to === undefined ? '' : ` to ${to}`}`;
}

/** What `why` answers, in the form of `told`; the destination where the page names one. */
function answered(blocks: readonly Block[], { words, to }: Ask): string {
  const { model, lowered } = compiled(blocks);
  if (!model || !lowered) return 'does not compile';
  const [asked = '', out] = words.split(' --out ');
  const [from = '', dest = '', protocol, port] = asked.split(' ');
  const typed = { from, to: dest, ...(protocol && { protocol }), ...(port && { port }), ...(out && { out }) };
  const understood = understand(typed, model, memoryEnvironment({}));
  if (understood.kind === 'unclear') return understood.reason;
  const found = why(understood.question, { model, ruleset: lowered });
  if (found.kind !== 'answers') return found.kind;
  const said = found.answers.map(({ verdict, destination }) => {
    const where = to === undefined ? '' : ` to ${destination.address}:${destination.port}`;
    return `${verdict.toUpperCase()}${where}`;
  });
  return `${words}: ${[...new Set(said)].join(', ')}`;
}
