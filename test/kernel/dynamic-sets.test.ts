/** Commands that change sets of the running firewall: what they do to packets, and what outlives what. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elementHolds } from '../../compiler/ir/elements.ts';
import { readBack } from '../../compiler/ir/read-back/index.ts';
import type { Json } from '../../compiler/ir/read-back/json.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { until } from '../support/until.ts';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

const machine = administered(threeNetworks, {
  'ftpwall.conf': 'DYNAMIC_BLACKLIST=ipset,timeout=600\n',
  zones: 'fw firewall\nnet ip\nloc ip\nvpn ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n- eth2\n',
  hosts: 'vpn eth2:dynamic\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nACCEPT net,loc,vpn fw tcp 22\nADD(+seen:src) net fw tcp 23\n',
});

async function shown(subject: string, ...more: readonly string[]): Promise<readonly string[]> {
  const { output } = await machine.must('show', subject, ...more);
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ {2}\(.*/, ''))
    .sort();
}

/** Whether a set holds an address, by the kernel's own word. */
async function holds(set: string, element: string): Promise<boolean> {
  const [, verb, version] = /^dynamic-(\w+)-([46])$/.exec(set) ?? [];
  if (verb !== undefined) return (await leadsTo(`dynamic-${version}`, element)) === `refused-by-${verb}`;
  return (await machine.firewall.run(['nft', 'get', 'element', 'inet', 'ftpwall', set, `{ ${element} }`])).status === 0;
}

/** The chain that an address leads to by a map: nft 1.0.6 finds no element of a map of intervals when asked for it alone. */
async function leadsTo(map: string, address: string): Promise<string | undefined> {
  const listing = await machine.firewall.must(['nft', '-j', '-nn', 'list', 'table', 'inet', 'ftpwall']);
  const found = readBack(JSON.parse(listing) as Json).sets.find(({ name }) => name === map);
  const value = parseAddress(address)?.value ?? -1n;
  const verdict = found?.elements.find((each) => elementHolds(each, [value]))?.verdict;
  return verdict && 'chain' in verdict ? verdict.chain : undefined;
}

describeKernel('sets of the running firewall', () => {
  test('addresses are refused and allowed again, in one list at a time', async () => {
    await machine.must('start');
    expect((await machine.must('drop', '192.0.2.7', '198.51.100.0/24', '203.0.113.4-203.0.113.9')).errors).toContain(
      '198.51.100.0/24: dropped',
    );
    await machine.must('logreject', '2001:db8::7', '1h30m');
    expect(await shown('blacklists')).toEqual([
      'drop  192.0.2.7',
      'drop  198.51.100.0/24',
      'drop  203.0.113.4-203.0.113.9',
      'logreject  2001:db8::7',
    ]);
    await machine.must('reject', '192.0.2.7', '10m');
    expect(await shown('blacklists')).toContain('reject  192.0.2.7');
    expect(await shown('blacklists')).not.toContain('drop  192.0.2.7');
    expect((await machine.must('show', 'blacklists')).output).toMatch(
      /reject {2}192\.0\.2\.7 {2}\((10m|[5-9]m\d+s) left\)/,
    );
    expect((await machine.must('drop', '198.51.100.9')).errors).toContain('refused already');
    for (const address of ['192.0.2.7', '198.51.100.0/24', '203.0.113.4-203.0.113.9', '2001:db8::7'])
      await machine.must('allow', address);
    expect(await shown('blacklists')).toEqual([]);
    expect((await machine.must('allow', '192.0.2.7')).errors).toContain('is not on any list');
  });

  test('ten thousand addresses of a file are refused, moved and allowed again in one step each', async () => {
    await machine.must('start');
    const addresses = Array.from({ length: 10_000 }, (_, each) => `10.${each % 4}.${(each >> 2) % 250}.${each % 7}`);
    const all = [...new Set(addresses)].length;
    const list = machine.folder('list');
    writeFileSync(list, `# banned\n\n${addresses.join('\n')}\r\n2001:db8::7 2h # for a while\n`);
    expect((await machine.must('drop', '--file', list)).errors).toBe(`ftpwall: ${addresses.length + 1} dropped\n`);
    expect((await machine.must('show', 'blacklists')).output).toMatch(
      /drop {2}2001:db8::7 {2}\((2h|1h5\dm\d+s) left\)/,
    );
    await machine.must('reject', '--file', list, '1h');
    await machine.must('restart');
    const lines = await shown('blacklists');
    expect(lines.length).toBe(all + 1);
    expect(lines.every((line) => line.startsWith('reject  '))).toBe(true);
    const input = addresses.slice(5).join('\n');
    const { errors } = await machine.within({ input }, 'allow', '--file', '-');
    expect(errors).toMatch(/^ftpwall: \d+ allowed again(; \d+ not on any list)?\n$/);
    expect((await shown('blacklists')).length).toBe(all + 1 - new Set(addresses.slice(5)).size);
  });

  test('a bad line of a file is told with its number, and nothing is changed', async () => {
    await machine.must('start');
    await machine.must('drop', '192.0.2.7');
    const file = async (input: string, ...more: readonly string[]) =>
      machine.within({ input }, 'drop', '--file', '-', ...more);
    for (const bad of ['1.2.3', '192.0.2.8 soon', '192.0.2.8 10m 5', '$(reboot)', '192.0.2.8,192.0.2.9'])
      expect(await file(`192.0.2.1\n# a comment\n${bad}\n`), bad).toMatchObject({
        status: 2,
        errors: expect.stringMatching(/^ftpwall: standard input:3: .*\nftpwall: nothing was changed\n$/),
      });
    expect((await file('192.0.2.1\n0.0.0.0/0\n')).status).toBe(3);
    expect(await shown('blacklists')).toEqual(['drop  192.0.2.7']);
    expect((await file('# nobody\n')).status).toBe(0);
    expect((await machine.ftpwall('drop')).errors).toContain('name the addresses');
    expect((await machine.ftpwall('drop', '--file', '/nowhere')).errors).toContain('it does not exist');
    expect((await file('192.0.2.2\n', '192.0.2.3', '10m')).errors).toBe('ftpwall: 2 dropped\n');
  });

  test('the packets of a refused address do not get through, those of others do', async () => {
    await machine.must('start');
    const counted = async (): Promise<number> => {
      const chain = await machine.firewall.must(['nft', 'list', 'chain', 'inet', 'ftpwall', 'refused-by-drop']);
      return Number(/counter packets (\d+)/.exec(chain)?.[1]);
    };
    const own = threeNetworks.find(({ name }) => name === 'net');
    const [address = '', sender = ''] = [own?.firewall, own?.host].map(
      (all) => all?.find((each) => !each.includes(':'))?.split('/')[0],
    );
    const attempt = async () => (await machine.lab.host('net').attempt({ protocol: 'tcp', address, port: 22 })).kind;
    expect(await attempt()).toBe('refused'); // nobody listens, and nothing stands in the way
    await machine.must('drop', sender);
    expect(await attempt()).toBe('silence');
    expect(await counted()).toBeGreaterThan(0);
    await machine.must('allow', sender);
    expect(await attempt()).toBe('refused');
  });

  test('only addresses and times are taken, and nothing of a word reaches a shell or nft', async () => {
    await machine.must('start');
    const before = await machine.firewall.must(['nft', '-s', 'list', 'ruleset']);
    const words = [
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.4/33',
      '1.2.3.9-1.2.3.4',
      '::1/129',
      '$(reboot)',
      '1.2.3.4; flush ruleset',
    ];
    for (const word of [
      ...words,
      '1.2.3.4 }',
      "'",
      '`id`',
      'example.com',
      '',
      '1.2.3.4,1.2.3.5',
      '1.2.3.4-2001:db8::1',
    ])
      expect((await machine.ftpwall('drop', word)).status, word).toBe(2);
    for (const word of words) expect((await machine.ftpwall('open', word, 'all')).status, word).toBe(2);
    expect((await machine.ftpwall('open', 'all', 'all', 'nosuch')).status).toBe(2);
    expect((await machine.ftpwall('open', 'all', 'all', 'tcp', '70000')).status).toBe(2);
    expect((await machine.ftpwall('add', 'eth2:1.2.3.4;', 'vpn')).status).toBe(2);
    expect((await machine.ftpwall('add', 'eth9:1.2.3.4', 'vpn')).status).toBe(3);
    expect((await machine.ftpwall('add', 'eth2:1.2.3.4', '$(reboot)')).status).not.toBe(0);
    expect(await machine.firewall.must(['nft', '-s', 'list', 'ruleset'])).toBe(before);
  });

  test('what commands have put into sets outlives restart, stop, clear and the next start of the machine', async () => {
    await machine.must('start');
    await machine.must('drop', '192.0.2.7', '198.51.100.0/24');
    await machine.must('logdrop', '192.0.2.8', '1h');
    await machine.must('blacklist', '192.0.2.9');
    await machine.must('blacklist', '2001:db8::9', '2d');
    await machine.must('add', 'eth2:10.0.2.5,10.0.2.64/26', 'vpn');
    await machine.must('open', 'all', '10.0.1.5', 'tcp', '22');
    await machine.firewall.must(['nft', 'add', 'element', 'inet', 'ftpwall', 'seen', '{ 192.0.2.20 timeout 1h }']);
    const before = await shown('sets');
    expect(before.length).toBe(9);
    expect(before).toContain('zone-vpn-eth2-4  10.0.2.64/26');
    machine.put('rules', '?SECTION NEW\nACCEPT net,vpn fw tcp 2222\nADD(+seen:src) net fw tcp 23\n');
    await machine.must('restart');
    expect(await shown('sets')).toEqual(before);
    for (const verb of ['stop', 'clear']) {
      await machine.must(verb);
      await machine.must(verb);
      await machine.must('start');
      expect(await shown('sets'), verb).toEqual(before);
    }
    await machine.goDown();
    await machine.firewall.must(['sh', join(machine.state, 'boot', 'firewall'), 'boot']);
    expect(await shown('sets')).toEqual(before);
    expect((await machine.must('show', 'blacklists')).output).toMatch(
      /logdrop {2}192\.0\.2\.8 {2}\((1h|5\dm\d+s) left\)/,
    );
    expect(await holds('dynamic-drop-4', '198.51.100.77')).toBe(true);
    expect((await machine.ftpwall('status')).status).toBe(0);
  });

  test('what has run out while the machine was down does not come back', async () => {
    await machine.must('start');
    await machine.must('drop', '192.0.2.7', '1h');
    await machine.must('drop', '192.0.2.8');
    await machine.must('stop');
    const kept = readFileSync(join(machine.state, 'sets'), 'utf8');
    // As if the machine had started anew, an hour and a second after it went down.
    const later = kept.replace(/^at \S+ (\d+) (\d+)$/m, (_, up, day) => `at another ${up} ${Number(day) - 3601}`);
    expect(later).not.toBe(kept);
    writeFileSync(
      join(machine.state, 'sets'),
      `${later}dynamic-drop-4\tipv4_addr\t1.1.1.1 } ; flush ruleset\t0\nnosuch\tipv4_addr\t1.1.1.1\t0\n`,
    );
    await machine.must('start');
    expect(await shown('blacklists')).toEqual(['drop  192.0.2.8']);
  });

  test.each([
    ['the day is set back', (day: number) => day + 86_400 * 400, 'another'],
    ['the day is not known', () => 0, undefined],
  ])('a time is what is left of it, also when %s', async (_, set, life) => {
    await machine.must('start');
    await machine.must('drop', '192.0.2.7', '10m');
    await machine.must('stop');
    const file = join(machine.state, 'sets');
    const kept = readFileSync(file, 'utf8');
    const moved = kept.replace(
      /^at (\S+) (\d+) (\d+)$/m,
      (_all, id, up, day) => `at ${life ?? id} ${up} ${set(Number(day))}`,
    );
    expect(moved).not.toBe(kept);
    writeFileSync(file, moved);
    await machine.must('start');
    expect((await machine.must('show', 'blacklists')).output).toMatch(/192\.0\.2\.7 {2}\((10m|[5-9]m\d+s) left\)/);
  });

  test('a host is taken out of the middle of a network, and the rest stays refused', async () => {
    await machine.must('start');
    await machine.must('drop', '198.51.100.0/24');
    expect((await machine.must('allow', '198.51.100.5')).errors).toContain('the rest of 198.51.100.0/24 stays');
    expect(await holds('dynamic-drop-4', '198.51.100.5')).toBe(false);
    expect(await holds('dynamic-drop-4', '198.51.100.4')).toBe(true);
    expect(await holds('dynamic-drop-4', '198.51.100.6')).toBe(true);
    await machine.must('drop', '::ffff:198.51.100.5');
    expect(await holds('dynamic-drop-4', '198.51.100.5')).toBe(true);
    await machine.must('allow', '198.51.100.0/24');
    expect(await shown('blacklists')).toEqual([]);
    await machine.must('blacklist', '192.0.2.77');
    await machine.must('allow', '192.0.2.0/24');
    expect(await shown('blacklists')).toEqual([]);
  });

  test('many bans at once are all kept', async () => {
    await machine.must('start');
    const addresses = Array.from({ length: 8 }, (_, index) => `198.51.100.${index}`);
    await Promise.all(addresses.map((address) => machine.must('drop', address, '10m')));
    await Promise.all(addresses.slice(0, 4).map((address) => machine.must('open', address, 'all', 'tcp', '22')));
    expect(await shown('blacklists')).toEqual(addresses.map((address) => `drop  ${address}`));
    expect((await shown('opens')).length).toBe(4);
  });

  test('zones whose hosts come and go', async () => {
    await machine.must('start');
    await machine.must('add', 'eth2:10.0.2.5', 'vpn');
    expect(await shown('dynamic', 'vpn')).toEqual(['zone-vpn-eth2-4  10.0.2.5']);
    await machine.must('delete', 'eth2:10.0.2.5', 'vpn');
    expect(await shown('dynamic', 'vpn')).toEqual([]);
    machine.put('zones', 'fw firewall\nnet ip\nloc ip\nvpn ip dynamic_shared\n');
    await machine.must('restart');
    await machine.must('add', 'vpn', '10.0.2.5,2001:db8:2::5');
    expect(await shown('dynamic', 'vpn')).toEqual(['zone-vpn-4  10.0.2.5', 'zone-vpn-6  2001:db8:2::5']);
  });

  test('connections are opened and closed', async () => {
    await machine.must('start');
    await machine.must('open', '192.0.2.0/24', '10.0.1.5', 'tcp', 'ssh');
    await machine.must('open', 'all', '2001:db8:1::5', 'udp');
    expect(await shown('opens')).toEqual(['open  192.0.2.0/24 10.0.1.5 tcp 22', 'open  all 2001:db8:1::5 udp']);
    expect((await machine.must('close', '192.0.2.0/24', '10.0.1.5', 'tcp', '23')).errors).toContain('nothing to do');
    await machine.must('close', '192.0.2.0/24', '10.0.1.5', 'tcp', '22');
    await machine.must('close', 'all', '2001:db8:1::5', 'udp');
    expect(await shown('opens')).toEqual([]);
  });

  test('one open ends by its own words alone, and what another opens stays open', async () => {
    await machine.must('start');
    const open = async (address: string, port: number) => holds('opened-4', `${address} . 10.0.1.5 . tcp . ${port}`);
    await machine.must('open', '10.0.0.0/8', 'all');
    await machine.must('open', '10.0.0.5', 'all', 'tcp', '80');
    expect([await open('10.0.0.5', 80), await open('10.0.0.6', 81)]).toEqual([true, true]);
    await machine.must('close', '10.0.0.0/8', 'all');
    expect([await open('10.0.0.5', 80), await open('10.0.0.5', 81), await open('10.0.0.6', 80)]).toEqual([
      true,
      false,
      false,
    ]);
    await machine.must('open', '10.0.0.0/8', 'all');
    await machine.must('open', 'all', '10.0.1.0/24', 'tcp');
    const ended = await machine.must('close', '10.0.0.5', 'all', 'tcp', '80');
    expect(ended.errors).toContain('also opened by 10.0.0.0/8');
    expect([await open('10.0.0.5', 80), await open('192.0.2.9', 1)]).toEqual([true, true]);
    await machine.must('stop');
    await machine.must('start');
    expect(await shown('opens')).toEqual(['open  10.0.0.0/8 all', 'open  all 10.0.1.0/24 tcp']);
    await machine.must('close', 'all', '10.0.1.0/24', 'tcp');
    expect([await open('10.0.0.5', 80), await open('192.0.2.9', 1)]).toEqual([true, false]);
    expect((await machine.ftpwall('close', '10.0.0.5', 'all', 'tcp', '80')).status).toBe(3);
    expect(await open('10.0.0.5', 80)).toBe(true);
    // The script alone does the same.
    const script = join(machine.state, 'current', 'firewall');
    const change = (...words: readonly string[]) => machine.firewall.must(['sh', script, 'change', ...words, '0']);
    expect(await change('add', 'opened-4', '192.0.2.0/24 . 0.0.0.0/0 . 17 . 53')).toBe('added\n');
    expect(await change('add', 'opened-4', '192.0.2.0/24 . 0.0.0.0/0 . 17 . 53')).toBe('again\n');
    expect(await change('delete', 'opened-4', '10.0.0.5 . 0.0.0.0/0 . 6 . 80')).toBe('absent\n');
    expect(await open('10.0.0.5', 80)).toBe(true);
    expect(await change('delete', 'opened-4', '192.0.2.0/24 . 0.0.0.0/0 . 17 . 53')).toBe('deleted\n');
    expect(await shown('opens')).toEqual(['open  10.0.0.0/8 all']);
  });

  test('what opens other than it says is refused', async () => {
    await machine.must('start');
    for (const words of [
      ['icmp', '8'],
      ['58', '128'],
      ['all', '80'],
      ['tcp', '1-2-3'],
      ['tcp', '1:2:3'],
      ['tcp', '5-'],
      ['tcp', '-5'],
      ['tcp', '9-5'],
      ['256'],
      ['999', '1'],
    ])
      expect((await machine.ftpwall('open', '192.0.2.5', 'all', ...words)).status, words.join(' ')).toBe(2);
    expect(await shown('opens')).toEqual([]);
    await machine.must('open', '192.0.2.5', 'all', 'icmp');
    await machine.must('open', '192.0.2.5', 'all', 'tcp', 'ftp-data');
    await machine.must('open', '192.0.2.5', 'all', 'tcp', 'ftp-data:ssh');
    expect(await shown('opens')).toHaveLength(3);
  });

  test('nobody locks himself out, and nothing is opened or refused as a whole, without --force', async () => {
    machine.put(
      'rules',
      '?SECTION NEW\nACCEPT net fw tcp 22 { switch=admin }\nACCEPT vpn fw tcp 2222\nADD(+seen:src) net fw tcp 23\n',
    );
    await machine.must('start');
    await machine.must('switch', 'admin', 'on');
    const env = { SSH_CONNECTION: '192.0.2.10 50000 192.0.2.1 22' };
    const before = await machine.firewall.must(['nft', '-s', 'list', 'ruleset']);
    const all: readonly (readonly string[])[] = [
      ['drop', '192.0.2.10'],
      ['reject', '192.0.2.0/24', '10m'],
      ['logdrop', '198.51.100.7', '::ffff:192.0.2.10'],
      ['logreject', '192.0.2.9-192.0.2.11'],
      ['blacklist', '192.0.2.10'],
      ['switch', 'admin', 'off'],
    ];
    for (const words of all) {
      const ended = await machine.within({ env }, words[0] ?? '', ...words.slice(1));
      expect([words, ended.status], ended.errors).toEqual([words, 3]);
      expect(ended.errors).toContain('this would lock you out: you came from 192.0.2.10');
    }
    for (const words of [
      ['drop', '::/0'],
      ['drop', '0.0.0.0/0', '1m'],
      ['reject', '128.0.0.0/1'],
      ['blacklist', '::/0'],
      ['open', 'all', 'all'],
      ['open', 'all', 'all', 'tcp'],
      ['open', '0.0.0.0/0', '0.0.0.0/0', 'udp', '1-65535'],
    ])
      expect([words, (await machine.ftpwall(words[0] ?? '', ...words.slice(1))).status]).toEqual([words, 3]);
    expect(await machine.firewall.must(['nft', '-s', 'list', 'ruleset'])).toBe(before);
    await machine.must('open', '192.0.2.10', 'all', 'tcp', '22');
    await machine.must('switch', 'admin', 'off');
    const closing = await machine.within({ env }, 'close', '192.0.2.10', 'all', 'tcp', '22');
    expect(closing.errors).toContain('this would lock you out');
    expect((await machine.within({ env }, 'drop', '192.0.2.10')).errors).toContain('dropped');
    for (const words of [...all, ['open', 'all', 'all'], ['drop', '::/0']])
      expect(
        (await machine.within({ env }, words[0] ?? '', ...words.slice(1), '--force')).status,
        words.join(' '),
      ).toBe(0);
    expect(await holds('dynamic-drop-6', '2001:db8::9')).toBe(true);
  });

  test('switches turn rules on and off, and stay as they are', async () => {
    machine.put(
      'rules',
      '?SECTION NEW\nACCEPT net fw tcp 85 { switch=repair }\nACCEPT net fw tcp 86 { switch=!mail=1 }\n',
    );
    await machine.must('start');
    const reached = async (port: number) =>
      (await machine.lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port })).kind === 'refused';
    const both = async () => [await reached(85), await reached(86)];
    expect(await both()).toEqual([false, false]);
    await machine.must('switch', 'repair', 'on');
    await machine.must('switch', 'mail', 'off');
    expect(await both()).toEqual([true, true]);
    await machine.must('restart');
    expect(await both()).toEqual([true, true]);
    await machine.must('stop');
    await machine.must('start');
    expect(await both()).toEqual([true, true]);
    await machine.must('switch', 'repair', 'off');
    await machine.must('switch', 'mail', 'on');
    expect(await both()).toEqual([false, false]);
    expect((await machine.ftpwall('switch', 'nosuch', 'on')).status).toBe(3);
    expect((await machine.ftpwall('switch', 'repair', 'maybe')).status).toBe(2);
  });

  test('events are kept over a restart, and forget when their time is over', async () => {
    machine.put(
      'rules',
      '?SECTION NEW\nIfEvent(KNOCK,ACCEPT,900) net fw tcp 85\nSetEvent(KNOCK,DROP) net fw tcp 86\n' +
        'IfEvent(SOON,ACCEPT,3) net fw tcp 87\nSetEvent(SOON,DROP) net fw tcp 88\n',
    );
    await machine.must('start');
    const knock = async (port: number) =>
      (await machine.lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port })).kind;
    expect(await knock(85)).toBe('silence');
    expect(await knock(86)).toBe('silence');
    expect(await knock(85)).toBe('refused');
    expect(await shown('events', 'KNOCK')).toEqual(['event-KNOCK-900s-4  192.0.2.10']);
    await machine.must('restart');
    expect(await knock(85)).toBe('refused');
    expect(await knock(88)).toBe('silence');
    await until(async () => (await knock(87)) === 'silence');
    expect(await shown('events', 'SOON')).toEqual([]);
    expect(await knock(85)).toBe('refused');
  });

  test('without a firewall, or without the setting, it is said', async () => {
    expect((await machine.ftpwall('drop', '192.0.2.7')).status).toBe(3);
    machine.put('ftpwall.conf', 'DYNAMIC_BLACKLIST=No\n');
    await machine.must('start');
    expect((await machine.ftpwall('drop', '192.0.2.7')).errors).toContain('it needs DYNAMIC_BLACKLIST=Yes');
    expect((await machine.ftpwall('blacklist', '192.0.2.7')).errors).toContain('it needs DYNAMIC_BLACKLIST=ipset');
    await machine.must('stop');
    expect((await machine.ftpwall('drop', '192.0.2.7')).errors).toContain('is not running');
  });
});
