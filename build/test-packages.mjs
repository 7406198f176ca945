/** `npm run test:packages [SUITE…]`: the packages as installed, in roots of Debian kept under `.cache/roots`. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { olderDebian, olderRpm } from './older-packages.mjs';
import { faults } from './package-faults.mjs';
import { installPrograms, requireRoot, root, run, runSteps, SetupError, step } from './setup.mjs';

const mirror = process.env.DEBIAN_MIRROR ?? 'http://deb.debian.org/debian';
const suites = process.argv.length > 2 ? process.argv.slice(2) : ['bookworm', 'trixie'];

/** What the scripts of test/packages install besides our packages, so that they need no network. */
const wanted = ['nodejs', 'nftables', 'iproute2', 'kmod', 'rpm', 'dpkg-dev', 'debhelper', 'systemd', 'lsb-base'];

/** The scripts, each in a root as it was made. */
const scripts = ['rulesets.sh', 'installed.sh', 'lite.sh', 'rpm.sh', 'rebuilt.sh', 'units.sh'];

/** $1: the root. It is only read: what is written goes into memory and is gone at the end. $2: packages; $3: the script. */
const inside = `
  mount --make-rprivate /
  work=$(mktemp -d)
  mount -t tmpfs tmpfs "$work"
  mkdir "$work/upper" "$work/work" "$work/root"
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/upper,workdir=$work/work" "$work/root" ||
    cp -a "$1/." "$work/root/"
  mount -t proc proc "$work/root/proc"
  mount -t sysfs sysfs "$work/root/sys"
  mount --rbind /dev "$work/root/dev"
  cp -r "$2" "$work/root/packages"
  printf '#!/bin/sh\\necho "$@" >>/packages/services\\nexit 101\\n' >"$work/root/usr/sbin/policy-rc.d"
  chmod 755 "$work/root/usr/sbin/policy-rc.d"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \\
    chroot "$work/root" sh "/packages/$3" /packages /packages/services
`;

await runSteps(async () => {
  requireRoot('npm run test:packages');
  installPrograms({ debootstrap: 'debootstrap', unshare: 'util-linux' });
  run(process.execPath, ['build/package-deb.mjs']);
  run(process.execPath, ['build/package-rpm.mjs']);
  const packages = gather();
  for (const suite of suites) {
    const base = rootOf(suite);
    step(`${suite}: the packages as installed`);
    for (const script of scripts) {
      const { status } = judge(base, packages, script, ['ignore', 'inherit', 'inherit']);
      if (status !== 0) throw new SetupError(`${suite}: ${script}: the packages do not do as they should`);
    }
  }
  step('planted faults');
  for (const fault of faults) find(fault, rootOf(suites[0]), packages);
});

/** Runs a script of test/packages in a root of its own, with namespaces of its own. */
function judge(base, packages, script, stdio) {
  const words = ['--mount', '--net', '--pid', '--fork', 'sh', '-euc', inside, 'sh', base, packages, script];
  return spawnSync('unshare', words, { cwd: root, stdio, encoding: 'utf8' });
}

/** Plants the fault and sees to it that it is found, and not another one. */
function find({ name, script, plant, wrong }, base, packages) {
  const work = join(root, '.cache', 'faults');
  rmSync(work, { recursive: true, force: true });
  cpSync(packages, join(work, 'packages'), { recursive: true });
  const file = readdirSync(packages).find((each) => /^ftpwall_.*\.deb$/.test(each));
  const tree = join(work, 'tree');
  run('dpkg-deb', ['-R', join(packages, file), tree]);
  run('sh', ['-euc', plant], { cwd: tree });
  run('dpkg-deb', ['--root-owner-group', '-b', tree, join(work, 'packages', file)], { stdio: ['ignore', 'ignore', 2] });
  const { status, stderr } = judge(base, join(work, 'packages'), script, ['ignore', 'ignore', 'pipe']);
  const said = stderr.split('\n').find((line) => line.startsWith('WRONG: ')) ?? 'nothing';
  if (status === 0 || !said.includes(wrong)) throw new SetupError(`${script} does not find: ${name}; it says: ${said}`);
  console.log(`- found: ${name}`);
}

/** One folder with all that the scripts look at. */
function gather() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tarball = join(root, 'packages', `ftpwall-${version}.tar.gz`);
  const folder = join(root, '.cache', 'test-packages');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'older'), { recursive: true });
  const into = (to, from, file) => cpSync(join(from, file), join(to, file));
  for (const file of readdirSync(join(root, 'packages'))) into(folder, join(root, 'packages'), file);
  for (const file of readdirSync(join(root, 'test/packages'))) into(folder, join(root, 'test/packages'), file);
  for (const from of [olderDebian(), olderRpm(tarball, version)]) {
    for (const file of readdirSync(from)) if (/\.(deb|rpm)$/.test(file)) into(join(folder, 'older'), from, file);
  }
  run(process.execPath, [
    'dist/ftpwall.js',
    'compile',
    '--quiet',
    '--script',
    join(folder, 'firewall'),
    'etc-samples/three-interfaces',
  ]);
  writeRulesets(join(folder, 'rulesets'));
  return folder;
}

/** The rulesets of all cases and samples that the kernel and the nft of this machine take, and what `rulesets.sh` loads. */
function writeRulesets(folder) {
  mkdirSync(folder);
  const folders = [
    ...readdirSync('test/cases').map((name) => ['test/cases', name, 'config']),
    ...readdirSync('etc-samples').map((name) => ['etc-samples', name]),
    ...readdirSync('test/support/rulesets').map((name) => ['test/support/rulesets', name]),
  ].map((parts) => join(...parts));
  for (const path of folders.filter((each) => existsSync(join(root, each, 'zones')))) {
    const file = join(folder, `${path.replaceAll('/', '-')}.nft`);
    spawnSync(process.execPath, ['dist/ftpwall.js', 'compile', '--quiet', '--output', file, path], { cwd: root });
    if (existsSync(file) && spawnSync('unshare', ['-n', 'nft', '-c', '-f', file]).status !== 0) rmSync(file);
  }
  for (const name of ['first', 'second']) writeFolded(folder, name);
}

/** The script of a folded configuration; that of `second` has another address in one line. */
function writeFolded(folder, name) {
  const path = join(folder, `${name}-folder`);
  cpSync('test/support/rulesets/folded', path, { recursive: true });
  const lines = Array.from({ length: 40 }, (_each, number) => {
    const host = name === 'second' && number === 20 ? 250 : number + 1;
    return `ACCEPT net:198.51.100.${host} loc:192.0.2.${number + 1} tcp ${1000 + number}\n`;
  });
  writeFileSync(join(path, 'rules'), `?SECTION NEW\n${lines.join('')}`);
  const script = join(folder, name);
  run(process.execPath, ['dist/ftpwall.js', 'compile', '--script', script, path], { stdio: 'ignore' });
  const text = readFileSync(script, 'utf8');
  const chain = /printf '\\t\}\\n\\n%s\}\\n' '(\tchain forward \{\n.*?\n\t\}\n)'/s.exec(text)?.[1];
  if (chain === undefined) throw new SetupError('the script has no chain that offloads');
  const table =
    'table inet ftpwall-offload {\n\tflowtable forwarded {\n\t\thook ingress priority filter;\n\t\tdevices = { "lo" };\n\t\tflags offload;\n\t}\n\n';
  writeFileSync(join(folder, 'offload'), `${table}${chain}}\n`);
}

/** A root of the suite with the archives of what the scripts install. */
function rootOf(suite) {
  const base = join(root, '.cache', 'roots', suite);
  const ready = join(base, 'ready');
  if (existsSync(ready) && readFileSync(ready, 'utf8') === wanted.join(' ')) return base;
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
  for (const name of wanted) {
    run('chroot', [base, ...apt, 'install', '--no-install-recommends', '--download-only', name]);
  }
  // The tests make their interfaces before our package is installed.
  run('chroot', [base, ...apt, 'install', '--no-install-recommends', 'iproute2']);
  writeFileSync(ready, wanted.join(' '));
  return base;
}
