/** `npm run dist`: the release tarball, `packages/ftpwall-VERSION.tar.gz`: all sources, and what is built of them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build, bundling, bundlingOfEditor } from './build.mjs';
import { collectionTree } from './collection.mjs';
import { buildManual } from './manual.mjs';
import { root } from './run-tables.mjs';
import { run, SetupError } from './setup.mjs';
import { buildSurroundings, bundlingOfExtension } from './surroundings.mjs';

const built = [
  'dist/ftpwall.js',
  'dist/program.js',
  'dist/ftpwall-lsp.js',
  'dist/package.json',
  'man/pages',
  'docs',
  'packaging/collection',
  'packaging/completions',
  'packaging/editor-files',
  'packaging/schemas',
  'packaging/skeleton',
];

/** Makes the tarball; returns its path and the unpacked folder beside it, in which packages are built. */
export async function makeDist() {
  await build();
  await buildManual();
  await buildSurroundings();
  collectionTree(join(root, 'packaging/collection'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const name = `ftpwall-${version}`;
  const work = join(root, '.cache', 'release');
  const tree = join(work, name);
  rmSync(tree, { recursive: true, force: true });
  for (const file of [...releasedFiles(root), ...built]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file), { recursive: true, verbatimSymlinks: true });
  }
  cpSync(join(root, 'packaging/debian'), join(tree, 'debian'), { recursive: true });
  signDebian(join(tree, 'debian'));
  writeFileSync(join(tree, 'debian/copyright'), await copyright());
  mkdirSync(join(root, 'packages'), { recursive: true });
  const tarball = join(root, 'packages', `${name}.tar.gz`);
  run('tar', ['-C', work, '--owner=0', '--group=0', '--sort=name', '-czf', tarball, name]);
  return { tarball, tree, version };
}

/**
 * Who packages says so as with all tools of Debian: DEBFULLNAME and DEBEMAIL (debchange(1)). Without them stays the
 * address of the sources, of a domain that is reserved for examples: nobody should be named who has not been asked.
 */
function signDebian(folder) {
  const { DEBFULLNAME: name, DEBEMAIL: address } = process.env;
  if (!name || !address) return;
  for (const file of ['control', 'changelog']) {
    const path = join(folder, file);
    const signed = readFileSync(path, 'utf8').replace(/^(Maintainer: | -- ).*?>/m, `$1${name} <${address}>`);
    writeFileSync(path, signed);
  }
}

/** Files that git keeps: what lies about in a working folder is not of the release. */
export function releasedFiles(folder) {
  const { stdout } = spawnSync('git', ['ls-files', '-z'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (!stdout) throw new SetupError('a release is made from a working folder of git');
  return stdout.split('\0').filter((file) => file !== '' && existsSync(join(folder, file)));
}

/** packaging/debian/copyright, and the licences of the packages that are bundled into the program. */
async function copyright() {
  const bundles = [bundling, bundlingOfEditor, { ...bundlingOfExtension, write: false }].map((each) =>
    bundle({ ...each, metafile: true }),
  );
  const inputs = (await Promise.all(bundles)).flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const names = inputs.flatMap((path) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const paragraphs = [...new Set(names)].sort().map((path) => {
    const folder = join(root, path);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const { license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (file === undefined) throw new Error(`${path} has no licence text`);
    const text = readFileSync(join(folder, file), 'utf8').trim();
    const holder = /copyright.*/i.exec(text)?.[0].replace(/^copyright\s*(\(c\)|©)?\s*/i, '') ?? 'its authors';
    const name = path.replace('node_modules/', '').replace(/^@/, '').replace('/', '-');
    const full =
      license === 'Apache-2.0' ? 'On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.' : text;
    const indented = full.split('\n').map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
    return `Files: ${path}/*\nCopyright: ${holder}\nComment: bundled into dist/ or ftpwall.vsix\nLicense: ${license}-${name}\n${indented.join('\n')}\n`;
  });
  return [readFileSync(join(root, 'packaging/debian/copyright'), 'utf8'), ...paragraphs].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await makeDist()).tarball);
