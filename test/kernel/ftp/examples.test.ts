/** What people write about FTP and firewalls in books and questions, as configurations of ours, with real transfers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { admissions, countedWhile, refusals, refusedSince, transferRule } from './admissions.ts';
import { fetch, fetchInVain, type Mode } from './client.ts';
import { fetchesOf } from './modes.ts';
import { type Configuration, startFirewall, type Target } from './placements.ts';
import { startFtpServer } from './server.ts';

let lab: Lab;
const server = '10.0.2.10';
const outside = '192.0.2.10';
const range = ['pasv_min_port=10000', 'pasv_max_port=10500'];
const otherRange = ['pasv_min_port=11000', 'pasv_max_port=11500'];
const from20 = 'connect_from_port_20=YES';

describeKernel('examples', () => {
  beforeAll(async () => {
    lab = openLab();
    const [dmz, net] = [lab.host('dmz'), lab.host('net')];
    await Promise.all([
      startFtpServer(dmz, lab.folder, { port: 21, lines: [...range, from20] }),
      startFtpServer(dmz, lab.folder, { port: 49, lines: otherRange }),
      startFtpServer(net, lab.folder, { port: 21 }),
      ...[80, 443, 1863].map((port) => net.serve('tcp', port)),
      dmz.serve('tcp', 10_300),
    ]);
  });
  afterAll(() => lab?.close());

  /** Fetches with curl, or tries to; says what let it pass and who refused. */
  async function tried(from: string, target: Target, mode: Mode, inVain = false) {
    let kind = '';
    const counted = await countedWhile(lab, async () => {
      const wanted = { client: 'curl', mode, ...target } as const;
      const host = lab.host(from);
      kind = (await (inVain ? fetchInVain(host, wanted, await refusedSince(lab)) : fetch(host, wanted))).kind;
    });
    return { kind, admitted: admissions(counted), refused: refusals(counted) };
  }

  const connect = async (from: string, address: string, port: number) =>
    (await lab.host(from).attempt({ protocol: 'tcp', address, port })).kind;

  describe('a server on port 49 besides 21', () => {
    beforeAll(async () => {
      await startFirewall(lab, {
        rules: [`ACCEPT net dmz:${server} tcp 21,49`],
        files: { modules: 'loadmodule ip_conntrack_ftp ports=21,49\nloadmodule ip_nat_ftp ports=21,49\n' },
      });
    });
    test.each([21, 49].flatMap((port) => fetchesOf({ address: server, port })))(
      '$client fetches by $mode from port $port',
      async (wanted) => {
        const counted = await countedWhile(lab, async () => {
          expect(await fetch(lab.host('net'), wanted)).toEqual({ kind: 'fetched' });
        });
        expect(admissions(counted)).toEqual({ rules: 1, [transferRule]: 1 });
      },
    );
  });

  describe('active transfers without a helper, from port 20', () => {
    const configuration: Configuration = {
      settings: ['HELPERS=none'],
      rules: ['ACCEPT net dmz tcp 21', 'ACCEPT:info dmz net tcp - 20'],
    };
    const target = { address: server, port: 21 };
    test('PORT comes by the second line', async () => {
      await startFirewall(lab, configuration);
      expect(await tried('net', target, 'PORT')).toMatchObject({ kind: 'fetched', admitted: { rules: 2 } });
    });
    test('PASV has no line and does not come', async () => {
      const { kind, admitted, refused } = await tried('net', target, 'PASV', true);
      expect({ kind, admitted }).toEqual({ kind: 'failed', admitted: { rules: 1 } });
      expect(refused).toContain('policy:1');
    });
  });

  test('passive transfers without a helper, by the range of the server', async () => {
    await startFirewall(lab, {
      settings: ['HELPERS=none'],
      rules: [`ACCEPT net dmz:${server} tcp 21,10000:10500`],
    });
    for (const mode of ['PASV', 'EPSV'] as const) {
      const target = { address: server, port: 21 };
      expect(await tried('net', target, mode)).toMatchObject({ kind: 'fetched', admitted: { rules: 2 } });
    }
    expect((await tried('net', { address: server, port: 21 }, 'PORT', true)).kind).toBe('failed');
  });

  test('a private network that may use ports 21, 443 and 1863 alone', async () => {
    await startFirewall(lab, {
      rules: ['ACCEPT loc net tcp 21,443,1863'],
      files: { snat: 'MASQUERADE 10.0.1.0/24 eth0\n' },
    });
    for (const mode of ['PASV', 'EPSV', 'PORT', 'EPRT'] as const) {
      const { kind, admitted } = await tried('loc', { address: outside, port: 21 }, mode);
      expect({ kind, admitted }).toEqual({ kind: 'fetched', admitted: { rules: 1, [transferRule]: 1 } });
    }
    expect(await connect('loc', outside, 443)).toBe('connected');
    expect(await connect('loc', outside, 1863)).toBe('connected');
    expect(await connect('loc', outside, 80)).toBe('silence');
  });

  test('the range 10000 to 10500 for what is established and related alone', async () => {
    await startFirewall(lab, {
      rules: [],
      files: {
        modules: 'loadmodule nf_conntrack_ftp ports=21,49\n',
        rules: [
          '?SECTION RELATED',
          'ACCEPT net dmz tcp 10000:10500 { helper=ftp }',
          'DROP net dmz',
          '?SECTION NEW',
          'ACCEPT net dmz tcp 21,49\n',
        ].join('\n'),
      },
    });
    const inRange = await tried('net', { address: server, port: 21 }, 'PASV');
    expect(inRange).toMatchObject({ kind: 'fetched', admitted: { rules: 2 } });
    // Nobody announced it, so that the range is closed.
    expect(await connect('net', server, 10_300)).toBe('silence');
    const beside = await tried('net', { address: server, port: 49 }, 'PASV', true);
    expect(beside).toMatchObject({ kind: 'failed', admitted: { rules: 1 } });
    expect(beside.refused[0]).toMatch(/^rules:/);
  });
});
