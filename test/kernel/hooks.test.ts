/**
 * The hooks of the network as the packages install them, by their real callers of Debian: ifup(8) and ifdown, the script of
 * pppd(8), dhclient-script(8) and networkd-dispatcher(8). NetworkManager's dispatcher wants its own bus: its hook is called
 * with the words that it gives (NetworkManager-dispatcher(8)).
 */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { administered } from './administered.ts';
import type { Ended } from './host.ts';
import { threeNetworks } from './lab.ts';
import { isRoot } from './possible.ts';

const programs = join(process.cwd(), '.cache', 'programs');
const callers = ['sbin/ifup', 'etc/ppp/ip-up', 'sbin/dhclient-script', 'usr/bin/networkd-dispatcher'];

/** networkd-dispatcher itself, told of a state by hand in the place of the bus. */
const toldByHand = `import importlib.machinery, importlib.util, sys, types
for name in ['gi', 'gi.repository', 'dbus', 'dbus.mainloop', 'dbus.mainloop.glib']:
    sys.modules[name] = types.ModuleType(name)
sys.modules['gi.repository'].GLib = None
loader = importlib.machinery.SourceFileLoader('dispatcher', '${programs}/usr/bin/networkd-dispatcher')
module = importlib.util.module_from_spec(importlib.util.spec_from_loader('dispatcher', loader))
loader.exec_module(module)
dispatcher = module.Dispatcher('/etc/networkd-dispatcher:/usr/lib/networkd-dispatcher')
kind = 'administrative_state' if sys.argv[1] in module.ADMIN_STATES else 'operational_state'
dispatcher.handle_state('ppp0', force=True, **{kind: sys.argv[1]})
`;

const networkctl = `#!/bin/sh
case "$*" in *status*) printf '* 9: ppp0\\n   State: routable (configured)\\n' ;; *) echo '9 ppp0 ppp off configured' ;; esac
`;

describe.skipIf(!isRoot || !callers.every((each) => existsSync(join(programs, each))))('hooks', () => {
  // A field case: a rule names the address that ppp0 has now.
  const machine = administered(
    threeNetworks,
    {
      'ftpwall.conf': 'IP_FORWARDING=On\nROUTE_FILTER=No\n',
      zones: 'fw firewall\nnet ip\nloc ip\n',
      interfaces: '?FORMAT 2\nnet ppp0 optional\nloc eth1\n',
      policy: 'fw net ACCEPT\nloc net ACCEPT\nall all DROP\n',
      rules: '?SECTION NEW\nDNAT net loc:10.0.1.10 tcp 80 - &ppp0\n',
      providers: 'ISP1 1 - - ppp0 - track,balance\n',
    },
    ({ firewall }) => firewall.must(['sh', '-c', 'ip link add ppp0 type veth peer name far; ip link set far up']),
  );

  /** As the packages install it, in a mount namespace of its own, in which the programs find the hooks at their places. */
  async function installed(line: string): Promise<Ended> {
    const root = machine.folder('root');
    if (!existsSync(root)) {
      mkdirSync(root);
      const put = await machine.firewall.run(['sh', 'packaging/install.sh', 'hooks', root]);
      expect(put.errors).toBe('');
      // Those of the packages of the callers.
      const theirs = ['etc/network/if-pre-up.d', 'etc/network/if-down.d'];
      for (const each of ['etc-work', 'lib-work', 'bin', ...theirs]) mkdirSync(join(root, each));
      writeFileSync(join(root, 'bin', 'networkctl'), networkctl, { mode: 0o755 });
      chmodSync(join(root, 'etc'), 0o755);
    }
    const over = (at: string, work: string) =>
      `mount -t overlay none -o lowerdir=${at},upperdir=${root}${at},workdir=${root}/${work} ${at}`;
    const mounts = `${over('/etc', 'etc-work')} && ${over('/usr/lib', 'lib-work')} && mount -t tmpfs none /var/lib && mkdir -p /run/network /var/lib/ftpwall && mount --bind ${machine.state} /var/lib/ftpwall`;
    const path = `PATH=${root}/bin:${programs}/sbin:$PATH && export PATH`;
    return machine.firewall.run(['sh', '-c', `umask 022 && ${mounts} && ${path} && ${line}`]);
  }

  /** What the rules and the routes know of ppp0. */
  async function known(): Promise<readonly string[]> {
    const set = await machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', 'address-of-ppp0-4']);
    const rules = await machine.firewall.must(['ip', 'rule', 'show']);
    return [/elements = \{ (.*) \}/.exec(set)?.[1] ?? 'none', /from (203\S+) lookup/.exec(rules)?.[1] ?? 'none'];
  }

  const address = (text: string) =>
    `ip address flush dev ppp0; ip link set ppp0 up; ip address add ${text}/32 dev ppp0`;

  test('each brings the address of an interface that comes, changes and goes', async () => {
    await machine.firewall.must(['sh', '-c', 'ip address flush dev ppp0; ip link set ppp0 down']);
    await machine.must('start');
    expect(await known()).toEqual(['none', 'none']);
    const file = join(machine.folder('etc'), '..', `interfaces-${process.pid}`);
    writeFileSync(file, 'iface ppp0 inet static\n    address 203.0.113.1/24\n');
    writeFileSync(join(machine.lab.folder, 'told.py'), toldByHand);
    const told = `python3 -I ${machine.lab.folder}/told.py`;
    const dhclient = (reason: string, words: string) =>
      `env reason=${reason} interface=ppp0 ${words} sh ${programs}/sbin/dhclient-script`;
    const steps: readonly (readonly [string, string, string])[] = [
      ['ifup', `ifup -i ${file} ppp0`, '203.0.113.1'],
      ['ifdown', `ifup -i ${file} --force ppp0 >/dev/null 2>&1; ifdown -i ${file} --force ppp0`, 'none'],
      [
        'pppd, up',
        `${address('203.0.113.2')}; sh ${programs}/etc/ppp/ip-up ppp0 none 115200 203.0.113.2 203.0.113.254`,
        '203.0.113.2',
      ],
      [
        'pppd, another address',
        `${address('203.0.113.3')}; sh ${programs}/etc/ppp/ip-up ppp0 none 115200 203.0.113.3 203.0.113.254`,
        '203.0.113.3',
      ],
      [
        'pppd, down',
        `ip address flush dev ppp0; sh ${programs}/etc/ppp/ip-down ppp0 none 115200 203.0.113.3 203.0.113.254`,
        'none',
      ],
      ['dhclient, bound', dhclient('BOUND', 'new_ip_address=203.0.113.4 new_subnet_mask=255.255.255.0'), '203.0.113.4'],
      ['dhclient, expired', dhclient('EXPIRE', 'old_ip_address=203.0.113.4'), 'none'],
      ['networkd, routable', `${address('203.0.113.5')}; ${told} routable`, '203.0.113.5'],
      // A lease with another address: it was routable, and is.
      ['networkd, configured', `${address('203.0.113.7')}; ${told} configured`, '203.0.113.7'],
      ['networkd, off', `ip address flush dev ppp0; ip link set ppp0 down; ${told} off`, 'none'],
      [
        'NetworkManager, up',
        `${address('203.0.113.6')}; /usr/lib/NetworkManager/dispatcher.d/50-ftpwall ppp0 up`,
        '203.0.113.6',
      ],
      [
        'NetworkManager, down',
        `ip address flush dev ppp0; /usr/lib/NetworkManager/dispatcher.d/50-ftpwall ppp0 down`,
        'none',
      ],
    ];
    for (const [name, line, wanted] of steps) {
      const { errors, output } = await installed(line);
      expect([name, ...(await known())], `${errors}${output}`).toEqual([name, wanted, wanted]);
    }
  });
});
