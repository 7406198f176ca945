import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Every TypeScript file below a folder of the project. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('compiler/generated/'));
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^(import|export)( type)? (?:[^;]*? from )?'([^']+)';/gms)].map((found) => ({
    from: path,
    to: found[3]?.startsWith('.') ? relative(root, join(root, path, '..', found[3])) : (found[3] ?? ''),
    typeOnly: found[2] !== undefined,
  }));
}

/** Of layers whose imports are not judged here. */
const everything: readonly string[] = [];

/** The layer of a file: what it may import. */
const layers: readonly { readonly layer: string; readonly holds: RegExp; readonly mayImport: readonly string[] }[] = [
  {
    layer: 'ground',
    holds: /^compiler\/((source|invariant|once|concat|environment|system-plan)\.ts$|model\/|net\/)/,
    mayImport: ['ground', 'language', 'ir', 'read', 'report'],
  },
  { layer: 'language', holds: /^compiler\/language\//, mayImport: ['ground', 'language', 'ir', 'read'] },
  { layer: 'report', holds: /^compiler\/diagnostics\//, mayImport: ['ground', 'language', 'report'] },
  { layer: 'ir', holds: /^compiler\/ir\//, mayImport: ['ground', 'ir'] },
  { layer: 'read', holds: /^compiler\/1-read\//, mayImport: ['ground', 'language', 'report', 'read', 'generated'] },
  {
    layer: 'parse',
    holds: /^compiler\/2-parse\//,
    mayImport: ['ground', 'language', 'report', 'read', 'parse', 'generated'],
  },
  {
    layer: 'resolve',
    holds: /^compiler\/3-resolve\//,
    mayImport: ['ground', 'language', 'report', 'ir', 'read', 'parse', 'resolve'],
  },
  { layer: 'check', holds: /^compiler\/4-check\//, mayImport: ['ground', 'language', 'report', 'ir', 'check'] },
  { layer: 'lower', holds: /^compiler\/5-lower\//, mayImport: ['ground', 'language', 'ir', 'lower'] },
  { layer: 'analyze', holds: /^compiler\/analyze\//, mayImport: ['ground', 'ir', 'analyze'] },
  {
    layer: 'lint',
    holds: /^compiler\/lint\//,
    mayImport: ['ground', 'language', 'report', 'ir', 'analyze', 'lint'],
  },
  { layer: 'optimize', holds: /^compiler\/6-optimize\//, mayImport: ['ground', 'ir', 'analyze', 'optimize'] },
  { layer: 'emit', holds: /^compiler\/7-emit\//, mayImport: ['ground', 'ir', 'emit'] },
  {
    layer: 'answers',
    holds: /^compiler\/answers\//,
    mayImport: ['ground', 'language', 'report', 'ir', 'lower', 'analyze', 'answers'],
  },
  {
    layer: 'dumps',
    holds: /^compiler\/dumps\//,
    // Conditions in the words of iptables have one table of options.
    mayImport: ['ground', 'language', 'ir', 'resolve', 'dumps'],
  },
  {
    layer: 'format',
    holds: /^compiler\/format\//,
    mayImport: ['ground', 'language', 'report', 'read', 'parse', 'format'],
  },
  {
    layer: 'editor',
    holds: /^editor\//,
    mayImport: [
      ...['ground', 'language', 'report', 'ir', 'read', 'parse', 'resolve', 'emit', 'format', 'pipeline'],
      ...['editor', 'machine'],
    ],
  },
  { layer: 'pipeline', holds: /^compiler\/compile\.ts$/, mayImport: everything },
  // Of the runtime an editor reads: it loads nothing, and writes nothing of the machine's.
  { layer: 'machine', holds: /^runtime\/(environment|generated|generations|output|status)\//, mayImport: everything },
  { layer: 'generated', holds: /^compiler\/generated\//, mayImport: [] },
];

function layerOf(path: string): string | undefined {
  return layers.find(({ holds }) => holds.test(path))?.layer;
}

const imports = filesBelow('compiler').flatMap(importsOf);

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(200);
  const wrong = imports.filter(({ from, to }) => {
    const layer = layers.find(({ holds }) => holds.test(from));
    const target = layerOf(to);
    return layer && target && layer.mayImport !== everything && !layer.mayImport.includes(target);
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('every file of the compiler has a layer, but the pipeline itself', () => {
  const without = filesBelow('compiler').filter((path) => [undefined, 'pipeline'].includes(layerOf(path)));
  expect(without).toEqual(['compiler/compile-pair.ts', 'compiler/compile.ts']);
});

test('the language server imports the compiler and what reads the machine, and nothing imports it', () => {
  const layer = layers.find((each) => each.layer === 'editor');
  const all = filesBelow('editor').flatMap(importsOf);
  expect(all.length).toBeGreaterThan(50);
  const wrong = all.filter(
    ({ to }) => /^(compiler|runtime|editor)\//.test(to) && !layer?.mayImport.includes(layerOf(to) ?? ''),
  );
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  const importers = [...filesBelow('compiler'), ...filesBelow('runtime')].flatMap(importsOf);
  expect(importers.filter(({ to }) => to.startsWith('editor/'))).toEqual([]);
});

test('the compiler touches nothing: no Node module, no process, no template engine', () => {
  const outward = imports.filter(({ to }) => !to.startsWith('compiler/') && to !== 'ipaddr.js');
  expect(outward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('the ground holds types and text, no behaviour of a stage', () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      /^compiler\/((system-plan|environment)\.ts$|model\/)/.test(from) && layerOf(to) !== 'ground' && !typeOnly,
  );
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('modules of Node.js are never loaded by import()', () => {
  // The bundled program runs as a script of node:vm, which has no loader for them.
  const found = filesBelow('runtime').filter((path) =>
    /await import\('node:/.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(found).toEqual([]);
});

test('what ships calls nothing that Node.js 18 lacks', () => {
  // Methods of ES2023 and later, which the compiler of types knows and Node.js has from version 20 on.
  const young =
    /\.(toReversed|toSorted|toSpliced|with|isSubsetOf|isDisjointFrom)\(|\b(Object|Map)\.groupBy\(|\bPromise\.withResolvers\(|\bArray\.fromAsync\(/;
  const found = [...filesBelow('compiler'), ...filesBelow('runtime'), ...filesBelow('editor')].filter((path) =>
    young.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(found).toEqual([]);
});

/** Groups of files that import each other, types included. */
function circles(): readonly (readonly string[])[] {
  const targets = new Map<string, readonly string[]>();
  for (const path of [
    ...filesBelow('compiler'),
    ...filesBelow('runtime'),
    ...filesBelow('editor'),
    ...filesBelow('man'),
  ])
    targets.set(
      path,
      importsOf(path).map(({ to }) => to),
    );
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const waiting = [...(targets.get(from) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === to) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(targets.get(next) ?? []));
    }
    return false;
  };
  const inCircles = [...targets.keys()].filter((path) => reaches(path, path));
  const groups: string[][] = [];
  for (const path of inCircles) {
    const group = groups.find(([first]) => first !== undefined && reaches(path, first) && reaches(first, path));
    if (group) group.push(path);
    else groups.push([path]);
  }
  return groups;
}

test('no files import each other in a circle, types included', () => {
  expect(circles()).toEqual([]);
});

test('tests take random input with a seed that stays', () => {
  const direct = filesBelow('test')
    .filter((path) => path.endsWith('.test.ts'))
    .flatMap(importsOf)
    .filter(({ to }) => to === 'fast-check');
  expect(direct.map(({ from }) => from)).toEqual([]);
});

/** Folders whose files are a list of one kind, or one subject that has no parts. */
const longFolders: readonly string[] = [
  'compiler/1-read',
  'compiler/diagnostics/catalogue',
  'compiler/language/files',
  'compiler/library',
  'runtime/commands',
];

test('no folder holds more than twenty files beside each other', () => {
  const count = new Map<string, number>();
  for (const path of [
    ...filesBelow('compiler'),
    ...filesBelow('runtime'),
    ...filesBelow('editor'),
    ...filesBelow('man'),
  ]) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    count.set(folder, (count.get(folder) ?? 0) + 1);
  }
  const large = [...count].filter(([folder, files]) => files > 20 && !longFolders.includes(folder));
  expect(large).toEqual([]);
});
