/** No setting and no option is read and forgotten: each changes what is made, or says that it does not. */
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { interfaceOptions } from '../../compiler/language/options/interface-options.ts';
import { zoneOptions } from '../../compiler/language/options/zone-options.ts';
import { type SettingDescription, settings } from '../../compiler/language/settings.ts';
import { scriptTemplate } from '../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../support/memory-environment.ts';

/** A little of everything that settings are about. */
const base: Readonly<Record<string, string>> = {
  zones: 'fw firewall\nnet ip\nloc ip\nsub:loc ip\ndmz ip\nvpn ipsec\n',
  interfaces:
    '?FORMAT 2\nnet eth0 nosmurfs,tcpflags,optional\nloc eth1 maclist,sfilter=(10.9.0.0/16)\ndmz eth2 rpfilter\n- eth3\n',
  hosts: 'sub eth1:10.0.1.128/25\nvpn eth3:10.8.0.0/16 ipsec\n',
  policy:
    'loc dmz QUEUE\nloc net ACCEPT info\nfw dmz NFQUEUE(1)\ndmz net BLACKLIST info\nfw all ACCEPT\nnet all DROP info\nall all REJECT info\n',
  actions: 'Refuse\nMine\n',
  'action.Refuse': 'DROP\n',
  'action.Mine': 'ACCEPT - - tcp 7\n',
  blrules: 'blacklog net:198.51.100.65 all\nDROP net:198.51.100.66 all\nBLACKLIST net:198.51.100.67 all\n',
  rules:
    '?SECTION RELATED\nDROP net loc tcp 9\n?SECTION NEW\nFTP(ACCEPT) loc net\nFTP(DNAT) net dmz:10.0.2.5\nFTPS(ACCEPT) net fw\nACCEPT:info net fw tcp 22\nMine:info:tag net fw\nACCEPT net:^CC fw tcp 8\nACCEPT net fw tcp 9 { switch=day }\nACCEPT net fw tcp 10 { mark=5 }\nREJECT net fw tcp 113\n',
  snat: 'MASQUERADE 10.0.1.0/24 eth0\nSNAT(192.0.2.9) 10.0.2.0/24 eth0\n',
  nat: '192.0.2.77 eth0 10.0.1.7\n',
  maclist: 'ACCEPT eth1 00:11:22:33:44:55\n',
  modules: 'loadmodule nf_conntrack_ftp ports=21,2121\n',
  conntrack: '?if $AUTOHELPERS && __CT_TARGET\n?FORMAT 3\nCT:helper:ftp:P - - tcp 2121\n?endif\n',
  stoppedrules: 'ACCEPT eth1 -\n',
  accounting: '',
};

const before = 'FTPS_PASSIVE=40000:40100\n';

/** One network of a country, as xt_geoip_build writes it: from 192.0.2.0 to 192.0.2.255, elsewhere to 192.0.2.127. */
const machine = {
  bytes: {
    '/usr/share/xt_geoip/LE/CC.iv4': Uint8Array.from([0, 2, 0, 192, 255, 2, 0, 192]),
    '/usr/share/xt_geoip/LE/CC.iv6': new Uint8Array(),
    '/elsewhere/CC.iv4': Uint8Array.from([0, 2, 0, 192, 127, 2, 0, 192]),
    '/elsewhere/CC.iv6': new Uint8Array(),
  },
};

/** What a mistake makes. */
const refused = 'refused';

function made(files: Readonly<Record<string, string>>, name: string, body: string): string {
  const environment = memoryEnvironment({ ...files, [name]: body }, machine);
  const { report, artifact, model } = compile(environment, { version: '0', scriptTemplate, lint: false });
  if (!artifact) return refused;
  return JSON.stringify({
    said: report.diagnostics.map(({ code, message }) => [code, message]),
    artifact: { ...artifact, sourceMap: [] },
    model: model && { startup: model.startupDisabled !== undefined },
  });
}

/** The words of its kind of value; for any text, and actions, some that the configuration knows. */
function valuesOf({ value }: SettingDescription): readonly string[] {
  if (value.kind === 'logLevel') return ['debug', 'none'];
  if (value.kind === 'actions') return ['"Broadcast(DROP),dropInvalid:debug"', 'none'];
  const audited = value.kind === 'disposition' ? value.words.map((word) => `A_${word}`) : [];
  return [...value.words, ...audited, 'Refuse', '/elsewhere'];
}

test('the configuration that is changed compiles', () => {
  const { report } = compile(memoryEnvironment({ ...base, 'ftpwall.conf': before }, machine), {
    version: '0',
    lint: false,
  });
  expect(report.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});

describe('a setting', () => {
  const described: readonly (readonly [string, SettingDescription])[] = Object.entries(settings);

  /** What must be there for the setting to have something to do. */
  const surroundings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    FOLD: {
      rules: `?SECTION NEW\n${Array.from({ length: 40 }, (_, host) => `ACCEPT net:192.0.2.${host} fw tcp 22`).join('\n')}\n`,
    },
    ACCOUNTING: { accounting: 'COUNT\n' },
    // Lines that must see every packet would be refused beside it.
    FLOW_OFFLOAD: { accounting: '', mangle: '', tcrules: '', tos: '', ecn: '' },
    RELATED_DISPOSITION: { 'ftpwall.conf': `${before}RELATED=disposition\n` },
    RELATED_LOG_LEVEL: { 'ftpwall.conf': `${before}RELATED=disposition\n` },
    FASTACCEPT: { rules: `?SECTION ALL\nDROP net fw tcp 9\n${base.rules}` },
    IGNOREUNKNOWNVARIABLES: { rules: '?SECTION NEW\nACCEPT net fw tcp 22 $NOTHING\n' },
    COMPLETE: { 'ftpwall.conf': `${before}OUTSIDE_ZONES=policy\n` },
    DISABLE_IPV6: {
      'shorewall.conf': 'STARTUP_ENABLED=Yes\n',
      zones: base.zones?.replaceAll(' ip\n', ' ipv4\n') ?? '',
      rules: '?SECTION NEW\nACCEPT net fw tcp 22\n',
    },
  };

  test.each(described.filter(([, setting]) => !setting.idle && setting.role !== 'later'))(
    '%s changes what is made',
    (name, setting) => {
      const files: Readonly<Record<string, string>> = { ...base, 'ftpwall.conf': before, ...surroundings[name] };
      const file = 'shorewall.conf' in files ? 'shorewall.conf' : 'ftpwall.conf';
      const usual = made(files, file, files[file] ?? '');
      const changed = valuesOf(setting).filter(
        (value) => ![usual, refused].includes(made(files, file, `${files[file]}${name}=${value}\n`)),
      );
      expect(changed).not.toEqual([]);
    },
  );
});

describe('an option of an interface', () => {
  test.each(Object.entries(interfaceOptions).filter(([, { doc }]) => !doc.startsWith('without effect')))(
    '%s changes what is made, or says that it does not',
    (name, { value: { samples } }) => {
      const dual = { ...base, maclist: '', 'ftpwall.conf': `${before}REQUIRE_INTERFACE=Yes\nROUTE_FILTER=No\n` };
      const [value] = samples.filter((sample) => sample !== '0');
      const written = value === undefined ? name : `${name}=${value}`;
      const zone = name === 'unmanaged' ? '-' : 'net';
      const rest = '\nloc eth1\ndmz eth2\n- eth3\n';
      const usual = made(dual, 'interfaces', `?FORMAT 2\n${zone} eth0 ${rest}`);
      const off = made(dual, 'interfaces', `?FORMAT 2\n${zone} eth0 ${name}=0${rest}`);
      const on = made(dual, 'interfaces', `?FORMAT 2\n${zone} eth0 ${written}${rest}`);
      expect(on === usual && off === usual).toBe(false);
    },
  );
});

test.each(
  Object.entries(zoneOptions)
    .filter(([, { doc }]) => !doc.startsWith('without effect'))
    .map(([name]) => name),
)('the option %s of a zone changes what is made, or says that it does not', (name) => {
  const values: Readonly<Record<string, string>> = {
    mss: '1300',
    reqid: '7',
    spi: '9',
    proto: 'esp',
    mode: 'tunnel',
    'tunnel-src': '192.0.2.1',
    'tunnel-dst': '192.0.2.2',
  };
  const value = values[name];
  const files = {
    ...base,
    'ftpwall.conf': before,
    // Only hosts that come later are shared by interfaces.
    ...(name === 'dynamic_shared' ? { hosts: 'sub eth1:10.0.1.128/25\nvpn eth3:dynamic ipsec\n' } : {}),
  };
  const zones = `${base.zones?.replace(/\n$/, '')} ${name}${value === undefined ? '' : `=${value}`}\n`;
  expect(made(files, 'zones', zones)).not.toBe(made(files, 'zones', base.zones ?? ''));
});
