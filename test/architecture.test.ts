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

/** The layer of a file: what it may import. */
const layers: readonly { readonly layer: string; readonly holds: RegExp; readonly mayImport: readonly string[] }[] = [
  {
    layer: 'ground',
    holds: /^compiler\/(source|invariant|environment|system-plan|model)\.ts$/,
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
    return layer && target && !layer.mayImport.includes(target);
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('every file of the compiler has a layer, but the pipeline itself', () => {
  expect(filesBelow('compiler').filter((path) => layerOf(path) === undefined)).toEqual([
    'compiler/compile-pair.ts',
    'compiler/compile.ts',
  ]);
});

test('the compiler touches nothing: no Node module, no process, no template engine', () => {
  const outward = imports.filter(({ to }) => !to.startsWith('compiler/') && to !== 'ipaddr.js');
  expect(outward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('the ground holds types and text, no behaviour of a stage', () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      /^compiler\/(model|system-plan|environment)\.ts$/.test(from) && layerOf(to) !== 'ground' && !typeOnly,
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
