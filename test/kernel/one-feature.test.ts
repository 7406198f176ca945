/**
 * A configuration for each option, column and action of providers, marks, shaping, accounting and what is rare elsewhere
 * (`one-feature.txt`): it compiles and the kernel takes the rules, or it is refused with the code that stands behind `=>`.
 * `== name` begins one, `@ file` a file of it; files that are not named are those of `base`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { describeKernel } from './possible.ts';
import { refusedByNft } from './refused-by-nft.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\nloc eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP\n',
  'ftpwall.conf': 'ROUTE_FILTER=No\nIP_FORWARDING=On\n',
};

interface Feature {
  readonly name: string;
  readonly refused?: string;
  readonly files: Readonly<Record<string, string>>;
}

function features(): readonly Feature[] {
  const text = readFileSync(join(import.meta.dirname, 'one-feature.txt'), 'utf8');
  return text
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [head = '', ...files] = part.split(/^@ /m);
      const [name = '', refused] = head.trim().split(' => ');
      return {
        name,
        ...(refused ? { refused } : {}),
        files: Object.fromEntries(
          files.map((each) => [each.slice(0, each.indexOf('\n')), each.slice(each.indexOf('\n') + 1)]),
        ),
      };
    });
}

describeKernel('one feature each', () => {
  test('each compiles and loads, or is refused by its code', () => {
    const rulesets = new Map<string, string>();
    const wrong: string[] = [];
    for (const { name, refused, files } of features()) {
      const { artifact, report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', scriptTemplate });
      const codes = report.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      if (refused ? !codes.includes(refused) : !artifact) wrong.push(`${name}: ${codes.join(', ') || 'it is taken'}`);
      // Options of providers are no matter of rules: the same text is judged once.
      if (artifact && ![...rulesets.values()].includes(artifact.ruleset)) rulesets.set(name, artifact.ruleset);
    }
    expect(wrong).toEqual([]);
    expect(rulesets.size).toBeGreaterThan(180);
    expect(refusedByNft(rulesets)).toEqual([]);
  });
});
