/**
 * Makes parsers of the grammars: `grammar/<name>.peggy` becomes `compiler/generated/<name>.js`, an ES module with types
 * beside it. A parser is made anew only when a grammar or peggy itself is younger than it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reusable } from './reusable-parser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const grammars = join(root, 'grammar');
const generated = join(root, 'compiler', 'generated');

const header = '// Made by build/grammars.mjs from grammar/; not to be edited.\n';

const types = `${header}
/** Where the text stopped to fit the grammar: offsets count UTF-16 units from 0. */
export interface Location {
  readonly start: { readonly offset: number };
  readonly end: { readonly offset: number };
}

/** Text that does not fit. \`expected\` holds the named rules that would have fitted, \`found\` the character met, null at the end. */
export class SyntaxError extends globalThis.SyntaxError {
  readonly location: Location;
  readonly expected: readonly Expectation[] | null;
  readonly found: string | null;
}

export type Expectation =
  | { readonly type: 'literal'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly type: 'other'; readonly description: string }
  | { readonly type: 'class' | 'any' | 'end' | 'pattern' };

/** What a grammar is told besides the text: the rule to start with (the first one when left out), and its own options. */
export interface Options {
  readonly startRule?: string;
  readonly [option: string]: unknown;
}

/** The value of \`text\`. Throws a SyntaxError when it does not fit. */
export function parse(text: string, options?: Options): unknown;
`;

/** Makes every parser that is missing or out of date. Returns the names of those it made. */
export async function buildGrammars() {
  const names = readdirSync(grammars)
    .filter((file) => file.endsWith('.peggy'))
    .map((file) => file.slice(0, -'.peggy'.length));
  const youngest = Math.max(...names.map((name) => changed(join(grammars, `${name}.peggy`))), toolChanged());
  const stale = names.filter((name) => changed(join(generated, `${name}.js`)) <= youngest && name !== 'lexical');
  if (stale.length === 0) return [];

  const peggy = (await import('peggy')).default;
  mkdirSync(generated, { recursive: true });
  for (const name of stale) {
    const path = join(grammars, `${name}.peggy`);
    const text = readFileSync(path, 'utf8');
    const parser = generate(peggy, path, text);
    put(join(generated, `${name}.js`), header + parser);
    put(join(generated, `${name}.d.ts`), types);
  }
  return stale;
}

/**
 * A grammar may begin with `import { … } from "./lexical.js"`. The rules are joined here instead: peggy's own import makes
 * a whole parser for each token and forgets how far the text was understood, and that is the place of the message.
 */
function generate(peggy, path, text) {
  const imports = /^import\b.*?"\.\/(\w+)\.js"/gm;
  const parts = [{ source: path, text: text.replace(imports, (line) => ' '.repeat(line.length)) }];
  for (const [, name] of text.matchAll(imports)) {
    const imported = join(grammars, `${name}.peggy`);
    parts.push({ source: imported, text: readFileSync(imported, 'utf8') });
  }
  try {
    const parser = peggy.generate(parts, {
      output: 'source',
      format: 'es',
      grammarSource: path,
      // Any rule may be asked for: the value types name their start rules in a table.
      allowedStartRules: ['*'],
    });
    return reusable(parser);
  } catch (error) {
    if (typeof error.format !== 'function') throw error;
    throw new Error(error.format(parts));
  }
}

/** Two builds at once must not see half a file. */
function put(path, text) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function changed(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function toolChanged() {
  const peggy = createRequire(import.meta.url).resolve('peggy/package.json');
  const own = ['grammars.mjs', 'reusable-parser.mjs'].map((name) => changed(join(root, 'build', name)));
  return Math.max(...own, changed(peggy));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of await buildGrammars()) console.log(`made compiler/generated/${name}.js`);
}
