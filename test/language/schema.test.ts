/** `ftpwall schema`: what editors are told is all that the tables say. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { files } from '../../compiler/language/files/index.ts';
import { hostOptions } from '../../compiler/language/options/host-options.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import type { FileTable } from '../../compiler/language/schema.ts';
import { settings } from '../../compiler/language/settings.ts';
import { targets } from '../../compiler/language/targets.ts';

interface Named {
  readonly name: string;
}

interface PrintedFile extends Named {
  readonly columns: readonly (Named & { readonly type: string; readonly required: boolean; readonly doc: string })[];
  readonly formats?: Readonly<Record<string, readonly string[]>>;
}

interface Printed {
  readonly schema: number;
  readonly files: readonly PrintedFile[];
  readonly values: readonly (Named & { readonly doc: string })[];
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
  readonly [list: string]: unknown;
}

function schema(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', 'schema', ...words], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const printed: Printed = JSON.parse(schema('--json'));
const tables: readonly FileTable[] = files;

test('says its version, and every file with every column', () => {
  expect(printed.schema).toBe(1);
  expect(printed.files.map(({ name }) => name)).toEqual([...tables.map(({ name }) => name), 'macro.*']);
  for (const { name, columns } of tables) {
    const file = printed.files.find((each) => each.name === name);
    expect(file?.columns.map((column) => column.name).sort(), name).toEqual(Object.keys(columns).sort());
  }
});

test('a type of each column is explained', () => {
  const types = printed.files.flatMap(({ columns }) => columns.map(({ type }) => type));
  const explained = printed.values.filter(({ doc }) => doc.length > 3).map(({ name }) => name);
  expect(types.filter((type) => !explained.includes(type))).toEqual([]);
});

test('columns come in the order of the newest format', () => {
  const rules = printed.files.find(({ name }) => name === 'rules');
  expect(rules?.columns.slice(0, 5).map(({ name }) => name)).toEqual(['action', 'source', 'dest', 'proto', 'dport']);
  const interfaces = printed.files.find(({ name }) => name === 'interfaces');
  expect(interfaces?.columns.map(({ name }) => name)).toEqual([...(interfaces?.formats?.['2'] ?? []), 'broadcast']);
});

const library = readdirSync(join(import.meta.dirname, '../../compiler/library'));
const called = (kind: string) => library.flatMap((file) => (file.startsWith(kind) ? [file.slice(kind.length)] : []));

test.each([
  ['settings', Object.keys(settings)],
  ['interfaceOptions', Object.keys(interfaceOptions)],
  ['hostOptions', Object.keys(hostOptions)],
  ['zoneOptions', Object.keys(zoneOptions)],
  ['targets', Object.keys(targets)],
  ['macros', called('macro.')],
  ['actions', called('action.')],
])('every one of the %s', (list, names) => {
  expect((printed[list] as readonly Named[]).map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('every code', () => {
  expect(printed.diagnostics.map(({ code }) => code)).toEqual([...catalogue.keys()].sort());
});

test('without --json, headings to be read', () => {
  expect(schema()).toMatch(/^#ACTION {2}SOURCE {2}DEST {2}PROTO {2}DPORT/m);
});
