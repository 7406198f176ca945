/** `ftpwall migrate` with the program as it ships: what it writes, what it refuses, and that its proof can fail. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { strictCodes } from '../../compiler/diagnostics/catalogue/index.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import { firewallOf } from '../../runtime/migrate/half.ts';
import { migrate } from '../../runtime/migrate/migrate.ts';
import { compareFirewalls } from '../../runtime/migrate/same-firewall.ts';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ftpwall-migrate-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let at: string;
let old: string;
let fresh: string;
beforeEach(() => {
  at = mkdtempSync(join(scratch, 'test-'));
  old = join(at, 'shorewall');
  fresh = join(at, 'ftpwall');
});

type Files = Readonly<Record<string, string>>;

function write(folder: string, files: Files): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function ftpwall(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', ...words], { encoding: 'utf8' });
  return { status, output: stdout, errors: stderr };
}

/** Every file below a folder with its text and mode. */
function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(folder.length + 1), `${statSync(path).mode.toString(8)} ${readFileSync(path, 'utf8')}`];
      }),
  );
}

const text = (name: string) => readFileSync(join(fresh, name), 'utf8');
const litter = () => readdirSync(at).filter((name) => name.startsWith('.'));

/** What compiles, of a folder on the disk. */
function firewall(folder: string) {
  const found = findFolder(folder);
  if (found.kind === 'refused') throw new Error(found.reason);
  const compiled = firewallOf(compile(openEnvironment(found.folder, 'looking'), { version: '0' }));
  if (!compiled) throw new Error(`${folder} does not compile`);
  return compiled;
}

const gateway: Files = {
  'shorewall.conf':
    '# my settings\nSTARTUP_ENABLED=Yes\nLOGFORMAT="%s %s "\nMODULE_SUFFIX=ko\nDROP_DEFAULT=Drop\nIP_FORWARDING=On # a router\n',
  params: 'OUT=eth0\nLAN=10.0.1.0/24\n',
  zones: '# where things are\nfw firewall\nnet ipv4\nloc ipv4\ndmz ipv4\n',
  interfaces: 'net $OUT detect norfc1918,tcpflags # outside\nloc eth1 - dhcp\ndmz eth2\n',
  policy: 'loc net ACCEPT\nnet all DROP info\nall all!dmz REJECT\nall all DROP\n',
  rules:
    'SECTION NEW\n?IF $LAN\nINCLUDE rules.d/web # more\n?ENDIF\nFTP(DNAT) net loc:10.0.1.5\nACCEPT loc:$LAN fw tcp 22 # by ssh\nPing(ACCEPT) all all\n',
  'rules.d/web': '# the web\nACCEPT net dmz tcp 80,443 - - 10/sec:20\n',
  masq: '$OUT $LAN\n',
  routestopped: 'eth1 10.0.1.5\n',
  'README.old': 'notes\n',
};

describe('migrate', () => {
  const shipped = '/usr/share/shorewall/configfiles/shorewall.conf';

  // In a run that must be complete a missing Shorewall is a failure.
  test.skipIf(!existsSync(shipped) && process.env.CI !== 'true')(
    'a folder without settings has those that Shorewall ships',
    () => {
      const { 'shorewall.conf': _conf, masq: _masq, ...bare } = gateway;
      write(old, { ...bare, snat: 'MASQUERADE 10.0.1.0/24 eth0\n' });
      const stock = join(at, 'stock');
      write(stock, {
        ...bare,
        snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
        'shorewall.conf': readFileSync(shipped, 'utf8'),
      });
      const told = ftpwall('migrate', old, '--to', fresh);
      expect([told.status, told.errors]).toEqual([0, expect.anything()]);
      expect(told.output).toMatch(/has no shorewall\.conf: it was taken as Shorewall 5\.2 ships it/);
      expect(ftpwall('migrate', stock, '--to', join(at, 'same'))).toMatchObject({ status: 0 });
      const rulesetOf = (folder: string) => ftpwall('compile', folder).output;
      expect(rulesetOf(fresh)).toBe(rulesetOf(join(at, 'same')));
      expect(readdirSync(old)).not.toContain('shorewall.conf');
    },
  );

  test('a sentence that is true of several lines is said once', () => {
    write(old, {
      ...gateway,
      rules: `${gateway.rules}ACCEPT net $FW tcp 24 ; -m mark --mark 1\nACCEPT net $FW tcp 25 ; -m mark --mark 1\n`,
    });
    const { output } = ftpwall('migrate', old, '--to', fresh);
    const sentence =
      /raw matches after a single `;`.*\n {4}rules:\d+\n {6}- .* 24 .*\n {6}\+ .*\n {4}rules:\d+\n {6}- .* 25 /;
    expect(output).toMatch(sentence);
    expect(output.match(/raw matches after a single/g)).toHaveLength(1);
  });

  test('writes the same firewall, keeps what was written and tells each line that changed', () => {
    write(old, gateway);
    chmodSync(join(old, 'params'), 0o660);
    const before = contents(old);
    const ended = ftpwall('migrate', old, '--to', fresh);
    expect(ended).toMatchObject({ status: 0 });
    expect(contents(old)).toEqual(before);
    expect(litter()).toEqual([]);
    for (const name of ['params', 'zones', 'policy', 'rules.d/web', 'README.old'])
      expect(text(name)).toBe(gateway[name]);
    expect(text('rules')).toBe(gateway.rules?.replace('SECTION NEW', '?SECTION NEW'));
    expect(text('interfaces')).toContain('net $OUT detect tcpflags # outside\n');
    expect(text('snat')).toContain('MASQUERADE  $LAN  $OUT\n');
    expect(existsSync(join(fresh, 'masq'))).toBe(false);
    expect(existsSync(join(fresh, 'shorewall.conf'))).toBe(false);
    expect(text('ftpwall.conf')).toContain(
      '# my settings\nSTARTUP_ENABLED=Yes\nLOGFORMAT="%s %s "\n# MODULE_SUFFIX=ko\n',
    );
    for (const line of [
      'IP_FORWARDING=On # a router',
      'FAMILY=ipv4',
      'RELATED=disposition',
      'INVALID_DISPOSITION=CONTINUE',
    ])
      expect(text('ftpwall.conf').split('\n')).toContain(line);
    expect(statSync(join(fresh, 'params')).mode & 0o777).toBe(0o640);
    for (const said of [
      'rules:1: ',
      '- SECTION NEW',
      '+ ?SECTION NEW',
      'interfaces:1: ',
      'masq:1: ',
      'policy:3: Shorewall 5.2.8',
    ])
      expect(ended.output).toContain(said);
    expect(ended.output).toContain('Both do the same to every packet of IPv4, running and stopped.');
    expect(ftpwall('check', fresh)).toMatchObject({ status: 0 });
  });

  test('without one of the settings that it writes down it would not be the same firewall', () => {
    write(old, gateway);
    expect(ftpwall('migrate', old, '--to', fresh).status).toBe(0);
    expect(compareFirewalls(firewall(old), firewall(fresh), 4)).toEqual([]);
    for (const [file, line, other] of [
      ['ftpwall.conf', 'RELATED=disposition', ''],
      ['ftpwall.conf', 'INVALID_DISPOSITION=CONTINUE', ''],
      ['ftpwall.conf', 'REJECT_DEFAULT=none', ''],
      ['ftpwall.conf', 'LOGFORMAT="%s %s "', 'LOGFORMAT="Shorewall:%s:%s:"'],
      ['rules', 'loc:$LAN fw tcp 22', 'loc:$LAN fw tcp 23'],
      ['rules.d/web', '10/sec:20', ''],
      ['snat', 'MASQUERADE', '#'],
      ['stoppedrules', 'ACCEPT', '#'],
    ] as const) {
      const changed = join(at, 'changed');
      cpSync(fresh, changed, { recursive: true });
      expect(text(file)).toContain(line);
      writeFileSync(join(changed, file), text(file).replace(line, other));
      expect([line, compareFirewalls(firewall(old), firewall(changed), 4).length > 0]).toEqual([line, true]);
      rmSync(changed, { recursive: true });
    }
  });

  test('prints JSON as documented', () => {
    write(old, gateway);
    const schema = outputSchemas.find(({ verbs }) => verbs.includes('migrate'))?.schema;
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema ?? {});
    for (const result of ['written', 'refused']) {
      const printed = JSON.parse(ftpwall('migrate', old, '--to', fresh, '--json').output);
      expect([validate(printed), validate.errors]).toEqual([true, null]);
      expect(printed).toMatchObject({ schema: 1, result, to: fresh });
    }
  });

  test('of a Shorewall6 folder makes a folder for IPv6', () => {
    const { 'shorewall.conf': conf = '', masq: _masq, routestopped: _stopped, ...others } = gateway;
    write(old, {
      ...others,
      'shorewall6.conf': conf,
      params: 'OUT=eth0\nLAN=2001:db8:3::/64\n',
      zones: 'fw firewall\nnet ipv6\nloc ipv6\ndmz ipv6\n',
      interfaces: 'net $OUT - tcpflags\nloc eth1\ndmz eth2\n',
      rules: '?SECTION NEW\nACCEPT loc:[$LAN] fw tcp 22\nACCEPT net dmz:[2001:db8:4::5] tcp 80\n',
    });
    expect(ftpwall('migrate', old, '--to', fresh)).toMatchObject({ status: 0 });
    expect(text('ftpwall.conf').split('\n')).toContain('FAMILY=ipv6');
    expect(compareFirewalls(firewall(old), firewall(fresh), 6)).toEqual([]);
  });
});

describe('migrate writes nothing', () => {
  const refuses = (status: number, reason: string | RegExp, ...words: string[]) => {
    const before = contents(old);
    const ended = ftpwall('migrate', old, ...words);
    expect(ended).toMatchObject({ status, output: '' });
    expect(ended.errors).toMatch(reason);
    expect(contents(old)).toEqual(before);
    expect(litter()).toEqual([]);
  };

  test('without a place, into what is there, or into the old folder', () => {
    write(old, gateway);
    refuses(2, /--to NEW/);
    refuses(3, /inside .*shorewall/, '--to', join(old, 'new'));
    refuses(3, /inside .*shorewall/, '--to', old);
    write(fresh, { rules: '' });
    refuses(3, /is not empty/, '--to', fresh);
    expect(readdirSync(fresh)).toEqual(['rules']);
    symlinkSync(at, join(at, 'link'));
    refuses(3, /is not a folder/, '--to', join(at, 'link'));
    refuses(3, /cannot be made/, '--to', join(at, 'no', 'where'));
  });

  test('of a folder with errors', () => {
    write(old, { ...gateway, policy: 'nett all DROP\n' });
    refuses(1, /error\[unknown-zone\]/, '--to', fresh);
  });

  test('of a folder of ours', () => {
    write(old, { ...gateway, 'ftpwall.conf': '' });
    rmSync(join(old, 'shorewall.conf'));
    refuses(3, /is an ftpwall folder already/, '--to', fresh);
  });

  test('of what links lead to outside; links inside are files afterwards', () => {
    write(old, gateway);
    write(join(at, 'elsewhere'), { secret: 'x\n' });
    symlinkSync('rules.d/web', join(old, 'web'));
    expect(ftpwall('migrate', old, '--to', fresh)).toMatchObject({ status: 0 });
    expect(text('web')).toBe(gateway['rules.d/web']);
    rmSync(fresh, { recursive: true });
    symlinkSync('../elsewhere/secret', join(old, 'notes'));
    refuses(3, /notes is a link to .*elsewhere\/secret, outside/, '--to', fresh);
  });

  test('into an empty folder it writes', () => {
    write(old, gateway);
    mkdirSync(fresh);
    expect(ftpwall('migrate', old, '--to', fresh, '--quiet')).toMatchObject({ status: 0, output: '' });
    expect(readdirSync(fresh)).toContain('rules');
  });
});

/** Two folders, with what IPv4 and IPv6 usually have of their own. */
const four: Files = {
  'shorewall.conf': '# mine\nLOGFORMAT="%s %s "\nROUTE_FILTER=Yes\nDROP_DEFAULT="Broadcast(DROP),Multicast(DROP)"\n',
  zones: '# zones\nfw firewall\nnet ipv4\nloc ipv4\nold ipv4 # no IPv6 there\n',
  interfaces: 'net eth0 detect tcpflags,routefilter\nloc eth1 detect -\n',
  hosts: 'old eth1:10.9.0.0/24\n',
  policy: 'loc net ACCEPT\nfw all ACCEPT\nnet all DROP info\nall all REJECT\n',
  rules:
    '?SECTION NEW\n# admins\nACCEPT loc fw tcp 22\nDNAT net loc:10.0.1.5 tcp 80\nACCEPT net:192.0.2.0/24 fw tcp 2222\nACCEPT net fw tcp 25 # mail\nPing(ACCEPT) all all\nACCEPT all fw tcp 99\n',
  snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
  stoppedrules: 'ACCEPT eth1 -\n',
};
const six: Files = {
  'shorewall6.conf': 'LOGFORMAT="%s %s "\nDROP_DEFAULT="AllowICMPs,Broadcast(DROP),Multicast(DROP)"\n',
  zones: 'fw firewall\nnet ipv6\nloc ipv6\n',
  interfaces: 'net eth0 - tcpflags,accept_ra=2\nloc eth1\n',
  policy: '# the same\nloc net ACCEPT\nfw all ACCEPT\nnet all DROP info\nall all REJECT\n',
  rules:
    '?SECTION NEW\nACCEPT loc fw tcp 22\n# web\nACCEPT net loc:2001:db8:3::5 tcp 80\nPing(ACCEPT) all all\nACCEPT net fw tcp 443\nACCEPT $FW net tcp 8080\n',
  stoppedrules: 'ACCEPT eth1 -\n',
};

describe('two folders become one', () => {
  let old6: string;
  beforeEach(() => {
    old6 = join(at, 'shorewall6');
    write(old, four);
    write(old6, six);
  });

  test('zones of both IP versions, what one has alone kept to its own', () => {
    const ended = ftpwall('migrate', old, old6, '--to', fresh);
    expect(ended).toMatchObject({ status: 0 });
    expect(text('zones')).toBe('# zones\nfw firewall\nnet ip\nloc ip\nold ipv4 # no IPv6 there\n');
    expect(text('interfaces')).toBe('net eth0 detect tcpflags,routefilter,accept_ra=2\nloc eth1 detect -\n');
    expect(text('rules')).toBe(
      [
        '?SECTION NEW',
        '# admins',
        'ACCEPT loc fw tcp 22',
        '?IF __IPV4',
        'DNAT net loc:10.0.1.5 tcp 80',
        'ACCEPT net:192.0.2.0/24 fw tcp 2222',
        'ACCEPT net fw tcp 25 # mail',
        '?ENDIF',
        '# web',
        'ACCEPT net loc:2001:db8:3::5 tcp 80',
        'Ping(ACCEPT) all all',
        '?IF __IPV4',
        'ACCEPT all fw tcp 99',
        '?ELSE',
        'ACCEPT net fw tcp 443',
        'ACCEPT $FW net tcp 8080',
        '?ENDIF',
        '',
      ].join('\n'),
    );
    expect(text('snat')).toBe(four.snat);
    expect(text('ftpwall.conf')).toContain("DROP_DEFAULT='AllowICMPv6,Broadcast(DROP),Multicast(DROP)'\n");
    expect(ended.output).toContain('every packet of IPv4 and IPv6, running');
    for (const [folder, version, other] of [
      [old, 4, 6],
      [old6, 6, 4],
    ] as const) {
      expect(compareFirewalls(firewall(folder), firewall(fresh), version)).toEqual([]);
      // The judge tells the two apart.
      expect(compareFirewalls(firewall(folder), firewall(fresh), other)).not.toEqual([]);
    }
  });

  test.each([
    [
      'a policy',
      (old) => write(old, { policy: `${four.policy}`.replace('DROP info', 'DROP') }),
      'policy',
      '?IF __IPV4\nnet all DROP\n?ELSE\nnet all DROP info\n?ENDIF\n',
    ],
    [
      'an interface',
      (old) => write(old, { interfaces: `${four.interfaces}old eth2\n`, hosts: '' }),
      'interfaces',
      '?IF __IPV4\nold eth2\n?ENDIF\n',
    ],
    [
      'the options of an interface',
      (old) => write(old, { interfaces: 'net eth0 detect dhcp,routeback\nloc eth1\n' }),
      'interfaces',
      '?IF __IPV4\nnet eth0 detect dhcp,routeback\n?ELSE\nnet eth0 - tcpflags,accept_ra=2\n?ENDIF\n',
    ],
    [
      'a setting',
      (old) => write(old, { 'shorewall.conf': `${four['shorewall.conf']}IP_FORWARDING=Off\n` }),
      'ftpwall.conf',
      '?IF __IPV4\nIP_FORWARDING=Off\n?ELSE\nIP_FORWARDING=On\n?ENDIF\n',
    ],
    [
      'a section',
      (old) => write(old, { rules: `?SECTION ESTABLISHED\nDROP net fw tcp 7\n${four.rules}` }),
      'rules',
      '?IF __IPV4\n?SECTION ESTABLISHED\nDROP net fw tcp 7\n?ENDIF\n',
    ],
    [
      'a condition',
      (old) => write(old, { rules: `${four.rules}?IF 1\nACCEPT net fw\n?ENDIF\n` }),
      'rules',
      '?IF 1\nACCEPT net fw\n?ENDIF\n',
    ],
    [
      'a line that names no address',
      (old) => write(old, { rules: `${four.rules}ACCEPT net:eth0 loc:eth1 tcp 7\n` }),
      'rules',
      'ACCEPT all fw tcp 99\nACCEPT net:eth0 loc:eth1 tcp 7\n?ELSE\n',
    ],
    [
      'a macro in the place of a standard one',
      (old) => write(old, { 'macro.Ping': 'PARAM - - icmp 8\nPARAM - - tcp 7\n' }),
      'macro.Ping',
      'PARAM - - tcp 7\n?ELSE\n',
    ],
    [
      'a variable',
      (old) => write(old, { params: 'PORT=8080\nSAME=1\n', rules: `${four.rules}ACCEPT net fw tcp $PORT\n` }),
      'params',
      'if [ "$g_family" = 4 ]; then\nPORT=8080\nSAME=1\nfi\n',
    ],
    [
      'conntrack',
      (old) => write(old, { conntrack: '?FORMAT 3\nNOTRACK:P 10.0.0.0/8 - udp 53\n' }),
      'conntrack',
      '?IF __IPV4\n?FORMAT 3\nNOTRACK:P 10.0.0.0/8 - udp 53\n?ENDIF\n',
    ],
    [
      'one-to-one NAT',
      (old) =>
        write(old, {
          'shorewall.conf': `${four['shorewall.conf']}ADD_IP_ALIASES=No\n`,
          nat: '192.0.2.9 eth0 10.0.1.9\n',
        }),
      'nat',
      '?IF __IPV4\n192.0.2.9 eth0 10.0.1.9\n?ENDIF\n',
    ],
  ] as const satisfies readonly (readonly [string, (old: string) => string, string, string])[])(
    'and where %s differs each IP version has its own',
    (_what, change, file, lines) => {
      change(old);
      const ended = ftpwall(
        'migrate',
        old,
        old6,
        '--to',
        fresh,
        '--allow',
        'forwarding-off',
        '--allow',
        'open-to-outside',
        '--allow',
        'service-of-one-version',
      );
      expect(ended).toMatchObject({ status: 0, errors: '' });
      expect(text(file)).toContain(lines);
      expect(
        ftpwall(
          'check',
          fresh,
          ...['forwarding-off', 'open-to-outside', 'service-of-one-version'].flatMap((code) => ['--allow', code]),
        ),
      ).toMatchObject({
        status: 0,
        errors: '',
      });
      for (const [folder, version, other] of [
        [old, 4, 6],
        [old6, 6, 4],
      ] as const) {
        expect(compareFirewalls(firewall(folder), firewall(fresh), version)).toEqual([]);
        expect(compareFirewalls(firewall(folder), firewall(fresh), other)).not.toEqual([]);
      }
    },
    30_000,
  );

  test('but not where lines hold for both: they are named, and nothing is written', () => {
    write(old, { modules: 'loadmodule ip_conntrack_ftp ports=21,2121\n' });
    const ended = ftpwall('migrate', old, old6, '--to', fresh);
    expect(ended).toMatchObject({ status: 3, output: '' });
    expect(ended.errors).toContain(
      'modules: `loadmodule ip_conntrack_ftp ports=21,2121` is in the folder for IPv4 only',
    );
    expect([existsSync(fresh), litter()]).toEqual([false, []]);
  });

  test('in that order only', () => {
    const ended = ftpwall('migrate', old6, old, '--to', fresh);
    expect(ended.status).toBe(3);
    expect(ended.errors).toContain('the first has a shorewall.conf and the second a shorewall6.conf');
  });
});

const corpus = process.env.FTPWALL_CORPUS;
const published =
  corpus && existsSync(corpus)
    ? readdirSync(corpus)
        .map((name) => join(corpus, name))
        .filter((path) => existsSync(join(path, 'shorewall.conf')) || existsSync(join(path, 'shorewall6.conf')))
    : [];

describe.skipIf(corpus === undefined)(
  `the published configurations migrate${corpus === undefined ? ' (FTPWALL_CORPUS names no folder)' : ''}`,
  () => {
    const counts = { written: 0, errors: 0 };
    test('are there', () => expect(published.length).toBeGreaterThan(0));
    test.each(published.map((path) => [path.split('/').at(-1) ?? '', path] as const))(
      '%s',
      (_name, path) => {
        const found = findFolder(path);
        if (found.kind === 'refused') throw new Error(found.reason);
        const migration = migrate([found.folder], fresh);
        if (migration.kind === 'refused') {
          // Only what does not compile itself does not migrate.
          expect([migration.reason, migration.differences]).toEqual([`${path} has errors: mend them first`, []]);
          counts.errors += 1;
          return;
        }
        counts.written += 1;
        expect(migration.proved.length).toBeGreaterThan(0);
      },
      120_000,
    );
    const pairs = published
      .filter((path) => path.endsWith('__1') && existsSync(join(path, 'shorewall.conf')))
      .map((path) => [path.replace(/__1$/, ''), path, path.replace(/1$/, '2')] as const)
      .filter(([, , second]) => existsSync(join(second, 'shorewall6.conf')));
    test.each(pairs.map(([name, ...folders]) => [name.split('/').at(-1) ?? '', ...folders] as const))(
      'the pair %s',
      (_name, ...folders) => {
        const halves = folders.map((path) => {
          const found = findFolder(path);
          if (found.kind === 'refused') throw new Error(found.reason);
          return found.folder;
        });
        const migration = migrate(halves, fresh);
        if (migration.kind === 'written')
          // What is said of the old folders may be said of the new one: settings and options without an effect, and holes.
          expect(
            migration.findings
              .map(({ code }) => code)
              .filter(
                (code) =>
                  !/^(unknown-setting|option-without-effect|service-of-one-version)$/.test(code) &&
                  !strictCodes.has(code),
              ),
          ).toEqual([]);
        else
          expect([migration.reason, migration.differences]).toEqual([
            expect.stringMatching(/(mend them first|make the two files alike)$/),
            [],
          ]);
      },
      120_000,
    );
    afterAll(() => {
      console.log(
        `${counts.written} of ${published.length} published configurations were migrated and are the same for all packets; ${counts.errors} do not compile`,
      );
    });
  },
);
