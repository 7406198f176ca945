/**
 * Makes the Ansible collection of packaging/ansible/: as a folder without links, which packages and tests take, and as the
 * archive of ansible-galaxy(1).
 *
 *   node build/collection.mjs --folder FOLDER    the tree, as below ansible_collections/ftpwall/ftpwall
 *   node build/collection.mjs [FOLDER]           FOLDER/ftpwall-ftpwall-VERSION.tar.gz (dist/)
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from './setup.mjs';

const source = join(root, 'packaging', 'ansible');

/** Writes the tree with its manifest into a folder, which is made anew: a collection as ansible-galaxy installs it. */
export function collectionTree(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Links lead to what the collection shares with the rest of the tree.
  cpSync(source, folder, { recursive: true, dereference: true, filter: (path) => !path.includes('__pycache__') });
  rmSync(join(folder, 'galaxy.yml'));
  writeManifest(folder, readGalaxy());
}

/** Writes the archive, the same bytes each time; returns its path. */
export function collectionArchive(folder) {
  const galaxy = readGalaxy();
  const tree = mkdtempSync(join(tmpdir(), 'ftpwall-collection-'));
  try {
    collectionTree(tree);
    mkdirSync(folder, { recursive: true });
    const archive = join(folder, `${galaxy.namespace}-${galaxy.name}-${galaxy.version}.tar.gz`);
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go+r,go-w'];
    run('tar', [...same, '--use-compress-program', 'gzip -n', '-cf', archive, '-C', tree, ...readdirSync(tree).sort()]);
    return archive;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** MANIFEST.json and FILES.json, as `ansible-galaxy collection build` writes them. */
function writeManifest(tree, galaxy) {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, name: join(entry.parentPath, entry.name).slice(tree.length + 1) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.map(({ entry, name }) =>
    entry.isDirectory()
      ? { name, ftype: 'dir', chksum_type: null, chksum_sha256: null, format: 1 }
      : {
          name,
          ftype: 'file',
          chksum_type: 'sha256',
          chksum_sha256: sha256(readFileSync(join(tree, name))),
          format: 1,
        },
  );
  const top = { name: '.', ftype: 'dir', chksum_type: null, chksum_sha256: null, format: 1 };
  const list = `${JSON.stringify({ files: [top, ...files], format: 1 }, null, 1)}\n`;
  writeFileSync(join(tree, 'FILES.json'), list);
  const file = { name: 'FILES.json', ftype: 'file', chksum_type: 'sha256', chksum_sha256: sha256(list), format: 1 };
  const unknown = { license_file: null, documentation: null, homepage: null, issues: null };
  const manifest = {
    collection_info: { ...galaxy, ...unknown, dependencies: {} },
    file_manifest_file: file,
    format: 1,
  };
  writeFileSync(join(tree, 'MANIFEST.json'), `${JSON.stringify(manifest, null, 1)}\n`);
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** galaxy.yml, as much of YAML as it uses: words, and lists of words. */
function readGalaxy() {
  const galaxy = {};
  let list;
  for (const line of readFileSync(join(source, 'galaxy.yml'), 'utf8').split('\n')) {
    const [, item] = /^ {2}- (.+)$/.exec(line) ?? [];
    const [, name, value] = /^(\w+):(?: (.+))?$/.exec(line) ?? [];
    if (item !== undefined) list?.push(item);
    else if (name !== undefined && name !== 'dependencies') {
      list = value === undefined ? [] : undefined;
      galaxy[name] = value ?? list;
    }
  }
  return galaxy;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , word, folder] = process.argv;
  if (word === '--folder' && folder !== undefined) collectionTree(resolve(folder));
  else console.log(collectionArchive(resolve(word ?? join(root, 'dist'))));
}
