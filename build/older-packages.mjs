/**
 * Older packages of ourselves, to upgrade from: of Debian built from an older commit, the newest tag of a release, or the
 * one from which on packages were tested; of RPM the packages of today under an older name, with other contents.
 */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root, run, step } from './setup.mjs';

const cache = join(root, '.cache', 'older');

/** The folder with the older packages of Debian; made once for each commit. */
export function olderDebian() {
  const commit = olderCommit();
  if (commit === undefined) return relabelled();
  const folder = join(cache, commit.slice(0, 12));
  const packages = join(folder, 'packages');
  if (existsSync(join(packages, 'ready'))) return packages;
  step(`building the older package from ${commit.slice(0, 12)}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', commit, folder]);
  // The build of that time asks git for the sources, and npm for what package-lock.json says.
  run('git', ['init', '--quiet'], { cwd: folder });
  run('git', ['add', '--all'], { cwd: folder });
  const sameModules = readFileSync(join(folder, 'package-lock.json')).equals(
    readFileSync(join(root, 'package-lock.json')),
  );
  if (sameModules) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
  const changelog = join(folder, 'packaging/debian/changelog');
  writeFileSync(changelog, readFileSync(changelog, 'utf8').replace(/\(([^)~]+)\)/, `($1~${commit.slice(0, 7)})`));
  run(process.execPath, ['build/dist.mjs'], { cwd: folder });
  const release = join(folder, '.cache/release');
  const tree = readdirSync(release).find((name) => existsSync(join(release, name, 'debian')));
  run('dpkg-buildpackage', ['-us', '-uc', '-b'], { cwd: join(release, tree) });
  for (const file of readdirSync(release).filter((name) => name.endsWith('.deb'))) {
    cpSync(join(release, file), join(packages, file));
  }
  writeFileSync(join(packages, 'ready'), '');
  return packages;
}

/** The newest release before this commit; before the first one, the commit from which on packages were tested. */
function olderCommit() {
  const tag = git(['describe', '--tags', '--match', 'v*', '--abbrev=0', 'HEAD^']);
  if (tag !== undefined) return git(['rev-list', '-n', '1', tag]);
  return git(['log', '--diff-filter=A', '--format=%H', '--', 'test/packages/installed.sh'])?.split('\n').at(-1);
}

/** What git says; undefined where there is no history, as in a shallow clone. */
function git(words) {
  const { status, stdout } = spawnSync('git', words, { cwd: root, encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

/** Without history: the package of today under an older name, with another program and another text of params. */
function relabelled() {
  step('there is no history here: the older package is the one of today, changed');
  const folder = join(cache, 'relabelled');
  const tree = join(folder, 'tree');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = readdirSync(join(root, 'packages')).find((name) => /^ftpwall_.*\.deb$/.test(name));
  run('dpkg-deb', ['-R', join(root, 'packages', file), tree]);
  const control = join(tree, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*/m, 'Version: 0.0.9'));
  appendFileSync(join(tree, 'etc/ftpwall/params'), '# As it was before.\n');
  appendFileSync(join(tree, 'usr/lib/ftpwall/ftpwall'), '// As it was before.\n');
  rmSync(join(tree, 'usr/share/fish'), { recursive: true });
  run('dpkg-deb', ['--root-owner-group', '-b', tree, join(folder, 'ftpwall_0.0.9_all.deb')]);
  return folder;
}

/** The folder with the older RPM: today's tarball with an older version and another text of params. */
export function olderRpm(tarball, version) {
  const work = join(cache, 'rpm');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  run('tar', ['-C', work, '-xzf', tarball]);
  const tree = join(work, 'ftpwall-0.0.9');
  cpSync(join(work, `ftpwall-${version}`), tree, { recursive: true });
  const spec = join(tree, 'packaging/rpm/ftpwall.spec');
  const text = readFileSync(spec, 'utf8')
    .replace(/^Version:.*/m, 'Version: 0.0.9')
    .replace(`${version}-1`, '0.0.9-1');
  writeFileSync(spec, text);
  appendFileSync(join(tree, 'packaging/etc/params'), '# As it was before.\n');
  run('tar', ['-C', work, '-czf', join(work, 'ftpwall-0.0.9.tar.gz'), 'ftpwall-0.0.9']);
  run('rpmbuild', ['-tb', '--quiet', '--define', `_topdir ${work}`, join(work, 'ftpwall-0.0.9.tar.gz')]);
  return join(work, 'RPMS/noarch');
}
