/** How a stand-alone script is called: what waits for confirmation is taken back whichever way, or never loaded. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closedRuleset } from '../../compiler/7-emit/closed-machine.ts';
import { until } from '../support/until.ts';
import type { Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { findProgram } from './programs.ts';
import { emptyRun, timeIsOver } from './run-folder.ts';
import { writeScript } from './small-script.ts';

let lab: Lab;
let firewall: Host;
let folder: string;

beforeAll(() => {
  lab = openLab([]);
  firewall = lab.firewall;
  folder = join(lab.folder, 'scripts');
  for (const name of [folder, join(folder, 'generations'), join(lab.folder, 'links')]) mkdirSync(name);
  writeScript(folder, 'old.sh', { rules: ['tcp dport 1111 accept'] });
  writeScript(folder, 'new.sh', { rules: ['tcp dport 2222 accept'] });
  // So large that a here-document of it would be a file, in every shell, and a word of it too long for the kernel.
  const filling = Array.from({ length: 1500 }, (_, index) => `ip saddr 10.0.${index >> 8}.${index & 255} counter drop`);
  writeScript(folder, 'large.sh', { rules: [...filling, 'tcp dport 2222 accept'] });
  symlinkSync('../scripts/new.sh', join(lab.folder, 'links', 'firewall'));
  symlinkSync('firewall', join(lab.folder, 'links', 'again'));
  // As a shell would look for it when the script comes by its standard input.
  for (const name of ['sh', 'dash', 'bash', 'busybox', 'mksh', 'ksh']) writeFileSync(join(folder, name), 'exit 0\n');
});
afterAll(() => lab?.close());
beforeEach(() => firewall?.must(['sh', '-c', `nft flush ruleset; ${emptyRun}`]));

const shells = [
  ['dash'],
  ['bash', '--posix'],
  ['env', 'BASH_COMPAT=50', 'bash', '--posix'],
  ['busybox', 'sh'],
  ['mksh'],
  ['ksh'],
].filter((words) => findProgram(words.find((word) => word !== 'env' && !word.includes('=')) ?? ''));

/** Shell commands, with SH for the shell; they run in the folder of the scripts. */
const ways: readonly (readonly [string, string, 'loaded' | 'refused'])[] = [
  ['by its name alone', 'SH new.sh start 60', 'loaded'],
  ['with ./', 'SH ./new.sh start 60', 'loaded'],
  ['by its path', 'SH "$PWD/new.sh" start 60', 'loaded'],
  ['from another folder', 'cd / && SH "$OLDPWD/new.sh" start 60', 'loaded'],
  ['from the folder above, with a CDPATH', 'cd .. && CDPATH=/tmp:/ SH scripts/new.sh start 60', 'loaded'],
  ['by a link', 'SH ../links/firewall start 60', 'loaded'],
  ['by a link to a link, by its name alone', 'cd ../links && SH again start 60', 'loaded'],
  ['from its standard input', 'SH -s -- start 60 <new.sh', 'refused'],
  ['from a pipe', 'cat new.sh | SH -s start 60', 'refused'],
  // A word has room for 128 KiB (execve(2)): without what is there for people.
  ['as a word', 'SH -c "$(sed "/^ *#/d; s/^ *//" old.sh)" here start 60', 'refused'],
];

const port = async () => /dport (\d{4})/.exec(await firewall.must(['nft', 'list', 'ruleset']))?.[1];

describeKernel('a load with a time', () => {
  test.each(ways)('%s, is taken back, or refused before anything changes', async (_, words, wanted) => {
    for (const shell of shells) {
      const name = shell.join(' ');
      const command = `cd ${folder} && sh ./old.sh start 2>/dev/null && ${words.replace('SH', name)}`;
      // Each shell under the name by which it is called, not the folder's files.
      const ended = await firewall.run(['bash', '-c', command]);
      const status = wanted === 'loaded' ? 0 : 3;
      expect([name, ended.status, ended.errors]).toEqual([name, status, expect.any(String)]);
      if (wanted === 'refused') {
        expect(ended.errors).toContain('nothing was changed');
        expect([name, await port()]).toEqual([name, '1111']);
        continue;
      }
      expect([name, await port()]).toEqual([name, '2222']);
      const { output } = await firewall.run(['sh', join(folder, 'new.sh'), 'status']);
      expect([name, output]).toEqual([name, expect.stringMatching(/confirmation: pending, .* watched\n/)]);
      // Once the time is over; that the process watches is enough for the others.
      if (shell === shells[0]) await firewall.must(['sh', '-c', timeIsOver]);
      else await firewall.must(['sh', join(folder, 'new.sh'), 'rollback']);
      await until(async () => (await port()) === '1111');
    }
  });
});

describeKernel('a machine that starts', () => {
  /** No room for here-documents. */
  const full =
    'for d in /tmp /var/tmp; do mount -t tmpfs -o size=4k none $d; dd if=/dev/zero of=$d/fill bs=1k 2>/dev/null; done';
  const scripts = () => `mount --bind ${lab.folder} /mnt; cd /mnt/scripts`;

  test.each(shells.map((words) => words.join(' ')))(
    'loads its rules in %s, also without room in /tmp',
    async (shell) => {
      for (const [verb, wanted] of [
        ['boot', '2222'],
        ['start', '2222'],
        ['stop', undefined],
      ] as const) {
        const ended = await firewall.run(['sh', '-c', `${scripts()}; ${full}; ${shell} ./large.sh ${verb}`]);
        expect([verb, ended.status, ended.errors]).toEqual([verb, 0, expect.any(String)]);
        expect([verb, await port()]).toEqual([verb, wanted]);
        expect(await firewall.must(['nft', 'list', 'tables'])).toBe('table inet ftpwall\n');
      }
    },
  );

  test('is closed when neither ruleset can be printed to its end', async () => {
    // A shell without a printf of its own, and a machine where programs fail.
    const failing = join(lab.folder, 'failing');
    mkdirSync(failing);
    writeFileSync(join(failing, 'printf'), '#!/bin/sh\necho "table inet ftpwall { }"\nexit 1\n', { mode: 0o755 });
    if (!findProgram('mksh')) return;
    const ended = await firewall.run(['sh', '-c', `cd ${folder}; PATH=${failing}:$PATH exec mksh ./large.sh boot`]);
    expect(ended.status).toBe(3);
    expect(await firewall.must(['nft', 'list', 'ruleset'])).not.toContain('dport');
  });

  test.each([
    ['does-nothing', 'exit 0\n'],
    ['fails', 'exit 3\n'],
    ['is-none-that-a-shell-understands', 'case in\n'],
  ])('is closed by what runs a script that %s', async (name, text) => {
    const state = join(lab.folder, name);
    const generation = join(state, 'generations', '1');
    mkdirSync(generation, { recursive: true });
    writeFileSync(join(generation, 'firewall'), `#!/bin/sh\n${text}# end of the firewall\n`);
    symlinkSync('generations/1', join(state, 'boot'));
    await firewall.must(['sh', '-c', `cd ${generation} && sha256sum firewall >checksums`]);
    const lite = readFileSync('packaging/lite/ftpwall-lite', 'utf8');
    writeFileSync(join(state, 'lite'), lite.replace('/etc/ftpwall-lite/firewall', `/mnt/${name}/boot/firewall`));
    for (const [words, status] of [
      [`FTPWALL_STATE=/mnt/${name} sh "$OLDPWD/packaging/init/ftpwall-boot" start`, 1],
      [`sh /mnt/${name}/lite boot`, 3],
    ] as const) {
      await firewall.must(['nft', 'flush', 'ruleset']);
      const ended = await firewall.run(['sh', '-c', `${scripts()}; ${full}; ${words}`]);
      expect([words, ended.status]).toEqual([words, status]);
      expect(await firewall.must(['nft', 'list', 'ruleset'])).toMatch(/hook input [^\n]*policy drop/);
    }
  });

  test.each([
    ['the script', 'chmod 666 boot/firewall'],
    ['the list of checksums', 'chmod g+w boot/checksums'],
    ['the folder of the generation', 'chmod 777 generations/1'],
    ['the state folder', 'chmod 777 .'],
    ['the owner', 'chown 65534 boot/firewall'],
  ])('is closed when others than root could have written it: %s', async (_what, spoil) => {
    const state = join(lab.folder, 'written-by-others');
    const generation = join(state, 'generations', '1');
    rmSync(state, { recursive: true, force: true });
    mkdirSync(generation, { recursive: true });
    const opens = 'nft flush ruleset; nft add table inet ftpwall; nft add chain inet ftpwall about';
    writeFileSync(join(generation, 'firewall'), `#!/bin/sh\n${opens}\n# end of the firewall\n`);
    symlinkSync('generations/1', join(state, 'boot'));
    await firewall.must(['sh', '-c', `cd ${generation} && sha256sum firewall >checksums`]);
    const boot = `FTPWALL_STATE=${state} sh packaging/init/ftpwall-boot start`;
    expect((await firewall.run(['sh', '-c', boot])).status).toBe(0);
    await firewall.must(['sh', '-c', `cd ${state} && ${spoil}`]);
    const ended = await firewall.run(['sh', '-c', boot]);
    expect([ended.status, ended.errors]).toEqual([
      1,
      expect.stringContaining('others than root could have written it'),
    ]);
    expect(await firewall.must(['nft', 'list', 'ruleset'])).toMatch(/hook input [^\n]*policy drop/);
  });

  test('is closed by the same rules, whoever closes it', async () => {
    const loaded = async (words: readonly string[], input = '') => {
      await firewall.must(['nft', 'flush', 'ruleset']);
      await firewall.must([...words], input);
      return firewall.must(['nft', 'list', 'ruleset']);
    };
    const wanted = await loaded(['nft', '-f', '-'], closedRuleset(': the firewall could not be loaded'));
    for (const file of ['packaging/init/ftpwall-boot', 'packaging/lite/ftpwall-lite']) {
      const [closed = ''] = /^closed\(\) \{\n.*?\| nft -f -\n\}\n/ms.exec(readFileSync(file, 'utf8')) ?? [];
      expect(await loaded(['sh', '-c', `${closed}closed`])).toBe(wanted);
    }
  });
});
