/** A round of the monitor that is ended while it asks: by a signal that it hears, and by one that it does not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Host } from './host.ts';
import { type Lab, openLab, threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';
import { writeCompiled } from './small-script.ts';

const files = {
  'ftpwall.conf': 'ROUTE_FILTER=No\nPROVIDER_OFFSET=16\n',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  providers: 'ISP1 1 - - eth0 192.0.2.254 track,balance\nISP2 2 - - eth1 10.0.1.254 track,balance\n',
};

let lab: Lab;
let firewall: Host;
let path: string;
beforeAll(() => {
  lab = openLab(threeNetworks);
  firewall = lab.firewall;
  path = writeCompiled(lab.folder, 'monitored', files);
  mkdirSync(join(lab.folder, 'ending'));
  // Whoever asks is ended by the one that it has asked.
  writeFileSync(join(lab.folder, 'ending', 'ping'), '#!/bin/sh\nkill -"$ENDING" "$PPID"\nexit 1\n', { mode: 0o755 });
});
afterAll(() => lab?.close());

const call = (verb: string) => firewall.must(['sh', path, verb]);
const ended = (signal: string) =>
  firewall.run([
    'env',
    `ENDING=${signal}`,
    `PATH=${lab.folder}/ending:${process.env.PATH}`,
    'sh',
    path,
    'probe',
    '3',
    '3',
  ]);

async function everything(): Promise<readonly string[]> {
  const rules = await firewall.must(['ip', '-N', 'rule', 'show']);
  const routes = await firewall.must(['ip', '-N', '-o', 'route', 'show', 'table', 'all']);
  return `${rules}\n${routes}`.split('\n').map((line) => line.trim());
}

const isQuestion = (line: string) => /lookup 100000\d proto 133|table 100000\d proto 133/.test(line);

describeKernel('a monitor that is ended while it asks', () => {
  test.each(['TERM', 'INT', 'HUP'])('takes its question with it at SIG%s', async (signal) => {
    await call('start');
    const before = await everything();
    const { status } = await ended(signal);
    expect(status).not.toBe(0);
    expect(await everything()).toEqual(before);
    await call('stop');
  });

  test.each(['stop', 'clear', 'probe'])('leaves it at SIGKILL, and %s takes it away', async (verb) => {
    const without = await everything();
    await call('start');
    const before = await everything();
    await ended('KILL');
    expect((await everything()).filter(isQuestion)).toHaveLength(2);
    if (verb === 'probe') {
      await firewall.must(['sh', path, 'probe', '9', '9', '127.0.0.1']);
      expect(await everything()).toEqual(before);
      await call('stop');
    } else await call(verb);
    expect(await everything()).toEqual(without);
  });
});
