/** Answers to questions: their examples compile without a warning, and `why` says of them what the page says. */
import { expect, test } from 'vitest';
import { understand } from '../../compiler/answers/question.ts';
import { why } from '../../compiler/answers/why.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import type { Ask, Question } from '../../man/faq/question.ts';
import { compiledExample, questions } from '../support/faq.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

test('there are many, each with a name of its own and an example, most with a claim', () => {
  const names = questions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(80);
  expect(questions.filter(({ blocks }) => blocks.some((block) => block.kind === 'example')).length).toBe(names.length);
  expect(questions.filter(({ asks }) => asks.length > 0).length).toBeGreaterThan(names.length / 2);
});

test.each(questions)('the example of $name compiles', (question) => {
  const { diagnostics } = compiledExample(question).report;
  expect(render(diagnostics.filter(({ severity }) => severity !== 'note'))).toBe('');
});

const claiming = questions.filter(({ asks }) => asks.length > 0);
test.each(claiming)('why says of $name what the page says', (question) => {
  expect(question.asks.map((ask) => answered(question, ask))).toEqual(question.asks.map(told));
});

function told({ words, verdict, to }: Ask): string {
  return `${words}: ${verdict}${to === undefined ? '' : ` to ${to}`}`;
}

/** What `why` answers, in the form of `told`; the destination where the page names one. */
function answered(question: Question, { words, to }: Ask): string {
  const { model, lowered } = compiledExample(question);
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
