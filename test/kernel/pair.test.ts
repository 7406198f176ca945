/** A Shorewall and a Shorewall6 folder, loaded together: one transaction, one generation, one start of the machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { emptyRun } from './run-folder.ts';

let lab: Lab;
let four: string;
let six: string;
let state: string;
let runs = 0;

const base = {
  interfaces: '?FORMAT 2\nnet eth0 -\nloc eth1 -\ndmz eth2 -\n',
  policy: '$FW all ACCEPT\nall all DROP\n',
};

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...base, ...files })) writeFileSync(join(folder, name), text);
}

const run = (...words: string[]) => lab.firewall.run(['node', 'dist/ftpwall.js', ...words, '--state', state]);
const tables = async () =>
  (await lab.firewall.must(['nft', 'list', 'tables'])).trim().split('\n').filter(Boolean).sort();
const both = ['table ip ftpwall', 'table ip6 ftpwall'];
const reaches = async (address: string) =>
  (await lab.host('net').attempt({ protocol: 'tcp', address, port: 80 })).kind === 'connected';

describeKernel('a pair of folders', () => {
  beforeAll(async () => {
    lab = openLab();
    await lab.host('dmz').serve('tcp', 80);
  });
  afterAll(() => lab?.close());
  beforeEach(async () => {
    runs += 1;
    four = join(lab.folder, `shorewall-${runs}`);
    six = join(lab.folder, `shorewall6-${runs}`);
    state = join(lab.folder, `state-${runs}`);
    const zones = (type: string) => `fw firewall\nnet ${type}\nloc ${type}\ndmz ${type}\n`;
    write(four, {
      'shorewall.conf': 'STARTUP_ENABLED=Yes\nIP_FORWARDING=On\nDISABLE_IPV6=No\n',
      zones: zones('ipv4'),
      rules: '?SECTION NEW\nACCEPT net dmz tcp 80\n',
    });
    write(six, {
      'shorewall6.conf': 'STARTUP_ENABLED=Yes\nIP_FORWARDING=On\n',
      zones: zones('ipv6'),
      rules: '?SECTION NEW\nACCEPT net dmz tcp 80\n',
    });
    await lab.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}`]);
  });

  test('both tables come in one transaction, and both folders are kept', async () => {
    const monitor = lab.firewall.start({ path: 'nft', env: process.env }, ['monitor']);
    let seen = '';
    monitor.stdout?.on('data', (text) => (seen += String(text)));
    // It has no word for being ready, so it is given something to tell.
    await until(async () => {
      await lab.firewall.must(['nft', 'add table ip anything']);
      await lab.firewall.must(['nft', 'delete table ip anything']);
      return seen.includes('anything');
    });
    expect(await run('start', four, six)).toMatchObject({ status: 0 });
    await until(() => /add table ip6 ftpwall[\s\S]*# new generation/.test(seen));
    monitor.kill('SIGKILL');
    expect(await tables()).toEqual(both);
    // One batch ends with one notice of the new generation, and holds both tables.
    const [first = ''] = seen.split(/^# new generation/m).filter((batch) => batch.includes('ftpwall'));
    expect(first).toMatch(/add table ip ftpwall/);
    expect(first).toMatch(/add table ip6 ftpwall/);
    expect(await reaches('10.0.2.10')).toBe(true);
    expect(await reaches('2001:db8:2::10')).toBe(true);
    const kept = join(state, 'current');
    expect(readFileSync(join(kept, 'configuration', 'zones'), 'utf8')).toContain('ipv4');
    expect(readFileSync(join(kept, 'configuration6', 'zones'), 'utf8')).toContain('ipv6');
  });

  test('what one half refuses changes nothing of the other', async () => {
    await run('start', four, six);
    const before = await lab.firewall.must(['nft', '-s', 'list', 'ruleset']);
    write(six, {
      'shorewall6.conf': 'STARTUP_ENABLED=Yes\n',
      zones: 'fw firewall\nnet ipv6\n',
      rules: 'ACCEPT net nowhere\n',
    });
    write(four, { rules: '?SECTION NEW\n' });
    expect((await run('restart', four, six)).status).not.toBe(0);
    expect(await lab.firewall.must(['nft', '-s', 'list', 'ruleset'])).toBe(before);
  });

  test('stop closes both, clear opens both, and the start of the machine brings both back', async () => {
    await run('start', four, six);
    await run('stop', four);
    expect(await tables()).toEqual(both);
    expect([await reaches('10.0.2.10'), await reaches('2001:db8:2::10')]).toEqual([false, false]);
    await run('clear', four);
    expect(await tables()).toEqual([]);
    await lab.firewall.must(['sh', '-c', emptyRun]);
    await lab.firewall.must(['env', `FTPWALL_STATE=${state}`, 'sh', 'packaging/init/ftpwall-boot', 'start']);
    expect(await tables()).toEqual(both);
    expect([await reaches('10.0.2.10'), await reaches('2001:db8:2::10')]).toEqual([true, true]);
  });

  test('two folders for the same version are no pair', async () => {
    const ended = await run('start', four, four);
    expect(ended.status).toBe(1);
    expect(ended.errors).toContain('one has a shorewall.conf and the other a shorewall6.conf');
    expect(await tables()).toEqual([]);
  });

  test('a folder that becomes one for both versions takes the place of the pair in one step', async () => {
    await run('start', four, six);
    const folder = join(lab.folder, `ftpwall-${runs}`);
    write(folder, { 'ftpwall.conf': 'IP_FORWARDING=On\n', zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n', rules: '' });
    expect(await run('start', folder)).toMatchObject({ status: 0 });
    expect(await tables()).toEqual(['table inet ftpwall']);
  });

  test('what commands have said of sets moves along with the firewall, exactly', async () => {
    const rules = '?SECTION NEW\nACCEPT net dmz tcp 80\nACCEPT net fw tcp 8022 { switch=admin }\n';
    write(four, { rules });
    write(six, { rules });
    const ours = join(lab.folder, `ftpwall-${runs}`);
    write(ours, { 'ftpwall.conf': 'IP_FORWARDING=On\n', zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n', rules });
    const must = async (...words: string[]) => {
      const ended = await run(...words);
      expect(ended, `${words.join(' ')}: ${ended.errors}`).toMatchObject({ status: 0 });
      return ended;
    };
    const shown = async (...what: string[]) =>
      (await must('show', ...what)).output
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(/ +\((5\dm|1h).*left\)/, ' for 1h'))
        .sort();
    const lists = async () => [await shown('blacklists'), await shown('opens')];
    const on = async () =>
      (await lab.firewall.must(['nft', 'list', 'ruleset'])).match(/set switch-admin \{[^}]*elements = /g)?.length;

    await must('start', four, six);
    await must('drop', '203.0.113.0/24');
    await must('allow', '203.0.113.7');
    await must('drop', '2001:db8:9::/48', '1h');
    await must('allow', '2001:db8:9::1');
    await must('open', '192.0.2.0/24', 'all');
    await must('open', '192.0.2.5', 'all', 'tcp', '22');
    await must('open', '2001:db8:7::/64', 'all');
    await must('switch', 'admin', 'on');
    expect(await on()).toBe(2);
    const before = await lists();
    expect(before[0]).toContain('drop  203.0.113.0-203.0.113.6');
    expect(before[0]).toContain('drop  2001:db8:9:: for 1h');
    expect(before[1]).toEqual(['open  192.0.2.0/24 all', 'open  192.0.2.5 all tcp 22', 'open  2001:db8:7::/64 all']);

    // A running one tells itself what its sets hold; one that is stopped has it in the state folder.
    await must('restart', ours);
    expect(await lists()).toEqual(before);
    expect(await on()).toBe(1);
    await must('stop');
    await must('start', four, six);
    expect(await lists()).toEqual(before);
    expect(await on()).toBe(2);

    // What is said while a change waits stays, when that is taken back.
    await must('safe-restart', '--no-wait', '--confirm-within', '60', ours);
    expect(await lists()).toEqual(before);
    await must('close', '192.0.2.0/24', 'all');
    await must('drop', '198.51.100.7');
    await must('switch', 'admin', 'off');
    await must('rollback');
    expect(await tables()).toEqual(both);
    const after = await lists();
    expect(after[0]).toEqual([...(before[0] ?? []), 'drop  198.51.100.7'].sort());
    expect(after[1]).toEqual(before[1]?.slice(1));
    expect(await on()).toBeUndefined();
  });
});
