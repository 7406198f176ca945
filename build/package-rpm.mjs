/** `npm run package:rpm`: RPM packages in `packages/`, built from the release tarball and looked at by rpmlint. */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installNodePackages, installPrograms, requireNode, root, run, runSteps } from './setup.mjs';

const noisy = { stdio: ['ignore', 'inherit', 'inherit'] };

await runSteps(async () => {
  requireNode();
  installNodePackages();
  installPrograms({ rpmbuild: 'rpm', rpmlint: 'rpmlint' });
  // It imports packages of npm, which are there only now.
  const { makeDist } = await import('./dist.mjs');
  const { tarball } = await makeDist();
  const work = join(root, '.cache', 'rpm');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  // The specification inside the tarball is the one that is used.
  run('rpmbuild', ['-tb', '--quiet', '--define', `_topdir ${work}`, tarball]);
  const built = join(work, 'RPMS/noarch');
  const files = readdirSync(built);
  for (const old of readdirSync(join(root, 'packages'))) if (old.endsWith('.rpm')) rmSync(join(root, 'packages', old));
  for (const file of files) cpSync(join(built, file), join(root, 'packages', file));
  // Its warnings count: what is there for a reason is named, with the reason, in rpmlint.toml.
  run(
    'rpmlint',
    ['--strict', '--config', 'packaging/rpm/rpmlint.toml', ...files.map((file) => `packages/${file}`)],
    noisy,
  );
  for (const file of files) console.log(`packages/${file}`);
});
