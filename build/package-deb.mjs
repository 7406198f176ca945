/** `npm run package:deb`: Debian packages in `packages/`, built from the release tree and looked at by lintian. */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installNodePackages, installPrograms, requireNode, root, run, runSteps } from './setup.mjs';

await runSteps(async () => {
  requireNode();
  installNodePackages();
  installPrograms({ 'dpkg-buildpackage': 'dpkg-dev', dh: 'debhelper', lintian: 'lintian' });
  // It imports packages of npm, which are there only now.
  const { makeDist } = await import('./dist.mjs');
  const { tree } = await makeDist();
  const work = dirname(tree);
  for (const file of ours(work)) rmSync(join(work, file));
  run('dpkg-buildpackage', ['-us', '-uc', '-b'], { cwd: tree });
  const files = ours(work).filter((file) => file.endsWith('.deb'));
  for (const file of files) cpSync(join(work, file), join(root, 'packages', file));
  run('lintian', ['--allow-root', '--fail-on', 'error,warning', ...files.map((file) => join('packages', file))], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const file of files) console.log(`packages/${file}`);
});

function ours(folder) {
  return readdirSync(folder).filter((file) => /^ftpwall.*\.(deb|buildinfo|changes)$/.test(file));
}
