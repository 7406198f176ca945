/**
 * Configurations with mistakes of every kind over several files: each is told in one run, once, in the order of files and
 * lines, at its whole cell or item, and nothing else is. A configuration is a text below `several-mistakes/`: its files,
 * and behind `== told` what is said, as `code place text`. `UPDATE=1` writes that; read the difference.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { placeOf } from '../../compiler/source.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const folder = join(import.meta.dirname, 'several-mistakes');

interface Example {
  readonly files: Readonly<Record<string, string>>;
  readonly told: readonly string[];
}

function exampleIn(text: string): Example {
  const parts = text.split(/^== /m).slice(1);
  const named = parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)] as const);
  // A blank line parts one file from the next.
  const files = named.filter(([name]) => name !== 'told').map(([name, body]) => [name, body.replace(/\n\n$/, '\n')]);
  const told = named.find(([name]) => name === 'told')?.[1].trimEnd() ?? '';
  return { files: Object.fromEntries(files), told: told === '' ? [] : told.split('\n') };
}

function told(files: Example['files']): readonly string[] {
  const { report, artifact } = compile(memoryEnvironment(files), { version: '0', lint: false });
  expect(artifact).toBeUndefined();
  return report.diagnostics.map(({ code, label: { span } }) =>
    `${code} ${placeOf(span)} ${span.source.text.slice(span.start, span.end)}`.trim(),
  );
}

const names = readdirSync(folder).map((file) => file.replace(/\.txt$/, ''));

describe.each(names)('%s', (name) => {
  const file = join(folder, `${name}.txt`);
  const text = readFileSync(file, 'utf8');
  const example = exampleIn(text);
  const found = told(example.files);

  test('everything is told in one run, and nothing else', () => {
    if (process.env.UPDATE)
      writeFileSync(file, `${text.slice(0, text.indexOf('\n== told'))}\n== told\n${found.join('\n')}\n`);
    else expect(found).toEqual(example.told);
  });

  test('each once', () => {
    expect(found.filter((line, index) => found.indexOf(line) !== index)).toEqual([]);
  });
});
