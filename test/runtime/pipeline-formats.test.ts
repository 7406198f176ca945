/** Findings in the forms of pipelines: what a mistake is, where it is, and that nothing breaks the form. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { junitOf, sarifOf, tapOf } from '../../runtime/output/pipeline-formats.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: '$FW all ACCEPT\nall all DROP\n',
};

function found(rules: string) {
  return compile(memoryEnvironment({ ...files, rules }), { version: '0', allow: ['no-way-in'] }).report.diagnostics;
}

const wrong = 'ACCEPT nett $FW tcp 22\nACCEPT "<&>" $FW\n';

test('TAP counts what it says', () => {
  const lines = tapOf(found(wrong)).trimEnd().split('\n');
  const results = lines.filter((line) => /^(not )?ok /.test(line));
  expect(lines.slice(0, 2)).toEqual(['TAP version 14', `1..${results.length}`]);
  expect(results[0]).toBe('not ok 1 - the configuration has no errors');
  expect(results[1]).toBe('not ok 2 - rules:1 unknown-zone');
  expect(tapOf(found('SSH(ACCEPT) net $FW\n'))).toBe('TAP version 14\n1..1\nok 1 - the configuration has no errors\n');
});

test('JUnit has a failure for each error, and escapes what they quote', () => {
  const text = junitOf(found(wrong));
  expect(text).toContain('<testcase classname="ftpwall" name="rules:1 unknown-zone"><failure');
  expect(text.replace(/<\/?(testsuites?|testcase|failure|system-out|\?xml)\b[^<>]*>/g, '')).not.toMatch(/[<>]/);
});

test('SARIF names the place, from 1, and the code', () => {
  const { runs } = JSON.parse(sarifOf(found(wrong)));
  expect(runs[0].results[0]).toMatchObject({
    ruleId: 'unknown-zone',
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'rules' },
          region: { startLine: 1, startColumn: 8, endLine: 1, endColumn: 12 },
        },
      },
    ],
  });
  expect(runs[0].tool.driver.rules).toContainEqual({ id: 'unknown-zone' });
});
