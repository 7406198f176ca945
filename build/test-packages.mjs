/** `npm run test:packages [SUITE…]`: the Debian package as installed, in roots of Debian kept under `.cache/roots`. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPrograms, requireRoot, root, run, runSteps, SetupError, step } from './setup.mjs';

const mirror = process.env.DEBIAN_MIRROR ?? 'http://deb.debian.org/debian';
const suites = process.argv.length > 2 ? process.argv.slice(2) : ['bookworm', 'trixie'];

/** $1: the root. It is only read: what is written goes into memory and is gone at the end. */
const inside = `
  mount --make-rprivate /
  work=$(mktemp -d)
  mount -t tmpfs tmpfs "$work"
  mkdir "$work/upper" "$work/work" "$work/root"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/upper,workdir=$work/work" "$work/root" ||
    cp -a "$1/." "$work/root/"
  mount -t proc proc "$work/root/proc"
  mount --rbind /dev "$work/root/dev"
  mkdir "$work/root/packages"
  cp packages/*.deb test/packages/installed.sh "$work/root/packages/"
  printf '#!/bin/sh\\nexit 101\\n' >"$work/root/usr/sbin/policy-rc.d"
  chmod 755 "$work/root/usr/sbin/policy-rc.d"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$work/root" sh /packages/installed.sh /packages
`;

await runSteps(async () => {
  requireRoot('npm run test:packages');
  installPrograms({ debootstrap: 'debootstrap', unshare: 'util-linux' });
  if (process.env.FTPWALL_PACKAGES_ARE_BUILT !== 'yes') run(process.execPath, ['build/package-deb.mjs']);
  for (const suite of suites) {
    const base = rootOf(suite);
    step(`${suite}: the package as installed`);
    const { status } = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'sh', '-euc', inside, 'sh', base], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new SetupError(`${suite}: the package does not do as it should`);
  }
});

/** A root of the suite with the archives of what our packages depend on, so that tests need no network. */
function rootOf(suite) {
  const base = join(root, '.cache', 'roots', suite);
  if (existsSync(join(base, 'ready'))) return base;
  if (!existsSync(base)) {
    step(`making a root of ${suite}`);
    mkdirSync(join(root, '.cache', 'roots'), { recursive: true });
    rmSync(`${base}.part`, { recursive: true, force: true });
    run('debootstrap', ['--variant=minbase', suite, `${base}.part`, mirror]);
    renameSync(`${base}.part`, base);
  }
  const apt = ['apt-get', '-qq', '-y', '-o', 'APT::Sandbox::User=root'];
  cpSync('/etc/resolv.conf', join(base, 'etc/resolv.conf'));
  run('chroot', [base, ...apt, 'update']);
  const wanted = ['nodejs', 'nftables', 'iproute2', 'kmod'];
  run('chroot', [base, ...apt, 'install', '--no-install-recommends', '--download-only', ...wanted]);
  // The test makes its interfaces before our package is installed.
  run('chroot', [base, ...apt, 'install', '--no-install-recommends', 'iproute2']);
  run('touch', [join(base, 'ready')]);
  return base;
}
