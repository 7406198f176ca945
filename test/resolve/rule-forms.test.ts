/** Every form of a line of `rules`: Shorewall's verdict on it, or a reason for another one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

interface Form {
  readonly rule: string;
  readonly shorewall: 'ok' | 'error';
  /** Why we say otherwise, and in which directories. */
  readonly otherwise?: { readonly reason: string; readonly only?: 'ftpwall' };
}

const forms: readonly Form[] = readFileSync(join(import.meta.dirname, 'rule-forms.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, shorewall, rule = '', reason] = /^(ok|error) +(.*?)(?: # (.*))?$/.exec(line) ?? [];
    const only = reason?.startsWith('ftpwall: ') ? { only: 'ftpwall' as const } : {};
    return { rule, shorewall: shorewall as Form['shorewall'], ...(reason ? { otherwise: { reason, ...only } } : {}) };
  });

/** The verdict, and why. */
function verdictOn(rule: string, flavour: 'ftpwall' | 'shorewall') {
  const type = flavour === 'shorewall' ? 'ipv4' : 'ip';
  const { report, artifact } = compile(
    memoryEnvironment({
      [`${flavour}.conf`]: flavour === 'shorewall' ? 'DISABLE_IPV6=Yes\nIGNOREUNKNOWNVARIABLES=No\n' : '',
      zones: `fw firewall\nnet ${type}\nloc ${type}\ndmz ${type}\n`,
      interfaces: '?FORMAT 2\nnet eth0\nloc br0 bridge\ndmz eth2\n',
      policy: 'all all REJECT\n',
      rules: `${rule}\n`,
    }),
    { version: '0' },
  );
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
  return { verdict: artifact ? ('ok' as const) : ('error' as const), errors };
}

describe.each(['ftpwall', 'shorewall'] as const)('in a %s directory', (flavour) => {
  test.each(forms)('$shorewall: $rule', ({ rule, shorewall, otherwise }) => {
    const differs = otherwise && (otherwise.only === undefined || otherwise.only === flavour);
    const other = shorewall === 'ok' ? 'error' : 'ok';
    const { verdict, errors } = verdictOn(rule, flavour);
    expect(verdict).toBe(differs ? other : shorewall);
    for (const { label, help } of errors) {
      // What is missing at the end of a column is shown behind it, by an empty place.
      const { source, start, end } = label.span;
      expect(source.path).toBe('rules');
      expect(start < end || (start === end && start > 0 && start <= rule.length), 'a place in the line').toBe(true);
      expect(help, 'a help').toBeTruthy();
    }
  });
});
