/** Wrong lines of every file and every type of value: one message each, at its smallest place, with a help. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { compiledFiles } from '../../compiler/language/files/index.ts';
import { valueTypes } from '../../compiler/language/value-types.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** Lines of one file that are wrong in the same kind of value. */
interface Group {
  readonly file: string;
  readonly format: 1 | 2;
  /** A type of value, or a word for what else is wrong. */
  readonly type: string;
  readonly lines: readonly WrongLine[];
}

interface WrongLine {
  readonly line: string;
  readonly code: string;
  readonly marked: string;
}

const groups: readonly Group[] = readFileSync(join(import.meta.dirname, 'malformed.txt'), 'utf8')
  .split(/^\[/m)
  .slice(1)
  .map((text) => {
    const [head = '', ...lines] = text.split('\n').filter((line) => line !== '');
    const [, file = '', format, type = ''] = /^(\S+)(?: (1))?: (\w+)\]$/.exec(head) ?? [];
    return { file, format: format ? 1 : 2, type, lines: lines.map(wrongLine) };
  });

function wrongLine(text: string): WrongLine {
  const [, line = '', code = '', marked = ''] = /^(.*) → ([\w-]+)(?: (.*))?$/.exec(text) ?? [];
  return { line, code, marked };
}

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nall all DROP info\n',
};

/** Settings without which a file is not looked at. */
const settingsFor: Readonly<Record<string, string>> = {
  tcinterfaces: 'TC_ENABLED=Simple\n',
  tcpri: 'TC_ENABLED=Simple\n',
  providers: 'ROUTE_FILTER=No\n',
};

/** What surrounds the line in its file, and the line of another file that leads to it. */
function configuration({ file, format }: Group, line: string): Readonly<Record<string, string>> {
  const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
    zones: [base.zones, ''],
    interfaces: [format === 1 ? base.interfaces.replace('?FORMAT 2\n', '') : base.interfaces, ''],
    policy: ['', 'fw all ACCEPT\nall all DROP\n'],
    conntrack: ['?FORMAT 2\n', ''],
  };
  const [before, after] = around[file] ?? ['', ''];
  const user =
    file === 'macro.Mine'
      ? { rules: 'Mine(ACCEPT) net $FW\n' }
      : file === 'action.Mine'
        ? { rules: 'Mine net $FW\n' }
        : file === 'maclist'
          ? { interfaces: base.interfaces.replace('eth1', 'eth1 maclist') }
          : {};
  const settings = settingsFor[file] === undefined ? {} : { 'ftpwall.conf': settingsFor[file] };
  const body = file === 'actions' && line.startsWith('Mine') ? { 'action.Mine': 'ACCEPT\n' } : {};
  return { ...base, ...settings, ...user, ...body, [file]: `${before}${line}\n${after}` };
}

describe.each(groups)('$file, $type', (group) => {
  test.each(group.lines)('$line', ({ line, code, marked }) => {
    const files = configuration(group, line);
    const { report, artifact } = compile(memoryEnvironment(files), { version: '0' });
    const errors = report.diagnostics.filter(({ severity }) => severity === 'error');
    expect(artifact).toBeUndefined();
    expect(errors.map((error) => error.code)).toEqual([code]);
    for (const { label, help } of errors) {
      const { source, start, end } = label.span;
      const text = files[group.file] ?? '';
      const begins = text.lastIndexOf(`${line}\n`);
      expect(source.path).toBe(group.file);
      expect(start >= begins && end <= begins + line.length, 'a place in the line').toBe(true);
      expect(text.slice(start, end)).toBe(marked);
      expect(help).toMatch(/\S/);
    }
  });
});

test('every type of value has three wrong examples', () => {
  // A cell of a file that is not compiled yet is whatever stands there.
  const few = Object.keys(valueTypes).filter(
    (type) => type !== 'word' && groups.filter((group) => group.type === type).flatMap(({ lines }) => lines).length < 3,
  );
  expect(few).toEqual([]);
});

test('every file has three wrong examples', () => {
  const files = [...Object.keys(compiledFiles), 'macro.Mine', 'action.Mine', 'ftpwall.conf', 'params'];
  const few = files.filter(
    (file) => groups.filter((group) => group.file === file).flatMap(({ lines }) => lines).length < 3,
  );
  expect(few).toEqual([]);
});
