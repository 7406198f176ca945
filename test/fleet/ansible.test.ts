/** The Ansible collection, played by Debian's ansible-core against four hosts with Debian's sshd, each on its own address. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeKernel } from '../kernel/possible.ts';
import { Ansible } from './ansible.ts';
import { type Fleet, openFleet } from './hosts.ts';

const names = ['gw1', 'gw2', 'gw3', 'gw4'];

const configuration = (rules: string) => ({
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: `?SECTION NEW\n${rules}`,
});

const apply = (more: object = {}) => ({
  name: 'Load the firewall',
  'ftpwall.ftpwall.apply': {
    config: '{{ firewall_config }}',
    program: '{{ firewall_program }}',
    sign_key: '{{ firewall_sign_key | default(omit) }}',
    confirm_within: 60,
    ...more,
  },
});

describeKernel('the collection', () => {
  let fleet: Fleet;
  let ansible: Ansible;
  let key: string;
  let signed: object;
  let role: string;

  const rules = () => Promise.all(fleet.hosts.map((host) => host.rules()));
  const configureAll = (text: string) => {
    for (const name of names) ansible.configure(name, configuration(text));
  };
  const changes = (played: Awaited<ReturnType<typeof ansible.play>>) =>
    names.map((name) => [name, played.recap[name]?.changed, played.recap[name]?.failed]);

  beforeAll(async () => {
    fleet = await openFleet(names.length);
    ansible = new Ansible(fleet);
    key = ansible.key('key');
    // One of them gets what loads the firewall at boot: it is files and a unit as anywhere.
    ansible.ofHost = { gw1: { firewall_boot: 'copy' } };
    signed = {
      firewall_boot: 'none',
      firewall_sign_key: key,
      firewall_allowed_signers: ansible.signersOf(key),
      firewall_confirm_within: 60,
    };
    role = ansible.playbook('role', [{ name: 'Firewall', import_role: { name: 'ftpwall.ftpwall.firewall' } }]);
    configureAll('SSH(ACCEPT) net fw\n');
  });
  afterAll(() => fleet?.close());

  test('check mode tells the truth before anything is installed', async () => {
    const played = await ansible.play(role, signed, '--check', '--diff');
    expect(played, played.output).toMatchObject({ status: 0 });
    expect(played.output.match(/^closes {2}net → fw {2}DROP policy:2 \(was ACCEPT no rule\)$/gm)).toHaveLength(4);
    expect(changes(played)).toEqual(names.map((name) => [name, name === 'gw1' ? 3 : 2, 0]));
    expect(await rules()).toEqual(['', '', '', '']);
    for (const host of fleet.hosts)
      for (const path of ['/etc/ftpwall-lite', '/var/lib/ftpwall-lite', '/usr/sbin/ftpwall-lite', '/run/ftpwall'])
        expect([path, existsSync(host.path(path))]).toEqual([path, false]);
  });

  test('a first run loads all hosts, and a second one changes nothing', async () => {
    const first = await ansible.play(role, signed);
    expect(first, first.output).toMatchObject({ status: 0 });
    expect(changes(first)).toEqual(names.map((name) => [name, name === 'gw1' ? 4 : 3, 0]));
    const loaded = await rules();
    for (const text of loaded) expect(text).toContain('comment "ftpwall running');
    const second = await ansible.play(role, signed);
    expect(second, second.output).toMatchObject({ status: 0 });
    expect(changes(second)).toEqual(names.map((name) => [name, 0, 0]));
    expect(await rules()).toEqual(loaded);
  });

  test('what loads at boot is what was confirmed, by ftpwall-lite alone', async () => {
    const [gw1] = fleet.hosts;
    const loaded = await gw1?.rules();
    await gw1?.host.must(['nft', 'flush', 'ruleset']);
    const ended = await ansible.run('ssh', '-F', fleet.sshConfig, 'gw1', 'rm -rf /run/ftpwall; ftpwall-lite boot');
    expect(ended, ended.errors).toMatchObject({ status: 0 });
    expect((await gw1?.rules())?.split('\n').sort()).toEqual(loaded?.split('\n').sort());
  });

  test('a change that cuts the controller off is rolled back there, and the play stops at that ring and says why', async () => {
    const before = await rules();
    configureAll('SSH(ACCEPT) net fw\nACCEPT net fw tcp 443\n');
    ansible.configure('gw2', configuration('ACCEPT net fw tcp 443\n'));
    ansible.ofHost = {};
    const played = await ansible.play('ftpwall.ftpwall.deploy', {
      firewall_boot: 'none',
      firewall_sign_key: key,
      firewall_confirm_within: 15,
    });
    expect(played.status).not.toBe(0);
    expect(played.recap).toEqual({ gw1: { ok: 2, changed: 1, failed: 0 }, gw2: { ok: 1, changed: 0, failed: 1 } });
    const [said] = played.output.match(/^fatal: \[gw2\].*$/m) ?? [];
    expect(said).toContain('the change was rolled back, because no new connection can be made');
    expect(said).toMatch(/ssh: connect to host 10\.9\.2\.2 port 22: Connection timed out/);
    expect(said).toContain(
      'The host says: running; generation: 1; drift: none; last failure: generation 2 was not confirmed',
    );
    const after = await rules();
    expect(after[0]).toContain('443');
    expect(after.slice(1)).toEqual(before.slice(1));
  });

  test('what no signer of the host has signed, and what fails its probe, leaves the running rules', async () => {
    const before = await rules();
    configureAll('SSH(ACCEPT) net fw\nACCEPT net fw tcp 8443\n');
    const tampering = join(ansible.folder, 'tampering');
    const change = `[ "$1" != compile ] || sed -i 's/^# Exit status: 0 done/&, always/' "$4"`;
    writeFileSync(tampering, `#!/bin/sh\n"${resolve('dist/ftpwall.js')}" "$@" || exit\n${change}\n`);
    chmodSync(tampering, 0o755);
    const refused = [{ sign_key: ansible.key('other') }, { sign_key: '' }, { program: tampering }].map((more) => ({
      ...apply(more),
      ignore_errors: true,
    }));
    const argv = ['/bin/sh', '-c', 'echo "no page at $0"; exit 7', 'gw3; true'];
    const probed = apply({ probes: [{ argv: ['true'], where: 'host' }, { argv }] });
    const played = await ansible.play(
      ansible.playbook('refused', [...refused, probed]),
      { firewall_sign_key: key },
      '--limit',
      'gw3',
    );
    const said = played.output.match(/^fatal: .*$/gm) ?? [];
    expect(said).toHaveLength(4);
    for (const each of said.slice(0, 3)) {
      expect(each).toContain('the host refused the firewall, and runs what it ran before');
      expect(each).toContain('is not a signature of this script by a key of /etc/ftpwall-lite/allowed_signers');
    }
    expect(said[3]).toContain(
      'ended with 7: no page at gw3; true. The host says: rolled back: generation 1 is in force again',
    );
    expect(await rules()).toEqual(before);
  });

  test('questions are asked of an inventory, and hosts tell what they run', async () => {
    configureAll('SSH(ACCEPT) net fw\n');
    ansible.configure('gw4', configuration('ACCEPT net fw tcp 443\n'));
    const asserted = await ansible.play('ftpwall.ftpwall.assertions', {});
    expect(asserted.recap).toMatchObject({ gw1: { failed: 1 }, gw4: { failed: 0 } });
    expect(asserted.output).toContain('gw1 lets net reach tcp 22 by rules:2 (to fw)');
    await fleet.hosts[3]?.host.must(['nft', 'add', 'rule', 'inet', 'ftpwall', 'input', 'accept']);
    const asked = { config: '{{ firewall_config }}', program: '{{ firewall_program }}' };
    const msg =
      '{{ told.firewall.state }} {{ told.firewall.generation }} drift={{ told.firewall.drift }} equal={{ plan.equal }}';
    // Who is not root becomes it, also where the host's part comes by standard input.
    const sudo = '#!/bin/sh\\nwhile [ "$1" != /bin/sh ]; do shift; done\\nexec "$@"\\n';
    for (const { name } of fleet.hosts) {
      const put = `printf '${sudo}' >/usr/sbin/sudo && chmod 755 /usr/sbin/sudo`;
      expect(await ansible.run('ssh', '-F', fleet.sshConfig, name, put)).toMatchObject({ status: 0 });
    }
    const look = ansible.playbook(
      'look',
      [
        { name: 'Status', 'ftpwall.ftpwall.status_info': {}, register: 'told' },
        { name: 'Plan', 'ftpwall.ftpwall.plan_info': asked, register: 'plan' },
        { name: 'Say', 'ansible.builtin.debug': { msg } },
      ],
      { become: true },
    );
    const looked = await ansible.play(look, {}, '--limit', 'gw1,gw4');
    const said = [...looked.output.matchAll(/"msg": "(.*)"/g)].map(([, text]) => text);
    expect(said.sort(), looked.output).toEqual([
      'running 1 drift=True equal=False',
      'running 2 drift=False equal=False',
    ]);
  });
});
