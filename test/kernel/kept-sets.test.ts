/** What rules alone have put into sets, and a machine that goes down in order: by the commands of the units. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import type { Ended } from './host.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

const machine = administered(threeNetworks, {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'fw all ACCEPT\nall all REJECT\n',
  ipsets: 'create knocked hash:ip timeout 600\ncreate seen hash:ip,port\n',
  rules: '?SECTION NEW\nADD(+knocked:src) net fw tcp 23\nADD(+seen:src,dst) net fw tcp 24\n',
});

/** The command of a line of the unit, with the program of this folder; `first` runs in its mount namespace before it. */
function unit(line: 'ExecStart' | 'ExecStop', first = ':'): Promise<Ended> {
  const text = readFileSync('packaging/systemd/ftpwall.service', 'utf8');
  const [, command = ''] = new RegExp(`^${line}=/usr/lib/ftpwall/(ftpwall-boot .*)$`, 'm').exec(text) ?? [];
  return machine.firewall.run(['sh', '-c', `${first}\nexec sh packaging/init/${command}`], {
    env: { ...process.env, FTPWALL_STATE: machine.state },
  });
}

async function knock(...ports: readonly number[]): Promise<void> {
  const own = threeNetworks.find(({ name }) => name === 'net')?.firewall.find((each) => !each.includes(':'));
  for (const port of ports)
    await machine.lab.host('net').attempt({ protocol: 'tcp', address: own?.split('/')[0] ?? '', port });
}

const listed = (set: string) => machine.firewall.must(['nft', 'list', 'set', 'inet', 'ftpwall', set]);

/** The seconds after which the address of the host is forgotten; undefined when the set does not hold it. */
async function secondsLeft(): Promise<number | undefined> {
  const [, , minutes = '0', seconds = '0'] =
    /192\.0\.2\.10 (timeout \w+ )?expires (?:(\d+)m)?(?:(\d+)s)?/.exec(await listed('knocked')) ?? [];
  const left = Number(minutes) * 60 + Number(seconds);
  return left === 0 ? undefined : left;
}

const kept = () => readFileSync(join(machine.state, 'sets'), 'utf8');

describeKernel('a machine that goes down in order', () => {
  test('finds again what rules have put into sets, with the time that is left', async () => {
    await machine.must('start');
    await knock(23, 24);
    const before = (await secondsLeft()) ?? 0;
    expect(before).toBeGreaterThan(300);
    const rules = await machine.firewall.must(['nft', '-s', 'list', 'chain', 'inet', 'ftpwall', 'input']);
    expect(await unit('ExecStop')).toEqual(expect.objectContaining({ status: 0, errors: '' }));
    expect(await machine.firewall.must(['nft', '-s', 'list', 'chain', 'inet', 'ftpwall', 'input'])).toBe(rules);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await machine.goDown();
    expect(await unit('ExecStart')).toMatchObject({ status: 0 });
    const after = (await secondsLeft()) ?? 0;
    expect(after).toBeGreaterThan(before - 250);
    expect(after).toBeLessThan(before);
    expect(await listed('seen')).toContain('192.0.2.10 . tcp . 24');
  });

  test('and so does one whose unit is started anew while it runs', async () => {
    await machine.must('start');
    await knock(23);
    expect(await unit('ExecStart')).toMatchObject({ status: 0 });
    expect(await secondsLeft()).toBeGreaterThan(300);
  });

  test('what does not fit into one set any more keeps nothing out of the others', async () => {
    machine.put('ipsets', 'create knocked hash:ip timeout 600\ncreate seen hash:ip,port\ncreate nets hash:net\n');
    machine.put(
      'rules',
      '?SECTION NEW\nADD(+knocked:src) net fw tcp 23\nADD(+seen:src,dst) net fw tcp 24\nDROP net:+nets fw\n',
    );
    await machine.must('start');
    await knock(23);
    await machine.firewall.must(['nft', 'add', 'element', 'inet', 'ftpwall', 'nets', '{ 198.51.100.0/24 }']);
    await unit('ExecStop');
    expect(kept()).toContain('198.51.100.0/24');
    writeFileSync(join(machine.state, 'sets'), `${kept()}nets\tipv4_addr\t198.51.100.7-198.51.101.9\t0\n`);
    await machine.goDown();
    const ended = await unit('ExecStart');
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.errors).toContain('what the set nets held when the machine went down could not be put back');
    expect(ended.errors).not.toContain('knocked');
    expect(await secondsLeft()).toBeGreaterThan(300);
  });

  test('forgets what has left the sets in the meantime', async () => {
    await machine.must('start');
    await knock(23);
    await unit('ExecStop');
    expect(kept()).toContain('192.0.2.10');
    await machine.firewall.must(['nft', 'flush', 'set', 'inet', 'ftpwall', 'knocked']);
    await unit('ExecStop');
    expect(kept()).toMatch(/^at \S+ \d+ \d+\n$/);
  });

  test('loses nothing of what was kept, and is not held up, when nothing more can be kept', async () => {
    await machine.must('start');
    await knock(23);
    await unit('ExecStop');
    const before = kept();
    expect(before).toContain('192.0.2.10');
    await knock(24);
    const mounted = (options: string) =>
      `mkdir -p ${machine.state}-m; mount ${options} ${machine.state}-m && cp -a ${machine.state}/. ${machine.state}-m/ && mount --move ${machine.state}-m ${machine.state}`;
    const script = join(machine.state, 'current', 'firewall');
    const broken: readonly [string, string][] = [
      [
        'a read-only folder',
        `mount --bind ${machine.state} ${machine.state}; mount -o remount,ro,bind ${machine.state}`,
      ],
      ['a full disk', `${mounted('-t tmpfs -o size=2m none')}; cat /dev/zero >${machine.state}/filling 2>/dev/null`],
      ['a script that is half there', `mount --bind /dev/null ${script}`],
      [
        'a script of an older version',
        `sed 's/ | keep:1//' ${script} >${machine.state}/old; mount --bind ${machine.state}/old ${script}`,
      ],
      [
        'an awk that dies half-way',
        `mkdir -p ${machine.state}/few; printf '#!/bin/sh\\necho half\\nexit 1\\n' >${machine.state}/few/awk; chmod 755 ${machine.state}/few/awk; PATH=${machine.state}/few:$PATH; export PATH`,
      ],
    ];
    for (const [what, first] of broken) {
      const ended = await unit('ExecStop', first);
      expect([what, ended.status]).toEqual([what, 0]);
      expect(kept(), what).toBe(before);
    }
    expect((await unit('ExecStop', broken[0]?.[1])).errors).toContain(`could not be kept in ${machine.state}`);
    await machine.firewall.must(['nft', 'delete', 'table', 'inet', 'ftpwall']);
    expect(await unit('ExecStop')).toMatchObject({ status: 0 });
    expect(kept(), 'no table').toBe(before);
    await machine.goDown();
    await unit('ExecStart');
    expect(await secondsLeft()).toBeGreaterThan(300);
    await knock(24);
    await machine.must('stop');
    const stopped = kept();
    expect(stopped).toContain('192.0.2.10 . 6 . 24');
    expect(await unit('ExecStop')).toMatchObject({ status: 0 });
    expect(kept(), 'stopped').toBe(stopped);
    rmSync(machine.state, { recursive: true });
    expect(await unit('ExecStop')).toMatchObject({ status: 0, errors: '' });
  });

  test('with a script that was compiled elsewhere, too', async () => {
    const script = join(machine.lab.folder, 'compiled');
    await machine.firewall.must([
      process.execPath,
      'dist/ftpwall.js',
      'compile',
      '--script',
      script,
      machine.configuration,
    ]);
    const folder = join(machine.lab.folder, 'lite');
    mkdirSync(folder, { recursive: true });
    const text = readFileSync('packaging/lite/ftpwall-lite.service', 'utf8');
    const lite = (line: 'ExecStart' | 'ExecStop') => {
      const [, word = ''] = new RegExp(`^${line}=-?/usr/sbin/ftpwall-lite (\\w+)$`, 'm').exec(text) ?? [];
      const program = readFileSync('packaging/lite/ftpwall-lite', 'utf8')
        .replace('/etc/ftpwall-lite/firewall', script)
        .replace('/var/lib/ftpwall-lite', folder);
      writeFileSync(join(machine.lab.folder, 'ftpwall-lite'), program);
      return machine.firewall.run(['sh', join(machine.lab.folder, 'ftpwall-lite'), word]);
    };
    expect(await lite('ExecStart')).toMatchObject({ status: 0 });
    await knock(23);
    expect(await lite('ExecStop')).toMatchObject({ status: 0, errors: '' });
    await machine.goDown();
    expect(await lite('ExecStart')).toMatchObject({ status: 0 });
    expect(await secondsLeft()).toBeGreaterThan(300);
    expect(readdirSync(folder)).toEqual(['sets']);
  });

  test.each([
    ['in no folder', false],
    ['with FTPWALL_KEPT', true],
  ])('and by a bare script %s, over stop and start', async (_, named) => {
    const script = join(machine.lab.folder, 'bare');
    const folder = machine.folder('kept');
    mkdirSync(folder);
    const compile = ['compile', '--script', script, machine.configuration];
    await machine.firewall.must([process.execPath, 'dist/ftpwall.js', ...compile]);
    const call = async (verb: string) => {
      const env = { ...process.env, FTPWALL_KEPT: named ? folder : undefined };
      expect(await machine.firewall.run(['sh', script, verb], { env })).toMatchObject({ status: 0 });
    };
    await call('start');
    await knock(23);
    const before = (await secondsLeft()) ?? 0;
    await call('stop');
    expect(await machine.listing()).not.toContain('set knocked');
    await call('start');
    expect(await secondsLeft()).toBeGreaterThan(before - 250);
    await call('stop');
    // A folder outlives the machine; /run does not.
    expect(readdirSync(folder)).toEqual(named ? ['sets'] : []);
    await machine.goDown();
    await call('start');
    expect((await secondsLeft()) !== undefined).toBe(named);
  });
});
