/** Quick fixes, told from the examples of all messages: what is written into the place of a mistake cures it. */
import { expect, test } from 'vitest';
import { findingOf } from '../../editor/analysis/findings.ts';
import { allLines } from '../../editor/analysis/mask.ts';
import { diagnosticsOf, explainPages } from '../support/explain-pages.ts';

const shown = { folder: '/config', lineIn: allLines };

/** Each example of a page with a fix of its message: the files, and those with the fix made. */
const examples = explainPages().flatMap(({ code, examples }) =>
  examples.flatMap(({ files, line, said }) => {
    if (said === '') return [];
    return diagnosticsOf(files, code).flatMap((diagnostic) => {
      const fix = diagnostic.code === code ? findingOf(shown, diagnostic)?.fix : undefined;
      const name = fix?.path.slice('/config/'.length) ?? '';
      const text = files[name];
      return fix && typeof text === 'string'
        ? [{ name: `${code}.md:${line}`, code, files, fix, file: name, text }]
        : [];
    });
  }),
);

test('some messages have a fix', () => {
  expect(new Set(examples.map(({ code }) => code)).size).toBeGreaterThan(15);
});

test.each(examples)('$name', ({ code, files, fix: { range, text: written }, file, text }) => {
  const lines = text.split('\n');
  const before = diagnosticsOf(files, code);
  const { start, end } = range;
  const offset = (line: number, character: number) =>
    lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  const fixed =
    text.slice(0, offset(start.line, start.character)) + written + text.slice(offset(end.line, end.character));
  const after = diagnosticsOf({ ...files, [file]: fixed }, code);
  const count = (found: typeof before) => found.filter((each) => each.code === code).length;
  expect(count(after)).toBeLessThan(count(before));
  const errors = (found: typeof before) => found.filter(({ severity }) => severity === 'error').length;
  expect(errors(after)).toBeLessThanOrEqual(errors(before));
});
