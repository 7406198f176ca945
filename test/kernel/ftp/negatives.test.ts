/** What a helper must never open. Each test shows first, or beside, that the same thing passes where it is allowed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../lab.ts';
import { describeKernel } from '../possible.ts';
import { admissions, countedWhile, refusals, refusedSince, transferRule } from './admissions.ts';
import { fetch, fetchInVain } from './client.ts';
import { type Configuration, startFirewall } from './placements.ts';
import { account, startFtpServer } from './server.ts';

let lab: Lab;
const client = '192.0.2.10';
const server = '10.0.2.10';
const third = '10.0.1.10';
const announced = 40_000;
const login = [`USER ${account.name}`, `PASS ${account.password}`];

/** The comment of the rule that refuses what a helper expects and nothing admitted. */
const unannounced = 'RELATED, but no admitted connection announced it';

/** An address and port as PORT and 227 write them (RFC 959, section 5.3.2). */
function written(address: string, port: number): string {
  return [...address.split('.'), port >> 8, port & 255].join(',');
}

/** Attaches a helper behind our back, as another table on the machine may. */
async function foreignHelper(helper: string, port: number): Promise<void> {
  const table = `table inet others {
    ct helper foreign { type "${helper}" protocol tcp; }
    chain attach { type filter hook prerouting priority -150; tcp dport ${port} ct helper set "foreign"; }
  }\n`;
  await lab.firewall.must(['nft', '-f', '-'], table);
}

describeKernel('a helper does not open', () => {
  beforeAll(async () => {
    lab = openLab();
    await Promise.all([
      startFtpServer(lab.host('dmz'), lab.folder, { port: 21 }),
      startFtpServer(lab.host('net'), lab.folder, { port: 21 }),
      ...['net', 'loc', 'dmz'].map((name) => lab.host(name).serve('tcp', announced)),
      lab.host('net').serve('tcp', 22),
    ]);
  });
  afterAll(() => lab?.close());
  beforeEach(async () => {
    await lab.firewall.run(['nft', 'delete', 'table', 'inet', 'others']);
    await lab.firewall.run(['conntrack', '-F']);
  });

  const start = (configuration: Configuration) => startFirewall(lab, configuration);
  const connect = (from: string, address: string, port: number) =>
    lab.host(from).attempt({ protocol: 'tcp', address, port });

  describe('what another helper expects', () => {
    /** A client in loc offers a file over IRC, to be fetched from its own port: DCC. */
    const offer = async () => {
      const number = third.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
      await lab
        .host('loc')
        .converse(client, 6667, ['NICK alice', `PRIVMSG bob :\x01DCC SEND a ${number} ${announced} 9\x01`]);
      return connect('net', third, announced);
    };
    beforeAll(() => lab.host('net').recite(6667, ['001 welcome', '002 go on', '003 sent']));

    test('the offer is taken where IRC has its helper', async () => {
      await start({ rules: ['IRC(ACCEPT) loc net'], files: { modules: 'loadmodule nf_conntrack_irc\n' } });
      const counted = await countedWhile(lab, async () => expect(await offer()).toMatchObject({ kind: 'connected' }));
      expect(admissions(counted)).toEqual({ rules: 1, 'announced by an admitted irc connection': 1 });
    });

    test('and refused where the connection was admitted without it', async () => {
      await start({ rules: ['ACCEPT loc net tcp 6667', 'FTP(ACCEPT) net dmz'] });
      await foreignHelper('irc', 6667);
      const counted = await countedWhile(lab, async () => expect(await offer()).toEqual({ kind: 'silence' }));
      expect(admissions(counted)).toEqual({ rules: 1 });
      expect(refusals(counted)).toContain(unannounced);
    });
  });

  test('transfers of a control connection that no rule admitted', async () => {
    const wanted = { client: 'curl', mode: 'PORT', address: client, port: 21 } as const;
    const policy = 'loc net ACCEPT\nall all DROP\n';
    await start({ rules: ['FTP(ACCEPT) loc net'], files: { policy } });
    expect(await fetch(lab.host('loc'), wanted)).toEqual({ kind: 'fetched' });

    await start({ rules: ['FTP(ACCEPT) net dmz'], files: { policy }, settings: ['AUTOHELPERS=No'] });
    await foreignHelper('ftp', 21);
    const counted = await countedWhile(lab, async () =>
      expect(await fetchInVain(lab.host('loc'), wanted, await refusedSince(lab))).toMatchObject({ kind: 'failed' }),
    );
    expect(admissions(counted)).toEqual({ policy: 1 });
    expect(refusals(counted)).toContain(unannounced);
  });

  test.each([
    ['the announced port', client, announced, 'connected', []],
    ['a port below 1024', client, 22, 'silence', [unannounced]],
    ['a third party named in PORT', third, announced, 'silence', ['policy:1']],
    ['a port that nobody announced', client, announced, 'silence', ['policy:1']],
  ] as const)('%s', async (title, address, port, outcome, reasons) => {
    await start({ rules: [`FTP(ACCEPT) net dmz:${server}`] });
    const said = title.startsWith('a port that nobody') ? announced + 1 : port;
    const counted = await countedWhile(lab, async () => {
      await lab.host('net').converse(server, 21, [...login, `PORT ${written(address, said)}`]);
      expect(await connect('dmz', address, port)).toMatchObject({ kind: outcome });
    });
    expect(admissions(counted)).toEqual({ rules: 1, ...(outcome === 'connected' && { [transferRule]: 1 }) });
    // A SYN that is sent again meets no expectation any more, and so the policy.
    expect(refusals(counted)).toEqual(expect.arrayContaining([...reasons]));
  });

  describe('what a server that lies names in its reply to PASV', () => {
    test.each([
      ['its own address', 2121, server, 'connected', []],
      ['a third party', 2122, third, 'silence', ['policy:1']],
    ] as const)('%s', async (_, control, address, outcome, reasons) => {
      const reply = `227 Entering Passive Mode (${written(address, announced)}).`;
      await lab.host('dmz').recite(control, ['220 ready', '331 more', '230 in', reply]);
      const modules = `loadmodule nf_conntrack_ftp ports=21,${control}\n`;
      await start({ rules: [`ACCEPT net dmz:${server} tcp ${control}`], files: { modules } });
      const counted = await countedWhile(lab, async () => {
        await lab.host('net').converse(server, control, [...login, 'PASV']);
        expect(await connect('net', address, announced)).toMatchObject({ kind: outcome });
      });
      expect(admissions(counted)).toEqual({ rules: 1, ...(outcome === 'connected' && { [transferRule]: 1 }) });
      // A SYN that is sent again meets no expectation any more, and so the policy.
      expect(refusals(counted)).toEqual(expect.arrayContaining([...reasons]));
    });
  });

  test('what a form posted to a web server says', async () => {
    await lab.host('dmz').recite(80, ['HTTP/1.1 200 OK', '', 'thanks', 'thanks', 'thanks', 'thanks']);
    await start({ rules: [`ACCEPT net dmz:${server} tcp 80`, `FTP(ACCEPT) net dmz:${server}`] });
    const form = ['POST / HTTP/1.1', 'Host: www.example.org', `PORT ${written(client, announced)}`];
    const counted = await countedWhile(lab, async () => {
      await lab.host('net').converse(server, 80, form);
      expect(await connect('dmz', client, announced)).toEqual({ kind: 'silence' });
    });
    expect(admissions(counted)).toEqual({ rules: 1 });
    expect(refusals(counted)).toEqual(['policy:1']);
  });
});
