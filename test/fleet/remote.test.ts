/** `ftpwall remote`: machines with nothing but sshd and nft, planned, changed and asked over ssh. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';
import { readHosts } from '../../runtime/remote/hosts.ts';
import { describeKernel } from '../kernel/possible.ts';
import { type Fleet, openFleet } from './hosts.ts';

const files = (rules: string) => ({
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: `?SECTION NEW\n${rules}`,
});

describeKernel('ftpwall remote', () => {
  let fleet: Fleet;
  const folderOf = (name: string) => join(fleet.lab.folder, 'fleet', name);
  const configure = (name: string, rules: string) => {
    mkdirSync(folderOf(name), { recursive: true });
    for (const [file, text] of Object.entries(files(rules))) writeFileSync(join(folderOf(name), file), text);
  };
  const remote = (action: string, ...words: readonly string[]) => {
    const config = action === 'status' ? [] : ['--config', folderOf('%h')];
    const call = [process.execPath, 'dist/ftpwall.js', 'remote', action, '--ssh-config', fleet.sshConfig, ...config];
    return fleet.controller.run([...call, ...words]);
  };
  const document = async (action: string, ...words: readonly string[]) => {
    const ended = await remote(action, '--json', ...words);
    const printed = JSON.parse(ended.output);
    const found = outputSchemas.find(({ verbs }) => verbs.includes(`remote ${action}`));
    const validate = new Ajv2020({ strict: true }).compile(found?.schema ?? {});
    expect([validate(printed), validate.errors]).toEqual([true, null]);
    return { ...ended, hosts: printed.hosts };
  };
  const rules = () => Promise.all(fleet.hosts.map((host) => host.rules()));

  beforeAll(async () => {
    fleet = await openFleet(2);
    for (const name of ['gw1', 'gw2']) configure(name, 'SSH(ACCEPT) net fw\n');
  });
  afterAll(() => fleet?.close());

  test('plans for hosts that have nothing, and changes nothing', async () => {
    const { status, hosts } = await document('plan', 'gw1', 'root@gw2');
    expect(status).toBe(4);
    expect(hosts).toMatchObject([
      { host: 'gw1', folder: folderOf('gw1'), result: 'planned', plan: { equal: false } },
      { host: 'root@gw2', folder: folderOf('gw2'), result: 'planned' },
    ]);
    expect(await rules()).toEqual(['', '']);
    for (const { path } of fleet.hosts) expect(existsSync(path('/var/lib/ftpwall-lite'))).toBe(false);
    expect(await document('status', 'gw1')).toMatchObject({ status: 4, hosts: [{ result: 'answered', script: null }] });
  });

  test('deploys, and leaves alone what runs already; status tells', async () => {
    const first = await document('deploy', 'gw1', 'gw2', '--confirm-within', '60');
    expect(first, first.errors).toMatchObject({ status: 0, hosts: [{ result: 'deployed' }, { result: 'deployed' }] });
    const loaded = await rules();
    const second = await document('deploy', 'gw1', 'gw2');
    expect(second).toMatchObject({ status: 0, hosts: [{ result: 'unchanged' }, { result: 'unchanged' }] });
    expect(await rules()).toEqual(loaded);
    expect(await remote('plan', 'gw1')).toMatchObject({ status: 0, output: 'gw1: equal for all packets\n' });
    await fleet.hosts[1]?.host.must(['nft', 'add', 'rule', 'inet', 'ftpwall', 'input', 'accept']);
    const notes = fleet.hosts[0]?.path('/run/ftpwall-remote') ?? '';
    const [confirmed = ''] = readdirSync(notes).filter((file) => file.endsWith('.confirmed'));
    const again = ['ssh', '-F', fleet.sshConfig, 'gw1', `sh -s -- confirm ${confirmed.replace('.confirmed', '')}`];
    expect(await fleet.controller.must(again, readFileSync('runtime/remote/host.sh', 'utf8'))).toContain(
      'is confirmed',
    );
    const told = await remote('status', 'gw1', 'gw2');
    expect(told).toMatchObject({
      status: 6,
      output: 'gw1: running, generation 1, no drift\ngw2: running, generation 1, CHANGED BY OTHERS\n',
    });
    const mended = await document('deploy', 'gw2');
    expect(mended).toMatchObject({ status: 0, hosts: [{ result: 'deployed' }] });
    expect(await document('status', 'gw2')).toMatchObject({ status: 0, hosts: [{ status: { generation: 2 } }] });
  });

  test('who is cut off rolls back by itself, and the hosts behind it are not touched', async () => {
    const before = await rules();
    configure('gw1', 'ACCEPT net fw tcp 443\n');
    configure('gw2', 'SSH(ACCEPT) net fw\nACCEPT net fw tcp 443\n');
    const { status, hosts, errors } = await document('deploy', 'gw1', 'gw2', '--confirm-within', '10');
    expect(status).toBe(3);
    expect(hosts).toMatchObject([
      {
        result: 'rolled-back',
        reason: expect.stringMatching(/no new connection can be made.*Connection timed out/),
        words: expect.arrayContaining(['running', 'generation: 1', expect.stringMatching(/was not confirmed in time/)]),
      },
      { result: 'skipped' },
    ]);
    expect(errors).toContain('stopped here; not touched: gw2');
    expect(await rules()).toEqual(before);
  });

  test('a probe that fails takes it back at once; the name of the host is a word of its own', async () => {
    const before = await rules();
    const seen = join(fleet.lab.folder, 'seen');
    const ended = await document('deploy', 'gw2', '--probe', `printf %s "$1" >${seen}`, '--probe', 'exit 7');
    expect(ended).toMatchObject({
      status: 3,
      hosts: [{ result: 'rolled-back', reason: 'the probe `exit 7` ended with 7' }],
    });
    expect(readFileSync(seen, 'utf8')).toBe('gw2');
    expect(await rules()).toEqual(before);
  });

  test('a host with signers takes only what they have signed', async () => {
    const before = await rules();
    const keys = ['mine', 'other'].map((name) => join(fleet.lab.folder, name));
    for (const key of keys) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key], { stdio: 'pipe' });
    const [mine = '', other = ''] = keys;
    const list = `ops@example.org ${readFileSync(`${mine}.pub`, 'utf8')}`;
    const put = ['ssh', '-F', fleet.sshConfig, 'gw2', 'cat >/etc/ftpwall-lite/allowed_signers'];
    await fleet.controller.must(put, list);
    const ended = await document('deploy', 'gw2', '--sign', other);
    expect(ended).toMatchObject({ status: 3, hosts: [{ reason: expect.stringContaining('is not a signature') }] });
    expect(await rules()).toEqual(before);
    expect(await document('deploy', 'gw2', '--sign', mine)).toMatchObject({ hosts: [{ result: 'deployed' }] });
  });

  test('root is become by sudo where that is wanted', async () => {
    const [gw1] = fleet.hosts;
    const sudo = '#!/bin/sh\n[ "$1" = -n ] && shift && touch /run/sudo && exec "$@"\n';
    await fleet.controller.must(
      ['ssh', '-F', fleet.sshConfig, 'gw1', 'cat >/usr/sbin/sudo; chmod 755 /usr/sbin/sudo'],
      sudo,
    );
    configure('gw1', 'SSH(ACCEPT) net fw\nACCEPT net fw tcp 9090\n');
    expect(await document('deploy', 'gw1', '--sudo')).toMatchObject({ status: 0, hosts: [{ result: 'deployed' }] });
    expect(existsSync(gw1?.path('/run/sudo') ?? '')).toBe(true);
  });

  test('an earlier generation is loaded by its own script, for the next start of the machine, too', async () => {
    const [, gw2] = fleet.hosts;
    const { hosts } = await document('status', 'gw2');
    expect(hosts[0].status.generation).toBeGreaterThan(1);
    const call = ['ssh', '-F', fleet.sshConfig, 'gw2'];
    // It was loaded before the host had signers, and nobody has signed it.
    await fleet.controller.must([...call, 'sh /var/lib/ftpwall-lite/generations/1/firewall start']);
    expect(readlinkSync(gw2?.path('/var/lib/ftpwall-lite/boot') ?? '')).toBe('generations/1');
    expect(await remote('status', 'gw2')).toMatchObject({ output: 'gw2: running, generation 1, no drift\n' });
  });

  test('what is wrong before the first host is touched touches none', async () => {
    const before = await rules();
    configure('gw2', 'SSH(ACEPT) net fw\n');
    configure('gw1', 'SSH(ACCEPT) net fw\nACCEPT net fw tcp 8080\n');
    const broken = await remote('deploy', 'gw1', 'gw2');
    expect(broken).toMatchObject({ status: 1, errors: expect.stringContaining('gw2: its configuration') });
    expect(await remote('deploy', 'gw1', '--confirm-within', '3')).toMatchObject({ status: 2 });
    const bare = [process.execPath, 'dist/ftpwall.js', 'remote', 'deploy', 'gw1'];
    expect(await fleet.controller.run(bare)).toMatchObject({
      status: 2,
      errors: expect.stringContaining('--config DIR'),
    });
    expect(await remote('status', 'nowhere.invalid')).toMatchObject({
      status: 3,
      errors: expect.stringContaining('it cannot be reached: ssh: Could not resolve hostname'),
    });
    expect(await rules()).toEqual(before);
  });
});

test('the part of the host verifies as ftpwall-lite does', () => {
  const verifier = /^signed_by\(\) \{\n[\s\S]*?^\}\n/m;
  const [one, other] = ['packaging/lite/ftpwall-lite', 'runtime/remote/host.sh'].map(
    (path) => verifier.exec(readFileSync(path, 'utf8'))?.[0],
  );
  expect(one).toContain('-n ftpwall');
  expect(other).toBe(one);
});

test('destinations are those of ssh, and nothing that a shell or a path would read otherwise', () => {
  const names = (...destinations: readonly string[]) => {
    const hosts = readHosts(destinations, '/fleet/%h');
    return typeof hosts === 'string' ? hosts : hosts.map(({ folder }) => folder);
  };
  expect(names('gw1', 'root@gw2.example.org', 'ssh://root@gw3:2222', '2001:db8::1', 'ssh://[2001:db8::2]:22')).toEqual([
    '/fleet/gw1',
    '/fleet/gw2.example.org',
    '/fleet/gw3',
    '/fleet/2001:db8::1',
    '/fleet/2001:db8::2',
  ]);
  for (const wrong of [
    '-oProxyCommand=x',
    'gw1;reboot',
    '$(reboot)',
    'a b',
    '../gw1',
    '..',
    'gw1/../x',
    'root@',
    '',
    'a..b',
  ])
    expect([wrong, names(wrong)]).toEqual([wrong, expect.stringContaining('is no host')]);
  expect(names('gw1', 'gw1')).toBe('gw1 is named twice');
});
