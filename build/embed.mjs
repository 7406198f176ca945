/**
 * Turns what the program carries inside into modules under `runtime/generated/`: the standard library, the pages of
 * `explain`, the version, and the templates of the script as plain functions. The program itself needs no template engine.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = join(root, 'runtime', 'generated');
const header = '// Made by build/embed.mjs; not to be edited.\n';

/** Makes all of them; a file whose text would stay the same keeps its time. */
export function embed() {
  mkdirSync(generated, { recursive: true });
  put('version', `export const version = ${JSON.stringify(packageVersion())};`, 'export const version: string;');
  putTexts('library', join(root, 'compiler', 'library'), (file) => (/^(macro|action)\./.test(file) ? file : undefined));
  putTexts('explain', join(root, 'compiler', 'diagnostics', 'explain'), (file) =>
    file.endsWith('.md') ? file.slice(0, -'.md'.length) : undefined,
  );
  putTexts('report', join(root, 'runtime', 'report'), (file) => (/^page\.(css|js)$/.test(file) ? file : undefined));
  putTexts('remote', join(root, 'runtime', 'remote'), (file) => (file === 'host.sh' ? file : undefined));
  put(
    'script-template',
    `export const scriptTemplate = ${templateFunction(join(root, 'runtime', 'script'))};`,
    "import type { ScriptTemplate } from '../../compiler/system-plan.ts';\nexport const scriptTemplate: ScriptTemplate;",
  );
}

function packageVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** `export function <name>(): Record<string, string>`: text by name, sorted by name. A function, so that nothing is made before it is asked for. */
function putTexts(name, folder, keyOf) {
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const entries = files.flatMap((file) => {
    const key = keyOf(file);
    return key === undefined
      ? []
      : [`    ${JSON.stringify(key)}: ${JSON.stringify(readFileSync(join(folder, file), 'utf8'))},`];
  });
  put(
    name,
    `export function ${name}() {\n  return {\n${entries.join('\n')}\n  };\n}`,
    `export function ${name}(): Readonly<Record<string, string>>;`,
  );
}

/** The source of a function from holes to text: the body that ejs makes of the parts of a template, in the order of their names. */
function templateFunction(folder) {
  const parts = readdirSync(folder).filter((file) => file.endsWith('.sh.ejs'));
  const text = parts
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
  const template = new ejs.Template(text, {
    strict: true,
    localsName: 'holes',
    compileDebug: false,
    filename: folder,
  });
  template.compile();
  return `(holes) => {\n${template.source}}`;
}

function put(name, code, types) {
  write(`${name}.js`, `${header}${code}\n`);
  write(`${name}.d.ts`, `${header}${types}\n`);
}

function write(file, text) {
  const path = join(generated, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  // Two builds at once must not see half a file.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) embed();
