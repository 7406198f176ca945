/** The map of what commands refuse: what was in a set for each verb before, and changes that see something else than they make. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

const machine = administered(threeNetworks, {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nACCEPT net fw tcp 22\n',
});

async function refused(): Promise<readonly string[]> {
  const { output } = await machine.must('show', 'blacklists');
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/ {2}\(.*/, (time) => (time.includes('left)') ? ' for a time' : '')))
    .sort();
}

/** The set of a verb in a table of a former version. */
function setOf(verb: string, version: 4 | 6, elements: string): string {
  return `set dynamic-${verb}-${version} { type ipv${version}_addr; flags interval,timeout; elements = { ${elements} }; }\n`;
}

/** The verb of the script that runs, called as others do. */
function script(input: string, ...words: readonly string[]) {
  return machine.firewall.run(['sh', join(machine.state, 'current', 'firewall'), ...words], { input });
}

describeKernel('the map of refused addresses', () => {
  test('holds what a former version held in a set for each verb; the longer time counts where they share addresses', async () => {
    const sets = [
      setOf('drop', 4, '192.0.2.7, 198.51.100.7 timeout 10m, 203.0.113.0/25 timeout 10m, 255.255.255.255'),
      setOf('reject', 4, '198.51.100.0/24, 192.0.2.8 timeout 1h'),
      setOf('logdrop', 4, '203.0.113.5, 192.0.2.7'),
      setOf('drop', 6, '2001:db8::7 timeout 10m'),
      setOf('logreject', 6, '2001:db8::/32 timeout 1h, ::1.2.3.4'),
    ];
    const table = `table inet ftpwall {\nchain about { comment "ftpwall running"; }\n${sets.join('')}}\n`;
    await machine.firewall.must(['nft', '-f', '-'], table);
    await machine.must('start');
    expect(await refused()).toEqual([
      'drop  192.0.2.7',
      'drop  203.0.113.0-203.0.113.4 for a time',
      'drop  203.0.113.6-203.0.113.127 for a time',
      'drop  255.255.255.255',
      'logdrop  203.0.113.5',
      'logreject  2001:db8::/32 for a time',
      expect.stringMatching(/^logreject {2}::(1\.2\.3\.4|102:304)$/),
      'reject  192.0.2.8 for a time',
      'reject  198.51.100.0/24',
    ]);
    expect(await machine.listing()).not.toMatch(/set dynamic-/);
  });

  test('and what it has kept of them, as this one keeps it for that', async () => {
    mkdirSync(machine.state, { recursive: true });
    const kept = [
      'drop-4\tipv4_addr\t192.0.2.0/24\t0',
      'reject-4\tipv4_addr\t192.0.2.7\t0',
      'drop-6\tipv6_addr\t::7\t0',
    ];
    const text = `at another 1 0\n${kept.map((line) => `dynamic-${line}\n`).join('')}`;
    writeFileSync(join(machine.state, 'sets'), text, { mode: 0o600 });
    await machine.must('start');
    expect(await refused()).toEqual(['drop  192.0.2.0/24', 'drop  ::7']);
    await machine.must('reject', '192.0.2.7');
    await machine.must('stop');
    expect(readFileSync(join(machine.state, 'sets'), 'utf8').split('\n').slice(1).sort()).toEqual([
      '',
      'dynamic-drop-4\tipv4_addr\t192.0.2.0-192.0.2.6\t0',
      'dynamic-drop-4\tipv4_addr\t192.0.2.8-192.0.2.255\t0',
      'dynamic-drop-6\tipv6_addr\t::7\t0',
      'dynamic-reject-4\tipv4_addr\t192.0.2.7\t0',
    ]);
  });

  test('keeps its addresses where the whole table is replaced, since others have changed it', async () => {
    await machine.must('start');
    await machine.must('drop', '192.0.2.7');
    await machine.must('logreject', '192.0.2.64/26', '1h');
    await machine.firewall.must(['nft', 'add chain inet ftpwall foreign']);
    await machine.must('restart', '--force');
    expect(await machine.listing()).not.toContain('foreign');
    expect(await refused()).toEqual(['drop  192.0.2.7', 'logreject  192.0.2.64/26 for a time']);
  });

  test('one address is on one list: the longer time counts, of equal ones the last verb', async () => {
    await machine.must('start');
    await machine.must('reject', '198.51.100.0/24');
    const shorter = await machine.must('drop', '198.51.100.7', '10m');
    expect(shorter.errors).toContain('refused already, for as long or longer, by 198.51.100.0/24 (reject)');
    await machine.must('drop', '198.51.100.7');
    expect(await refused()).toEqual([
      'drop  198.51.100.7',
      'reject  198.51.100.0-198.51.100.6',
      'reject  198.51.100.8-198.51.100.255',
    ]);
    await machine.must('logdrop', '198.51.100.0/24');
    expect(await refused()).toEqual(['logdrop  198.51.100.0/24']);
  });

  test('is changed by the script alone, a list at a time', async () => {
    await machine.must('start');
    const change = async (...words: readonly string[]) => (await script('', 'change', ...words)).output;
    expect(await change('add', 'dynamic-drop-4', '192.0.2.7', '0')).toBe('added\n');
    expect(await change('add', 'dynamic-drop-4', '192.0.2.0/24', '0')).toBe('overlaps\n');
    expect(await change('delete', 'dynamic-reject-4', '192.0.2.7', '0')).toBe('absent\n');
    expect(await refused()).toEqual(['drop  192.0.2.7']);
    expect(await change('add', 'dynamic-reject-4', '192.0.2.7', '600')).toBe('again\n');
    expect(await refused()).toEqual(['reject  192.0.2.7 for a time']);
    expect(await change('delete', 'dynamic-reject-4', '192.0.2.7', '0')).toBe('deleted\n');
    expect(await refused()).toEqual([]);
  });

  test('loses nothing to a change that was made for what is no more so, or for one list alone', async () => {
    await machine.must('start');
    await machine.must('reject', '192.0.2.7');
    const line = (...words: readonly string[]) => `${words.join('\t')}\n`;
    const taken = ['inet', 'dynamic-drop-4', '192.0.2.7'];
    expect((await script(line('held', ...taken) + line('delete', ...taken), 'exchange')).output).toBe('stale\n');
    const flushed = await script(line('flush', 'inet', 'dynamic-drop-4'), 'exchange');
    expect(flushed.status).not.toBe(0);
    expect(flushed.errors).toContain('nothing was changed');
    expect(await refused()).toEqual(['reject  192.0.2.7']);
  });
});
