/** `npm test`: sets the machine up, builds, and runs everything that can be wrong with this project. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  installNodePackages,
  installPrograms,
  requireNode,
  root,
  run,
  runSteps,
  SetupError,
  step,
  unpackProgram,
} from './setup.mjs';

const results = join(root, '.cache', 'test-results.json');

await runSteps(async () => {
  requireNode();
  installNodePackages();
  installPrograms({
    nft: 'nftables',
    ip: 'iproute2',
    curl: 'curl',
    shellcheck: 'shellcheck',
    python3: 'python3',
    mandoc: 'mandoc',
    zsh: 'zsh',
    fish: 'fish',
    openssl: 'openssl',
    conntrack: 'conntrack',
    ping: 'iputils-ping',
    strace: 'strace',
    busybox: 'busybox',
    'ssh-keygen': 'openssh-client',
    nvim: 'neovim',
    emacs: 'emacs-nox elpa-eglot',
    chromium: 'chromium',
    ssh: 'openssh-client',
    'ansible-playbook': 'ansible-core',
    'ansible-lint': 'ansible-lint',
  });
  // The oracle: Shorewall is run in namespaces of its own and loads nothing.
  installPrograms({ shorewall: 'shorewall', shorewall6: 'shorewall6', 'iptables-legacy-restore': 'iptables' });
  // Its package would start a server of this machine.
  unpackProgram('sshd', 'openssh-server');
  unpackProgram('vsftpd', 'vsftpd');
  unpackProgram('lftp', 'lftp');
  unpackProgram('pure-ftpd', 'pure-ftpd');
  // Those who call the hooks of the network.
  unpackProgram('ifup', 'ifupdown');
  unpackProgram('pppd', 'ppp');
  unpackProgram('dhclient', 'isc-dhcp-client');
  unpackProgram('networkd-dispatcher', 'networkd-dispatcher');
  // Its package would start a server, too.
  unpackProgram('promtool', 'prometheus');
  step('building dist/ftpwall.js');
  const { build } = await import('./build.mjs');
  await build();

  const failures = [
    failureOf('biome', ['check', '.']),
    failureOf('tsc', ['--noEmit']),
    failureOf('vitest', ['run', ...reporters(), ...process.argv.slice(2)]),
    skipsThatCount(),
  ].filter((failure) => failure !== undefined);
  for (const failure of failures) console.error(`ftpwall: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
});

/** Runs a tool of node_modules; all of them run, so that one look shows all that is wrong. */
function failureOf(tool, words) {
  step([tool, ...words.filter((word) => !word.startsWith('--'))].join(' '));
  try {
    run(join(root, 'node_modules', '.bin', tool), words, { stdio: ['ignore', 'inherit', 'inherit'] });
    return undefined;
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
}

function reporters() {
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(results, { force: true });
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
}

/** Names what did not run. Where everything must run (CI), a skipped test is a failure, unless the kernel lacks what it tests. */
function skipsThatCount() {
  if (!existsSync(results)) return 'vitest came to no result';
  const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  for (const test of skipped) console.error(`skipped: ${test.fullName}`);
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${skipped.length} skipped`);
  // The corpus is other people's: it is judged where somebody has it.
  const excused = /this kernel lacks|FTPWALL_CORPUS names no folder/;
  const unexcused = skipped.filter((test) => !excused.test(test.fullName));
  return process.env.CI && unexcused.length > 0
    ? `${unexcused.length} tests did not run, and here every test must`
    : undefined;
}
