/** The kernel takes the rules of every example of the FAQ. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { compiledExample, questions } from '../support/faq.ts';
import { kernelTest } from './available.ts';

/** Not every kernel has NFQUEUE as a module. */
const needsMore = ['inspection'];

/** What nft says against a ruleset, in a network of its own. */
function refusal(ruleset: string): string {
  const { status, stderr } = spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input: ruleset, encoding: 'utf8' });
  return status === 0 ? '' : stderr;
}

kernelTest('nft takes the rules of each answer', () => {
  const rulesets = questions
    .filter(({ name }) => !needsMore.includes(name))
    .map((question) => [question.name, compiledExample(question).artifact?.ruleset ?? 'no ruleset'] as const);
  expect(rulesets.length).toBeGreaterThan(80);
  // Each replaces the one before; only a refusal is looked for one by one.
  if (refusal(rulesets.map(([, text]) => text).join('\n')) === '') return;
  const refused = rulesets.map(([name, text]) => `${name}: ${refusal(text)}`);
  expect(refused.filter((said) => !said.endsWith(': '))).toEqual([]);
  throw new Error('nft refuses all of them together, and none alone');
});
