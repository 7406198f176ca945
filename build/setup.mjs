/**
 * Sets a machine up for `npm start` and `npm test`: it needs only Node.js, npm and apt. No package of npm may be
 * imported here, since this is what installs them.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Where programs are unpacked that must not be installed: an installed FTP server would start by itself. */
const unpacked = join(root, '.cache', 'programs');
const oldestNode = 20;

/** A set-up that cannot go on; the message is for the user. */
export class SetupError extends Error {}

/** Development needs a newer Node.js than the program itself. */
export function requireNode() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < oldestNode) {
    throw new SetupError(`this needs Node.js ${oldestNode} or later; here is ${process.versions.node}`);
  }
}

/** Installs the packages of package-lock.json, if node_modules does not hold exactly these. */
export function installNodePackages() {
  if (nodePackagesAreThere()) return;
  step('installing npm packages');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}

function nodePackagesAreThere() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const here = packagesOf(installed);
  // Packages for other systems are optional and not installed.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || here[path]?.version === version || (optional && !here[path]),
  );
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {};
}

/** Installs what is missing of these programs, given as program → Debian packages with blanks between. Without root it names them and stops. */
export function installPrograms(packageOf) {
  const missing = Object.entries(packageOf).filter(([program]) => !onPath(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap(([, names]) => names.split(' ')))];
  requireApt(`these programs are missing: ${missing.map(([program]) => program).join(', ')}`, packages);
  step(`installing ${packages.join(' ')}`);
  withoutServices(() => apt(['install', '-y', '--no-install-recommends', ...packages]));
}

/** Fetches a program of a Debian package with the libraries it lacks here, and unpacks it under `.cache/`; nothing is installed. */
export function unpackProgram(program, name) {
  if (onPath(program) || onPath(program, unpackedFolders())) return;
  requireApt(`the program ${program} is missing`, [name]);
  step(`fetching ${name}`);
  const archives = join(root, '.cache', 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  apt(['install', '-y', '--no-install-recommends', '--download-only', '-o', `Dir::Cache::archives=${archives}`, name]);
  mkdirSync(unpacked, { recursive: true });
  for (const file of readdirSync(archives).filter((each) => each.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', join(archives, file), unpacked]);
  }
  rmSync(archives, { recursive: true });
}

/** Namespaces and nftables are for root only. */
export function requireRoot(what) {
  if (process.getuid?.() !== 0) throw new SetupError(`${what} makes network namespaces: it must be run by root`);
}

/** Runs the steps; a mistake of the set-up is one sentence, and the exit status. */
export async function runSteps(steps) {
  try {
    await steps();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`ftpwall: ${error.message}`);
    process.exitCode = 1;
  }
}

export function step(text) {
  console.error(`--- ${text}`);
}

/** Runs a program to its end, its words on standard error. Throws when it fails. */
export function run(program, words, options = {}) {
  const { status, signal, error } = spawnSync(program, words, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (error) throw new SetupError(`${program} could not be run: ${error.message}`);
  if (status !== 0) throw new SetupError(`${program} ${words[0] ?? ''} ended with ${signal ?? `status ${status}`}`);
}

function onPath(program, folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
  return folders.some((folder) => existsSync(join(folder, program)));
}

function unpackedFolders() {
  return ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((folder) => join(unpacked, folder));
}

function requireApt(problem, packages) {
  const advice = `install ${packages.join(' ')}`;
  if (!onPath('apt-get')) throw new SetupError(`${problem}; there is no apt-get here: ${advice}`);
  if (process.getuid?.() !== 0) throw new SetupError(`${problem}: ${advice}, or run this as root`);
}

let listsAreFresh = false;

/** Runs apt-get; when it fails, once more with fresh lists of packages. */
function apt(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'APT::Sandbox::User=root', ...words];
  if (!listsAreFresh && spawnSync('apt-get', quiet, { env, stdio: 'ignore' }).status === 0) return;
  if (!listsAreFresh) run('apt-get', ['-qq', 'update'], { env });
  listsAreFresh = true;
  run('apt-get', quiet, { env });
}

/** While packages are installed no service may start by itself (invoke-rc.d(8), POLICY-RC.D). */
function withoutServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  // A Ctrl-C ends apt-get; we must live on to take the file away again.
  const stay = () => {};
  process.on('SIGINT', stay);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n');
  chmodSync(policy, 0o755);
  try {
    return install();
  } finally {
    rmSync(policy, { force: true });
    process.off('SIGINT', stay);
  }
}
