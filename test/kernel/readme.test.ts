/** The example of the README in a real network: each row of its table is tried, and comes out as the row says. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFiles, readme } from '../support/readme.ts';
import { documentedNetworks } from './documented.ts';
import { fetch, type Mode } from './ftp/client.ts';
import { startFtpServer } from './ftp/server.ts';
import type { Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

interface Row {
  readonly from: string;
  readonly address: string;
  readonly port: number;
  readonly result: string;
}

const rows = [...readme().matchAll(/^\| `(net|loc|dmz)` \| `([\d.]+)` tcp (\d+) \| (.+) \|$/gm)].map(
  ([, from = '', address = '', port = '', result = '']): Row => ({ from, address, port: Number(port), result }),
);

/** Ports on which somebody listens, so that what is silent is so by the firewall. Port 21 is the FTP server's. */
const served = { fw: [22], net: [80], loc: [445], dmz: [22, 40_000] };

describeKernel('the example of the README', () => {
  let lab: Lab;
  const host = (name: string): Host => (name === 'fw' ? lab.firewall : lab.host(name));

  beforeAll(async () => {
    lab = openLab(documentedNetworks);
    await Promise.all(
      Object.entries(served).flatMap(([name, ports]) => ports.map((port) => host(name).serve('tcp', port))),
    );
    await startFtpServer(lab.host('dmz'), lab.folder, { port: 21 });
  });
  afterAll(() => lab?.close());

  const forwarding = () => lab.firewall.must(['cat', '/proc/sys/net/ipv4/ip_forward']);
  const from = (row: Row) => lab.host(row.from).attempt({ protocol: 'tcp', ...row });

  test('without it the firewall forwards nothing and refuses nobody', async () => {
    expect((await forwarding()).trim()).toBe('0');
    for (const row of rows.filter(({ port }) => port === 22))
      expect((await from(row)).kind, row.result).toBe(row.address === '10.0.2.10' ? 'silence' : 'connected');
  });

  test('is loaded, and turns forwarding on', async () => {
    const folder = mkdtempSync(join(lab.folder, 'example-'));
    for (const [name, text] of Object.entries(exampleFiles())) writeFileSync(join(folder, name), text);
    chmodSync(folder, 0o755);
    const words = ['node', 'dist/ftpwall.js', 'start', folder, '--state', join(lab.folder, 'state')];
    const { status, errors } = await lab.firewall.run(words);
    expect(status, errors).toBe(0);
    expect((await forwarding()).trim()).toBe('1');
  });

  test('has a row for each zone and each fate', () => {
    expect(rows.length).toBeGreaterThan(8);
    for (const word of ['passes', 'is refused', 'is dropped'])
      expect(rows.filter(({ result }) => result.startsWith(word)).length, word).toBeGreaterThan(1);
  });

  const files = rows.find(({ port }) => port === 21);
  const others = rows.filter(({ port }) => port !== 21);
  test.each(others)('$from to $address:$port $result', async (row) => {
    const outcome = await from(row);
    if (row.result.startsWith('is dropped')) expect(outcome).toEqual({ kind: 'silence' });
    else if (row.result.startsWith('is refused')) expect(outcome.kind).toBe('refused');
    else {
      const seen = /seen as ([\d.]+)/.exec(row.result)?.[1];
      expect(outcome).toMatchObject({ kind: 'connected', ...(seen !== undefined && { seen }) });
    }
  });

  test.each(['PASV', 'PASV-address', 'EPSV', 'PORT', 'EPRT'] as const satisfies readonly Mode[])(
    'a file comes by %s, from 10.0.2.10',
    async (mode) => {
      if (files === undefined) throw new Error('no row is about FTP');
      expect(files.result).toBe('passes to 10.0.2.10, and files come, passive and active');
      const { from: name, address, port } = files;
      expect(await fetch(lab.host(name), { client: 'curl', mode, address, port })).toEqual({ kind: 'fetched' });
    },
  );
});
