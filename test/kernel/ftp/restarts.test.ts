/** FTP while the firewall is replaced: transfers go on, and what was announced before a restart still comes after it. */
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { program } from '../programs.ts';
import { ftpwall, startFirewall, writeConfiguration } from './placements.ts';
import { fileName, fileText, startFtpServer } from './server.ts';

const largeFile = { name: 'large.bin', bytes: 40_000_000, bytesPerSecond: '6M' };

let lab: Lab;
let folder: string;

beforeAll(async () => {
  lab = openLab();
  await startFtpServer(lab.host('dmz'), lab.folder, { port: 21 });
  const home = readdirSync(lab.folder).find((name) => name.startsWith('ftp-')) ?? '';
  const large = join(lab.folder, home, 'files', largeFile.name);
  writeFileSync(large, '', { mode: 0o644 });
  truncateSync(large, largeFile.bytes);
  // The server is reached by DNAT, so that the helper rewrites what it announces.
  folder = await startFirewall(lab, { rules: ['FTP(DNAT) net dmz:10.0.2.10 - - - 192.0.2.1'] });
});
afterAll(() => lab?.close());

async function restart(): Promise<void> {
  const ended = await ftpwall(lab, ['restart', folder]);
  expect(ended, ended.errors).toMatchObject({ status: 0 });
}

/** Speaks FTP line by line: announces a data connection, waits for a word on its input, and then fetches. */
const client = `
import socket, sys
mode, name = sys.argv[1:]
control = socket.create_connection(('192.0.2.1', 21), 60)
lines = control.makefile('rw', newline='\\r\\n')
def say(text):
    if text: lines.write(text + '\\r\\n'); lines.flush()
    answer = lines.readline()
    while answer[3:4] == '-': answer = lines.readline()
    return answer
say(''); say('USER anonymous'); say('PASS x'); say('TYPE I')
if mode == 'PASV':
    numbers = say('PASV').split('(')[1].split(')')[0].split(',')
    there = ('.'.join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
else:
    listening = socket.create_server((control.getsockname()[0], 0))
    host, port = listening.getsockname()
    say('PORT %s,%d,%d' % (host.replace('.', ','), port // 256, port % 256))
print('announced', flush=True)
sys.stdin.readline()
if mode == 'PASV':
    data = socket.create_connection(there, 60)
    say('RETR ' + name)
else:
    listening.settimeout(60)
    lines.write('RETR %s\\r\\n' % name); lines.flush()
    data, _ = listening.accept()
data.settimeout(60)
got = 0
while True:
    part = data.recv(65536)
    if not part: break
    got += len(part)
print(got, flush=True)
`;

describeKernel('a restart', () => {
  test('does not end a transfer that is under way', async () => {
    const fetching = lab
      .host('net')
      .run([
        program('curl').path,
        ...['--silent', '--show-error', '--noproxy', '*', '--limit-rate', largeFile.bytesPerSecond],
        ...['--output', '/dev/null', '--write-out', '%{size_download}'],
        `ftp://192.0.2.1/${largeFile.name}`,
      ]);
    let under = true;
    const ended = fetching.finally(() => {
      under = false;
    });
    let restarts = 0;
    for (; under; restarts += 1) await restart();
    expect(await ended).toMatchObject({ status: 0, output: String(largeFile.bytes) });
    expect(restarts).toBeGreaterThan(0);
    console.log(`${largeFile.bytes / 1e6} MB came by FTP during ${restarts} restarts`);
  });

  test('with --revoke ends a transfer when its rule has gone, and not before', async () => {
    await lab.firewall.must(['conntrack', '-F']);
    const fetching = lab
      .host('net')
      .run([
        program('curl').path,
        ...[
          '--silent',
          '--show-error',
          '--noproxy',
          '*',
          '--limit-rate',
          '200K',
          '--speed-time',
          '6',
          '--speed-limit',
          '1',
        ],
        ...['--output', '/dev/null', `ftp://192.0.2.1/${largeFile.name}`],
      ]);
    const tracked = async () => {
      const listed = await lab.firewall.must([
        'conntrack',
        '-L',
        '-p',
        'tcp',
        '-s',
        '192.0.2.10',
        '--state',
        'ESTABLISHED',
      ]);
      return listed.split('\n').filter((line) => line.includes('dst=192.0.2.1')).length;
    };
    await until(async () => (await tracked()) === 2);
    const revoke = async (rule: string) => {
      const changed = writeConfiguration(lab, { rules: [rule] });
      return (await ftpwall(lab, ['restart', changed, '--revoke'])).errors;
    };
    expect(await revoke('FTP(DNAT) net dmz:10.0.2.10 - - - 192.0.2.1')).toContain('0 of ');
    expect(await tracked()).toBe(2);
    expect(await revoke('HTTP(ACCEPT) net fw')).toMatch(/2 of 2 connections were revoked/);
    expect(await tracked()).toBe(0);
    expect((await fetching).status).not.toBe(0);
    await restart();
  });

  test.each(['PASV', 'PORT'])('between %s and its data connection breaks nothing', async (mode) => {
    const child = lab.host('net').start(program('python3'), ['-c', client, mode, fileName]);
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += String(text);
    });
    const said: string[] = [];
    const lines = child.stdout && createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => said.push((await lines?.next())?.value ?? `it ended: ${errors}`);
    await next();
    await restart();
    child.stdin?.write('\n');
    await next();
    expect(said).toEqual(['announced', String(fileText.length)]);
  });
});
