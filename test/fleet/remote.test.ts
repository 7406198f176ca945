/** `ftpwall remote`: three machines without anything but sshd and nft, changed over ssh. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, test, vi } from 'vitest';
import { describeKernel } from '../kernel/possible.ts';
import { type Fleet, openFleet } from './hosts.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let fleet: Fleet;

describeKernel('over ssh', () => {
  beforeAll(async () => {
    fleet = await openFleet(2);
  });
  afterAll(() => fleet?.close());

  test('works', async () => {
    const dir = join(fleet.lab.folder, 'conf');
    mkdirSync(dir);
    for (const [name, text] of Object.entries({
      'ftpwall.conf': '',
      zones: 'fw firewall\nnet ip\n',
      interfaces: '?FORMAT 2\nnet eth0\n',
      policy: 'fw all ACCEPT\nall all DROP\n',
      rules: '?SECTION NEW\nSSH(ACCEPT) net fw\n',
    }))
      writeFileSync(join(dir, name), text);
    const run = async (...words: string[]) => {
      const t = Date.now();
      const e = await fleet.controller.run(
        [process.execPath, 'dist/ftpwall.js', 'remote', ...words, '--ssh-config', fleet.sshConfig],
        { patience: 100_000 },
      );
      console.log(words.join(' '), e.status, Date.now() - t, `\n${e.output}\n${e.errors}`);
      return e;
    };
    await run('status', 'gw1', 'gw2');
    await run('plan', '--config', dir, 'gw1', 'gw2');
    await run('deploy', '--config', dir, 'gw1', 'gw2', '--confirm-within', '20');
    await run('deploy', '--config', dir, 'gw1', 'gw2', '--confirm-within', '20');
    await run('status', 'gw1', 'gw2', '--json');
    writeFileSync(join(dir, 'rules'), '?SECTION NEW\nACCEPT net fw tcp 2222\n');
    await run('plan', '--config', dir, 'gw1');
    await run('deploy', '--config', dir, 'gw1', 'gw2', '--confirm-within', '12');
    await run('status', 'gw1', 'gw2');
  });
});
