/** One run reports every mistake, each once, in the order of files and lines. */

import { describe, expect, test } from 'vitest';
import { type Compilation, compile } from '../../compiler/compile.ts';
import { placeOf } from '../../compiler/source.ts';
import fc from '../support/fast-check.ts';
import { type MemoryFile, memoryEnvironment } from '../support/memory-environment.ts';

type Files = Readonly<Record<string, MemoryFile>>;

/** What is said, as `code place text`, in its order. */
function said(files: Files): readonly string[] {
  const { report, artifact }: Compilation = compile(memoryEnvironment(files), { version: '0', lint: false });
  expect(artifact === undefined).toBe(report.failed);
  return report.diagnostics.map(({ code, label: { span } }) =>
    `${code} ${placeOf(span)} ${span.source.text.slice(span.start, span.end)}`.trim(),
  );
}

const sound = {
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet eth0 tcpflags\nloc eth1\ndmz eth2\n',
  policy: '$FW net ACCEPT\nloc net ACCEPT\nnet all DROP info\nall all REJECT\n',
  rules: 'SSH(ACCEPT) loc $FW\nACCEPT net dmz tcp 80,443\n',
  snat: 'MASQUERADE 10.0.1.0/24 eth0\n',
  stoppedrules: 'ACCEPT eth1 -\n',
  'ftpwall.conf': 'IP_FORWARDING=On\n',
} as const;

describe('several mistakes', () => {
  test('ten in six files', () => {
    expect(
      said({
        'ftpwall.conf': 'IP_FORWARDING=Onn\nLOG_LEVL=info\n',
        zones: `${sound.zones}lan ipp\n`,
        interfaces: '?FORMAT 2\nnet eth0 tcpflag\nloc eth1\ndmz eth2\nlan eth3\n',
        policy: '$FW net ACEPT\nloc net ACCEPT infoo\nall all REJECT\n',
        rules: 'SSH(ACCEPT) loc $FWW\nACCEPT net dmz tcp 8o\n?INFO\n',
        snat: 'MASQUERADE 10.0.1.0/240 eth0\n',
      }),
    ).toEqual([
      'bad-setting ftpwall.conf:1 Onn',
      'unknown-setting ftpwall.conf:2 LOG_LEVL',
      'unknown-zone-type zones:5 ipp',
      'unknown-option interfaces:2 tcpflag',
      'unknown-policy policy:1 ACEPT',
      'unknown-log-level policy:2 infoo',
      'unknown-variable rules:1 $FWW',
      'unknown-service rules:2 8o',
      'directive-without-text rules:3 ?INFO',
      'bad-address snat:1 10.0.1.0/240',
    ]);
  });

  test('a line shows all of its own, at the whole item of a list', () => {
    expect(said({ ...sound, rules: 'ACEPT nett dmz:10.0.2.300 tcp 8o,443,9p - - fast\n' })).toEqual([
      'unknown-action rules:1 ACEPT',
      'unknown-zone rules:1 nett',
      'bad-address rules:1 10.0.2.300',
      'unknown-service rules:1 8o',
      'unknown-service rules:1 9p',
      'unreadable-value rules:1 fast',
    ]);
    expect(said({ ...sound, rules: 'SSH(ACCPT) net $FWW tcp 70000\n' })).toEqual([
      'unknown-action rules:1 ACCPT',
      'unknown-variable rules:1 $FWW',
      'bad-port rules:1 70000',
    ]);
  });

  test('what cannot be included, a branch without a condition, a wrong directive', () => {
    expect(
      said({
        ...sound,
        rules:
          'INCLUDE rules.d/none\n?IFF $FW\nACCEPT nett $FW\n?ENDIF\n?IF (\nDROP net $FW\n?ENDIF\nACCEPT net dmz tpc 80\n',
        snat: '?SECTION NEW\nMASQUERADE 10.0.1.0/24 eth9\n',
      }),
    ).toEqual([
      'missing-include rules:1 rules.d/none',
      'unknown-directive rules:2 ?IFF',
      'unknown-zone rules:3 nett',
      'bad-expression rules:5',
      'unknown-protocol rules:8 tpc',
      'section-not-here snat:1 NEW',
      'unknown-interface snat:2 eth9',
    ]);
  });

  test('a law and a mistake in another file', () => {
    const files = { ...sound, 'shorewall.conf': '', snat: 'MASQUERADE 10.0.1.0/24 eth9\n' };
    const { 'ftpwall.conf': _, ...old } = files;
    expect(said(old)).toEqual(['ipv6-not-filtered shorewall.conf:1', 'unknown-interface snat:1 eth9']);
  });

  test('a missing policy and a mistake in another file', () => {
    expect(said({ ...sound, policy: 'loc net ACCEPT\n', snat: 'MASQUERADE - eth9\n' })).toEqual([
      'missing-policy policy:1 loc net ACCEPT',
      'unknown-interface snat:1 eth9',
    ]);
  });

  test('in lines that go on, and in included files', () => {
    expect(
      said({
        ...sound,
        rules: 'ACCEPT net \\\n  dmz tcp \\\n  8o\nINCLUDE more\nACCEPT nett dmz\n',
        more: 'ACCEPT net dmzz\nDROP net:10.0.0.x $FW\n',
      }),
    ).toEqual([
      'unknown-service rules:3 8o',
      'unknown-zone rules:5 nett',
      'unknown-zone more:1 dmzz',
      'unknown-host more:2 10.0.0.x',
    ]);
  });
});

describe('one mistake is one message', () => {
  test.each<[string, Files, readonly string[]]>([
    [
      'the only line of a file',
      {
        zones: 'fw firewall\nnet ip\n',
        interfaces: 'net eth0 - a,,b\n',
        policy: 'all all DROP\n',
        rules: '',
        snat: '',
        stoppedrules: '',
      },
      ['unreadable-value interfaces:1 a,,b'],
    ],
    [
      'the line of a zone',
      { zones: 'fw firewall\nnet ip\nloc ip\ndmz ip - - - more\n' },
      ['extra-column zones:4 more'],
    ],
    ['the name of a zone', { zones: 'fw firewall\nnet ip\nloc ip\n$X ip\n' }, ['unknown-variable zones:4 $X']],
    ['the firewall zone', { zones: 'fw firewal\nnet ip\nloc ip\ndmz ip\n' }, ['unknown-zone-type zones:1 firewal']],
    [
      'a second firewall zone',
      { zones: `${sound.zones}fw2 firewall\n` },
      ['second-firewall-zone zones:5 fw2 firewall'],
    ],
    [
      'no firewall zone',
      { zones: 'net ip\nloc ip\ndmz ip\n', rules: 'Ping(ACCEPT) net $FW\n' },
      ['no-firewall-zone zones:1 net ip'],
    ],
    [
      'the line of an interface',
      { interfaces: sound.interfaces.replace('eth0', 'eth0:0') },
      ['interface-alias interfaces:2 eth0:0'],
    ],
    [
      'an interface by an unknown variable',
      { interfaces: sound.interfaces.replace('eth0', '$EXT') },
      ['unknown-variable interfaces:2 $EXT'],
    ],
    [
      'the line of a policy',
      { policy: '$FW net ACCEPT\nloc net ACCEPT\nnet all DROP info\nall all REJEKT\n' },
      ['unknown-policy policy:4 REJEKT'],
    ],
    [
      'params',
      { params: 'ADMIN=$(exit 3\n', rules: 'ACCEPT net:$ADMIN $FW\n' },
      ['params-failed params:1 ADMIN=$(exit 3'],
    ],
    ['a file of an action', { actions: 'Mine\n', rules: 'Mine net $FW\n' }, ['missing-action-file actions:1 Mine']],
    [
      'a file that cannot be read',
      { interfaces: { unreadable: 'permission denied' } },
      ['unreadable-file interfaces:1'],
    ],
    ['a file that is missing', { zones: '' }, ['missing-file zones:1']],
    [
      'FTP ports',
      {
        modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
        rules: 'FTP(ACCEPT) net dmz\nACCEPT net dmz tcp 2121,21x\n',
      },
      ['unknown-service rules:2 21x'],
    ],
    [
      '?FORMAT',
      { interfaces: '?FORMT 2\nnet eth0 tcpflags\nloc eth1\ndmz eth2\n' },
      ['unknown-directive interfaces:1 ?FORMT'],
    ],
  ])('%s', (_, files, expected) => {
    expect(said({ ...sound, ...files })).toEqual(expected);
  });

  test('an undefined variable in ?IF is false', () => {
    expect(
      said({ ...sound, rules: 'SSH(ACCEPT) loc $FW\nWeb(ACCEPT) net dmz\n?IF $NOONE\nACCEPT nett $FW\n?ENDIF\n' }),
    ).toEqual([]);
  });
});

/** Lines that can be added to a sound configuration, each with the message that it makes. */
const plants: readonly { readonly file: keyof typeof sound; readonly line: string; readonly says: string }[] = [
  { file: 'zones', line: 'lan ip5', says: 'unknown-zone-type ip5' },
  { file: 'zones', line: '2lan ip', says: 'unreadable-value 2lan' },
  { file: 'interfaces', line: '- eth5 dhpc', says: 'unknown-option dhpc' },
  { file: 'interfaces', line: 'lann eth6', says: 'unknown-zone lann' },
  { file: 'policy', line: 'dmz loc DRPO', says: 'unknown-policy DRPO' },
  { file: 'policy', line: 'dmzz loc DROP', says: 'unknown-zone dmzz' },
  { file: 'rules', line: 'ACCEPT net $NOONE', says: 'unknown-variable $NOONE' },
  { file: 'rules', line: 'ACCEPT net dmz tcp 80x', says: 'unknown-service 80x' },
  { file: 'rules', line: 'INCLUDE nowhere', says: 'missing-include nowhere' },
  { file: 'rules', line: '?NONSENSE 1', says: 'unknown-directive ?NONSENSE' },
  { file: 'rules', line: 'ACCEPT net dmz:10.0.2.999', says: 'bad-address 10.0.2.999' },
  { file: 'rules', line: 'ACCEPT net dmz tcp 80, 443', says: 'blank-in-list 80, 443' },
  { file: 'rules', line: 'ACCEPT net', says: 'dest-missing ACCEPT net' },
  { file: 'rules', line: 'SSH(ACCEPT)!! net $FW', says: 'unreadable-value SSH(ACCEPT)!!' },
  { file: 'snat', line: 'MASQUERADE 10.0.1.0/24 eth9', says: 'unknown-interface eth9' },
  { file: 'snat', line: 'SNAT(1.2.3) 10.0.1.0/24 eth0', says: 'bad-parameter 1.2.3' },
  { file: 'stoppedrules', line: 'REJECT eth1 -', says: 'stopped-action REJECT' },
  { file: 'ftpwall.conf', line: 'LOGLIMIT=often', says: 'bad-setting often' },
  { file: 'ftpwall.conf', line: 'NOBODY=1', says: 'unknown-setting NOBODY' },
];

test('each of several planted mistakes has its message, and nothing else has one', () => {
  const withoutLine = (text: string) => text.replace(/ [\w.]+:\d+/, '');
  for (const plant of plants)
    expect(said({ ...sound, [plant.file]: `${sound[plant.file]}${plant.line}\n` }).map(withoutLine)).toEqual([
      plant.says,
    ]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(plants.length - 1), { minLength: 2, maxLength: 12 }), (chosen) => {
      const files: Record<string, string> = { ...sound };
      // A policy after `all all` would be one that is never used.
      for (const index of chosen) {
        const { file, line } = plants[index] as (typeof plants)[number];
        files[file] = file === 'policy' ? `${line}\n${files[file]}` : `${files[file]}${line}\n`;
      }
      const wanted = chosen.map((index) => plants[index]?.says ?? '');
      expect([...said(files).map(withoutLine)].sort()).toEqual(wanted.sort());
    }),
    { numRuns: 100 },
  );
});
