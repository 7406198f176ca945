/** Files of routing, marks and shaping: read by their columns, and refused with one message. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { laterFiles } from '../../compiler/language/files/later.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const base = {
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
};

function codesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const { report } = compile(memoryEnvironment({ ...base, ...files }), { version: '0', allow: ['no-way-in'] });
  return report.diagnostics.map(({ code, label }) => `${code} ${label.span.source.path}`);
}

describe.each(laterFiles)('$name', ({ name, columns, ...table }) => {
  const orders: Readonly<Record<string, readonly string[]>> = 'formats' in table ? table.formats : {};
  const order = orders[1] ?? Object.keys(columns);
  const line = order.map((_column, index) => `a${index}`).join(' ');

  test('with comments alone it is none', () => {
    expect(codesOf({ [name]: '# nothing\n\n' })).toEqual([]);
  });

  test('is refused once, however many lines it has', () => {
    expect(codesOf({ [name]: `# first\n${line}\n${line}\n` })).toEqual([`not-supported-yet ${name}`]);
  });

  test('is read by its columns', () => {
    expect(codesOf({ [name]: `${line} more\n` })).toEqual([`not-supported-yet ${name}`, `extra-column ${name}`]);
    expect(codesOf({ [name]: `${line.replace(/ .*/, '')} ; nosuch=1\n` })).toContain(`unknown-column ${name}`);
  });
});

test('ACCOUNTING=No: the file is not looked at', () => {
  expect(codesOf({ accounting: 'COUNT eth0\n', 'ftpwall.conf': 'ACCOUNTING=No\n' })).toEqual([]);
});
