/** `arprules` in the kernel: messages of ARP that real hosts say and hear, and the table from start to clear. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

const base = {
  zones: 'fw firewall\nnet ip\nloc ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
};

let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await lab?.firewall.must(['nft', 'flush', 'ruleset']);
});

let scripts = 0;

function scriptOf(arprules: string): string {
  const { artifact, report } = compile(memoryEnvironment({ ...base, arprules }), { version: '0', scriptTemplate });
  expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  scripts += 1;
  const path = join(lab.folder, `arp-${scripts}`);
  writeFileSync(path, artifact?.script ?? '');
  chmodSync(path, 0o755);
  return path;
}

async function call(path: string, ...words: readonly string[]): Promise<void> {
  const { status, errors } = await lab.firewall.run(['sh', path, ...words]);
  expect({ status, errors: status === 0 ? '' : errors }).toEqual({ status: 0, errors: '' });
}

/** What a host hears after it has said something, or while somebody else does something. */
async function heardBy(
  name: string,
  said: readonly string[],
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<readonly string[]> {
  const words = ['-I', `${import.meta.dirname}/arp.py`, 'eth0', ...said];
  const { stdin, stdout } = lab.host(name).start({ path: 'python3', env: process.env }, words);
  if (!stdin || !stdout) throw new Error('a program without pipes');
  const heard: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    if (line !== 'ready') heard.push(line);
    else void meanwhile().then(() => stdin.end());
  }
  return heard;
}

async function tables(): Promise<string> {
  return lab.firewall.must(['nft', 'list', 'tables']);
}

async function hardwareOf(name: string): Promise<string> {
  return (await lab.firewall.must(['cat', `/sys/class/net/${name}/address`])).trim();
}

describeKernel('ARP', () => {
  test('what is heard: by sender, by hardware address, by operation', async () => {
    await call(
      scriptOf(
        'DROP eth0:192.0.2.66\nACCEPT eth1::02:00:00:00:00:01\nDROP eth1::02:00:00:00:00:09/ff:ff:00:00:00:00\nDROP eth1:!10.0.1.0/24 - 1\n',
      ),
      'start',
    );
    const mac = await hardwareOf('eth1');
    const asked = (sender: string, hardware?: string) =>
      heardBy('loc', ['1', sender, '10.0.1.1', ...(hardware ? [hardware] : [])]);
    const [outside, refused, known, strange, foreign, usual] = await Promise.all([
      heardBy('net', ['1', '192.0.2.10', '192.0.2.1']),
      heardBy('net', ['1', '192.0.2.66', '192.0.2.1']),
      asked('10.0.1.31', '02:00:00:00:00:01'),
      asked('10.0.1.32', '02:00:00:00:00:02'),
      asked('10.7.7.7'),
      asked('10.0.1.33'),
    ]);
    const to = (lines: readonly string[], address: string) => lines.filter((line) => line.endsWith(` ${address}`));
    expect(to(outside, '192.0.2.10')).toHaveLength(1);
    expect(to(refused, '192.0.2.66')).toEqual([]);
    expect(to(known, '10.0.1.31')).toEqual([`2 ${mac} 10.0.1.1 10.0.1.31`]);
    expect(to(strange, '10.0.1.32')).toEqual([]);
    expect(to(foreign, '10.7.7.7')).toEqual([]);
    expect(to(usual, '10.0.1.33')).toHaveLength(1);
  });

  test('what is said: the sender is written anew, and with C the next lines are asked', async () => {
    await call(
      scriptOf(
        'SNAT:10.0.1.77 - eth1:10.0.1.0/24 1\nSMATC:02:00:00:00:00:77 - eth0 2\nSNAT:192.0.2.77 - eth0:192.0.2.10 !1\nDROP - eth0 2\n',
      ),
      'start',
    );
    const requests = await heardBy('loc', [], () => lab.firewall.run(['ping', '-c', '1', '-W', '1', '10.0.1.50']));
    expect(requests).toContain(`1 ${await hardwareOf('eth1')} 10.0.1.77 10.0.1.50`);
    const answers = await heardBy('net', ['1', '192.0.2.10', '192.0.2.1']);
    expect(answers).toContain('2 02:00:00:00:00:77 192.0.2.77 192.0.2.10');
    expect(await heardBy('net', ['1', '192.0.2.11', '192.0.2.1'])).toEqual([]);
  });

  test('the table is made, replaced, undone and removed with the rules', async () => {
    const plain = scriptOf('');
    const [first, second] = [scriptOf('DROP eth0:192.0.2.66\n'), scriptOf('DROP eth0:192.0.2.67\n')];
    const rules = () => lab.firewall.must(['nft', 'list', 'table', 'arp', 'ftpwall']);
    await call(plain, 'start');
    expect(await tables()).toBe('table inet ftpwall\n');
    await call(first, 'start', '60');
    expect(await rules()).toContain('192.0.2.66');
    await call(first, 'rollback');
    expect(await tables(), 'a rollback to rules without ARP').toBe('table inet ftpwall\n');
    await call(first, 'start');
    await heardBy('net', ['1', '192.0.2.66', '192.0.2.1']);
    const counted = await rules();
    expect(counted).toMatch(/counter packets [1-9]/);
    await call(first, 'restart');
    expect(await rules(), 'counts go on').toBe(counted);
    await call(second, 'start', '60');
    expect(await rules()).not.toContain('192.0.2.66');
    await call(second, 'rollback');
    expect(await rules()).toContain('192.0.2.66');
    await call(plain, 'start');
    expect(await tables(), 'a generation is all of the firewall').toBe('table inet ftpwall\n');
    await call(first, 'start');
    await call(first, 'stop');
    expect(await tables()).toBe('table inet ftpwall\n');
    await call(first, 'boot');
    expect(await rules()).toContain('192.0.2.66');
    await call(plain, 'clear');
    expect(await tables()).toBe('');
  });

  test('a load that fails leaves the table as it was', async () => {
    const [first, second] = [scriptOf('DROP eth0:192.0.2.66\n'), scriptOf('DROP eth0:192.0.2.67\n')];
    await call(first, 'start');
    const before = await lab.firewall.must(['nft', 'list', 'ruleset']);
    // The kernel judges the whole transaction: what it refuses last takes all of it back.
    const broken = join(lab.folder, 'broken');
    const text = await lab.firewall.must(['cat', second]);
    writeFileSync(broken, text.replaceAll('192.0.2.67', '192.0.2.67/99'));
    const { status } = await lab.firewall.run(['sh', broken, 'start']);
    expect(status).toBe(3);
    expect(await lab.firewall.must(['nft', 'list', 'ruleset'])).toBe(before);
  });
});
