/** `metrics` over restarts, edits, stop and start: whatever happens to the rules, no counter goes back. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';

const machine = administered(
  threeNetworks,
  {
    'ftpwall.conf': '',
    zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n',
    policy: 'fw all ACCEPT\nall all DROP\n',
    rules: '?SECTION NEW\nACCEPT net fw tcp 8000\n',
  },
  ({ lab }) => lab.firewall.serve('tcp', 8000),
);

const connect = (port: number) => machine.lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port });

/** How often the same rules are loaded again; 20 is asked for before a release. */
const restarts = Number(process.env.FTPWALL_RESTARTS ?? 4);

/** The values of a call, by name and labels. */
async function metrics(): Promise<ReadonlyMap<string, number>> {
  const { output } = await machine.must('metrics');
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\S.*) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

const line = 'ftpwall_line_packets_total{line="rules:2",text="ACCEPT net fw tcp 8000"}';
const pair = 'ftpwall_zone_pair_packets_total{source="net",destination="fw"}';

describeKernel('metrics', () => {
  test('without a firewall it tells that the machine is open, and makes no state', async () => {
    const now = await metrics();
    expect(now.get('ftpwall_running')).toBe(0);
    expect(now.get('ftpwall_state{state="cleared"}')).toBe(1);
    expect([...now.keys()].filter((name) => name.includes('_total'))).toEqual([]);
  });

  test('counts each packet once, by line and by pair', async () => {
    await machine.must('start');
    await connect(8000);
    await connect(8000);
    await connect(81);
    const now = await metrics();
    expect(now.get(line)).toBe(2);
    const policy = now.get('ftpwall_line_packets_total{line="policy:2",text="all all DROP"}') ?? 0;
    expect(policy).toBeGreaterThan(0);
    expect(now.get(pair)).toBe(2 + policy);
    expect(now.get('ftpwall_generation')).toBe(1);
    expect(now.get('ftpwall_drift')).toBe(0);
  });

  test('no counter goes back while lines come, go and become a map, or over stop and start', async () => {
    const rule = 'ACCEPT net fw tcp 8000';
    const many = Array.from({ length: 12 }, (_, index) => `ACCEPT net fw tcp ${9000 + 2 * index}`);
    const edits = [[rule], [rule, 'ACCEPT net fw tcp 81'], ['ACCEPT loc fw tcp 81', rule], [rule, ...many], [rule], []];
    await machine.must('start');
    let before = await metrics();
    for (const [round, lines] of edits.entries()) {
      await connect(8000);
      const counted = await metrics();
      machine.rules(...lines);
      await machine.must('restart');
      if (round === 4) {
        await machine.must('stop');
        expect((await metrics()).get('ftpwall_running')).toBe(0);
        await machine.must('start');
      }
      const after = await metrics();
      for (const [then, now] of [
        [before, counted],
        [counted, after],
      ] as const) {
        const back = [...then].filter(([name, value]) => name.includes('_total') && (now.get(name) ?? value) < value);
        expect(back).toEqual([]);
      }
      before = after;
    }
    expect(before.get(pair)).toBeGreaterThanOrEqual(edits.length);
  });

  test('restarts of the same rules, each with packets between: what promtool takes, and no counter goes back', async () => {
    machine.rules('ACCEPT net fw tcp 8000');
    await machine.must('start');
    let before = await metrics();
    for (let round = 0; round < restarts; round += 1) {
      await connect(8000);
      await machine.must('restart');
      const after = await metrics();
      const back = [...before].filter(([name, value]) => name.includes('_total') && (after.get(name) ?? -1) < value);
      expect(back, `restart ${round + 1}`).toEqual([]);
      expect(after.get(line)).toBe((before.get(line) ?? 0) + 1);
      before = after;
    }
    const { path, env } = program('promtool');
    const { output } = await machine.must('metrics');
    const judged = spawnSync(path, ['check', 'metrics'], { encoding: 'utf8', env, input: output });
    expect(`${judged.stdout}${judged.stderr}`).toBe('');
    expect(judged.status).toBe(0);
  });

  test('--output replaces the file whole, for another user to read, and leaves nothing beside it', async () => {
    const folder = machine.folder('collector');
    await machine.firewall.must(['mkdir', folder]);
    const file = join(folder, 'ftpwall.prom');
    for (let count = 0; count < 2; count += 1) await machine.must('metrics', '--output', file);
    expect(readdirSync(folder)).toEqual(['ftpwall.prom']);
    expect(readFileSync(file, 'utf8')).toContain('\nftpwall_state{state="cleared"} 1\n');
    expect(await machine.firewall.must(['stat', '-c', '%a', file])).toBe('644\n');
    expect(await machine.ftpwall('metrics', '--output', join(folder, 'no', 'file'))).toMatchObject({
      status: 3,
      errors: expect.stringContaining('the metrics could not be written'),
    });
  });
});
