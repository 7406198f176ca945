/**
 * A machine whose firewall moves between a Shorewall folder, a Shorewall6 folder, both together and a folder of ours: the
 * machine restarts after each step, and what was confirmed last comes up, for both IP versions.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ended } from './host.ts';
import { type Lab, openLab, threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { emptyRun } from './run-folder.ts';

const kinds = ['four', 'six', 'pair', 'ours'] as const;
type Kind = (typeof kinds)[number];

let lab: Lab;
let state: string;
let runs = 0;

const path = (name: string) => join(lab.folder, `${name}-${runs}`);

/** Writes the folder `name`, whose rules let in one port. */
function write(name: 'four' | 'six' | 'ours', port: number, files: Readonly<Record<string, string>> = {}): void {
  const type = { four: 'ipv4', six: 'ipv6', ours: 'ip' }[name];
  const settings = { four: 'shorewall.conf', six: 'shorewall6.conf', ours: 'ftpwall.conf' }[name];
  rmSync(path(name), { recursive: true, force: true });
  mkdirSync(path(name));
  const all = {
    [settings]:
      name === 'four' ? 'STARTUP_ENABLED=Yes\nDISABLE_IPV6=Yes\n' : name === 'six' ? 'STARTUP_ENABLED=Yes\n' : '',
    zones: `fw firewall\nnet ${type}\n`,
    interfaces: '?FORMAT 2\nnet eth0 -\n',
    policy: 'fw net ACCEPT\nall all DROP\n',
    rules: `?SECTION NEW\nACCEPT net fw tcp ${port}\n`,
    ...(name === 'ours' ? {} : { stoppedrules: `ACCEPT eth0 - tcp ${port}\n` }),
    ...files,
  };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(path(name), file), text);
}

const run = (...words: readonly string[]): Promise<Ended> =>
  lab.firewall.run([process.execPath, 'dist/ftpwall.js', ...words, '--state', state], {
    env: { ...process.env, SSH_CONNECTION: undefined },
  });

async function must(...words: readonly string[]): Promise<Ended> {
  const ended = await run(...words);
  expect(ended, `${words.join(' ')}: ${ended.errors}`).toMatchObject({ status: 0 });
  return ended;
}

const folders = (kind: Kind) => (kind === 'pair' ? [path('four'), path('six')] : [path(kind)]);

/** The machine goes down without a word, and comes up by what the unit runs. */
async function restartMachine(): Promise<number | null> {
  await lab.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}`]);
  return boot('start');
}

async function boot(verb: 'start' | 'stop'): Promise<number | null> {
  const ended = await lab.firewall.run(['env', `FTPWALL_STATE=${state}`, 'sh', 'packaging/init/ftpwall-boot', verb]);
  return ended.status;
}

/** For an IP version what is loaded: the port that is let in, `closed`, or `open`. */
async function filtered(version: 4 | 6): Promise<string> {
  const listing = await lab.firewall.must(['nft', '-s', 'list', 'ruleset']);
  const tables = listing.split(/^(?=table )/m);
  const own = tables.filter(
    (text) => text.startsWith('table inet ') || text.startsWith(`table ip${version === 4 ? '' : '6'} `),
  );
  if (!own.some((text) => /hook input .*policy drop/.test(text))) return 'open';
  const ports = own.flatMap((text) => [...text.matchAll(/dport (1[1-9]\d\d)/g)].map(([, port]) => port ?? ''));
  return ports.length === 0 ? 'closed' : [...new Set(ports)].join(' ');
}

const both = async () => [await filtered(4), await filtered(6)];

/** Whether an address is among those that are dropped. */
async function drops(version: 4 | 6): Promise<boolean> {
  const address = version === 4 ? '203.0.113.66' : '2001:db8::66';
  return new RegExp(`elements = \\{[^}]*${address}`).test(await lab.firewall.must(['nft', 'list', 'ruleset']));
}

/** Each kind follows each other one once: a circuit through all pairs. */
const walk: readonly Kind[] = [
  ...([
    'four',
    'pair',
    'four',
    'ours',
    'four',
    'six',
    'four',
    'six',
    'pair',
    'ours',
    'pair',
    'six',
    'ours',
    'six',
  ] as const),
];

describeKernel('a firewall that moves', () => {
  beforeAll(() => {
    lab = openLab(threeNetworks);
  });
  afterAll(() => lab?.close());
  beforeEach(async () => {
    runs += 1;
    state = path('state');
    await lab.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}`]);
  });

  test('filters each IP version as it was confirmed last, over restarts of the machine', async () => {
    let [v4, v6] = ['', 'closed'];
    for (const [index, kind] of walk.entries()) {
      const port = 1100 + index;
      const step = `${index}: ${walk[index - 1] ?? 'nothing'} to ${kind}`;
      for (const name of ['four', 'six', 'ours'] as const) write(name, port);
      const ended = await run('restart', ...folders(kind));
      if (walk[index - 1] === 'ours' && kind === 'six') {
        // A Shorewall6 folder says nothing of IPv4, which was filtered.
        expect([step, ended.status]).toEqual([step, 3]);
        expect(ended.errors).toContain('IPv4 is filtered now, and would be open');
      } else {
        expect([step, ended.status, ended.errors]).toEqual([step, 0, expect.any(String)]);
        // From a folder for both versions nothing of IPv6 carries over, and DISABLE_IPV6 closes it.
        if (kind === 'four' && walk[index - 1] === 'ours') v6 = 'closed';
        if (kind !== 'six') v4 = String(port);
        if (kind !== 'four') v6 = String(port);
      }
      if (index === 0) await must('drop', '203.0.113.66');
      if (index === 1) await must('drop', '2001:db8::66');
      expect([step, ...(await both())]).toEqual([step, v4, v6]);
      expect([step, await restartMachine()]).toEqual([step, 0]);
      expect([step, ...(await both())]).toEqual([step, v4, v6]);
      expect([step, await drops(4)]).toEqual([step, true]);
      if (v6 !== 'closed' && index > 0) expect([step, await drops(6)]).toEqual([step, true]);
      expect((await must('status')).output).toContain('running\n');
    }
  });

  test('that is tried and not confirmed comes back as it was, after a restart of the machine, too', async () => {
    for (const [index, [kind, next]] of (
      [
        ['four', 'ours'],
        ['pair', 'ours'],
        ['ours', 'pair'],
        ['pair', 'four'],
      ] as const
    ).entries()) {
      const port = 1200 + 2 * index;
      for (const name of ['four', 'six', 'ours'] as const) write(name, port);
      await must('restart', ...folders(kind));
      const before = await both();
      expect(before).not.toContain('open');
      for (const name of ['four', 'six', 'ours'] as const) write(name, port + 1);
      const tries = async () => {
        await must('safe-restart', '--no-wait', '--confirm-within', '60', ...folders(next));
        expect((await both())[0]).toBe(String(port + 1));
        expect((await both())[1]).not.toBe('open');
      };
      await tries();
      await must('drop', `198.51.100.${index + 1}`);
      await must('rollback');
      expect(await both()).toEqual(before);
      expect(await lab.firewall.must(['nft', 'list', 'ruleset'])).toContain(`198.51.100.${index + 1}`);
      await tries();
      await restartMachine();
      expect(await both()).toEqual(before);
      expect((await must('generations')).output).toContain('rolled back');
    }
  });

  test('is stopped, whatever folder is named, and stays closed', async () => {
    for (const name of ['four', 'six', 'ours'] as const) write(name, 1300);
    await must('restart', ...folders('pair'));
    await must('stop', path('ours'));
    // Its own stopped rules let the port in; those of the named folder have none.
    expect(await both()).toEqual(['1300', '1300']);
    expect(await run('status')).toMatchObject({ status: 4, output: expect.stringContaining('stopped') });
    expect(await boot('stop')).toBe(0);
    expect(await both()).toEqual(['1300', '1300']);
  });

  test('opens no IP version that was filtered, unless that is forced', async () => {
    for (const name of ['four', 'six', 'ours'] as const) write(name, 1400);
    write('four', 1400, { 'shorewall.conf': 'STARTUP_ENABLED=Yes\nDISABLE_IPV6=No\n' });
    await must('restart', ...folders('ours'));
    expect(await run('restart', path('four'))).toMatchObject({
      status: 3,
      errors: expect.stringMatching(
        /IPv6 is filtered now, and would be open: .* or set DISABLE_IPV6=Yes; nothing was changed/,
      ),
    });
    expect(await both()).toEqual(['1400', '1400']);
    await must('restart', '--force', path('four'));
    expect(await both()).toEqual(['1400', 'open']);
  });

  test('that an older version has kept by families comes up as it was loaded last', async () => {
    // Each family had a folder of its own below that of the state: the order of the links tells what replaced what.
    for (const name of ['four', 'six', 'ours'] as const) write(name, 1500);
    const base = state;
    const kept = async (name: string, kind: Kind) => {
      state = join(base, name);
      await must('restart', ...folders(kind));
      await lab.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}; sleep 0.05`]);
    };
    await kept('shorewall', 'pair');
    write('ours', 1501);
    await kept('.', 'ours');
    state = base;
    expect(await restartMachine()).toBe(0);
    expect(await both()).toEqual(['1501', '1501']);
    write('four', 1502);
    await kept('shorewall', 'four');
    state = base;
    expect(await restartMachine()).toBe(0);
    expect((await both())[0]).toBe('1502');
    expect((await both())[1]).not.toBe('open');
    // The first load takes the old links away.
    write('ours', 1503);
    await must('restart', path('ours'));
    await lab.firewall.must(['sh', '-c', `[ ! -L ${base}/shorewall/boot ]`]);
    expect(await restartMachine()).toBe(0);
    expect(await both()).toEqual(['1503', '1503']);
  });

  test('is known by what it is made of', async () => {
    for (const name of ['four', 'six', 'ours'] as const) write(name, 1600);
    await must('restart', path('ours'));
    await must('restart', ...folders('pair'));
    write('six', 1601);
    const said = await must('restart', path('six'));
    expect(said.errors).toContain(`IPv4 stays as generation 2 has it, from ${path('four')}`);
    const { generations } = JSON.parse((await must('generations', '--json')).output);
    const known = generations.map(({ families, configuration, configuration6, outcome, replaces }: never) => ({
      families,
      configuration: (configuration as { folder: string }).folder,
      configuration6: (configuration6 as { folder: string } | undefined)?.folder,
      outcome,
      replaces,
    }));
    const pair = { families: ['ip', 'ip6'], configuration: path('four'), configuration6: path('six') };
    expect(known).toEqual([
      { families: ['inet'], configuration: path('ours'), configuration6: undefined, outcome: 'confirmed' },
      { ...pair, outcome: 'confirmed', replaces: 1 },
      { ...pair, outcome: 'confirmed', replaces: 2 },
    ]);
    const carried = join(state, 'current', 'configuration', 'rules');
    expect(readFileSync(carried, 'utf8')).toContain('1600');
  });
});
