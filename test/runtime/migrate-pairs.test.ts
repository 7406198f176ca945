/**
 * Pairs of a Shorewall and a Shorewall6 folder that nobody wrote, made at random from a printed seed: they differ in every
 * kind of line, and the folder that `migrate` makes of them must be the same firewall, and read the same for each IP version.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { read } from '../../compiler/1-read/read.ts';
import { compile } from '../../compiler/compile.ts';
import { Report } from '../../compiler/diagnostics/report.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { type Folder, findFolder } from '../../runtime/environment/folder.ts';
import { migrate } from '../../runtime/migrate/migrate.ts';
import { random } from '../support/probes/probes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ftpwall-pairs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const first = Number(process.env.SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.PAIRS ?? 8) }, (_, index) => first + index);

type Version = 4 | 6;
type Files = Record<string, string>;

/** What differs between the IP versions by nature. */
const places = {
  4: { lan: '10.0.1.0/24', server: '10.0.1.5', out: '192.0.2.9', type: 'ipv4', ping: 'icmp 8' },
  6: { lan: '2001:db8:3::/64', server: '2001:db8:3::5', out: '2001:db8:9::9', type: 'ipv6', ping: 'ipv6-icmp 128' },
} as const;

/** A folder of one IP version: lines that both may have are drawn by `shared`, those of its own by `own`. */
function folder(version: Version, shared: () => number, own: () => number): Files {
  const { lan, server, type, ping } = places[version];
  const both = <Item>(...items: readonly Item[]): Item => items[Math.floor(shared() * items.length)] as Item;
  const mine = <Item>(...items: readonly Item[]): Item => items[Math.floor(own() * items.length)] as Item;
  const maybe = (line: string) => (own() < 0.4 ? line : '');
  const options = () =>
    ['dhcp', 'nosmurfs', 'tcpflags=0', 'routeback', 'rpfilter', 'sourceroute=0']
      .filter(() => own() < 0.25)
      .concat('optional')
      .join(',');
  const verdict = () => mine('ACCEPT', 'DROP', 'REJECT');
  const log = () => mine('', ' info', ' notice');
  const port = () => mine(22, 25, 80, 443, 8080);
  const conf = version === 4 ? 'shorewall.conf' : 'shorewall6.conf';
  const files: Files = {
    [conf]: `STARTUP_ENABLED=Yes\nLOGFORMAT="%s %s "\nADD_IP_ALIASES=No\nIP_FORWARDING=${mine('On', 'Off', 'Keep')}\nSMURF_LOG_LEVEL=${mine('info', '')}\nDROP_DEFAULT=${mine('none', '"Broadcast(DROP),Multicast(DROP)"')}\nTCP_FLAGS_DISPOSITION=${mine('DROP', 'REJECT')}\nDISABLE_IPV6=No\n`,
    params: `LAN=${version === 4 ? lan : `[${lan}]`}\nPORT=${port()}\nSAME=${both(21, 22)}\n`,
    zones: `# the zones\nfw firewall\nnet ${type}\nloc ${type}\n${version === 4 ? 'old ipv4\n' : maybe('tun ipv6\n')}`,
    policy: `loc net ${verdict()}${log()}\n${maybe(`fw net ${verdict()}\n`)}fw all ACCEPT\nnet all DROP${log()}\n# the last one\nall all ${mine('DROP', 'REJECT')}${log()}\n`,
    rules: `?SECTION NEW\n# ${both('admins', 'people')}\nACCEPT loc:$LAN fw tcp 22\n${maybe(`DROP net fw tcp ${port()}\n`)}Ping(ACCEPT) all all\n${maybe(`?IF 1\nACCEPT net fw udp ${port()}\n?ENDIF\n`)}${maybe('Mine(ACCEPT) net fw\n')}ACCEPT net fw tcp $PORT # by number\nDNAT net loc:${version === 4 ? server : `[${server}]`} tcp ${port()}\n${maybe('?COMMENT of one\nREJECT:info loc fw tcp 113\n?COMMENT\n')}ACCEPT loc fw tcp $SAME\n`,
    'macro.Mine': `PARAM - - tcp ${port()}\n${maybe('PARAM - - udp 5000\n')}`,
    stoppedrules: `${maybe('ACCEPT eth1 -\n')}ACCEPT - eth1\n`,
  };
  if (own() < 0.3) files['macro.Ping'] = `PARAM - - ${ping}\n${maybe('PARAM - - tcp 7\n')}`;
  if (own() < 0.4) files.snat = `MASQUERADE ${lan} eth0\n`;
  if (own() < 0.3) files.conntrack = `?FORMAT 3\nNOTRACK:P ${lan} - udp ${port()}\n`;
  if (own() < 0.3)
    files.tunnels = `ipip net 0.0.0.0/0\n`.replace('0.0.0.0/0', version === 4 ? '192.0.2.77' : '2001:db8:9::77');
  const tun = files.zones?.includes('tun') ? 'tun sit1 -\n' : '';
  const old = version === 4 ? 'old eth2 -\n' : '';
  files.interfaces = `?FORMAT 2\nnet eth0 ${options()}\nloc eth1 ${options()}\n${tun}${old}${maybe('- eth9 ignore\n')}`;
  return files;
}

function write(name: string, files: Files): Folder {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return found(path);
}

function found(path: string): Folder {
  const result = findFolder(path);
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.folder;
}

const names = ['policy', 'rules', 'snat', 'stoppedrules', 'conntrack', 'tunnels'];

const foreign = { 4: /2001:db8/, 6: /\b(10|192)\.\d/ } as const;

/** The lines that one IP version reads, with their sections; those with addresses of the other one say nothing to it. */
function linesOf(folder: Folder, version: Version): Readonly<Record<string, readonly string[]>> {
  const { files } = read(openEnvironment(folder, 'looking'), new Report(), ['zones', ...names], `ipv${version}`);
  return Object.fromEntries(
    names.map((name) => [
      name,
      (files.get(name)?.lines ?? [])
        .map(({ text, section }) => `${section} ${text.text.replace(/\s+/g, ' ')}`)
        .filter((line) => !foreign[version].test(line)),
    ]),
  );
}

test.each(seeds)(
  'a pair from the seed %i becomes one folder that is both',
  (seed) => {
    const one = random(seed);
    const shared = Array.from({ length: 100 }, () => one());
    const draw = () => {
      let next = 0;
      return () => shared[next++ % shared.length] ?? 0;
    };
    const four = write(`four-${seed}`, folder(4, draw(), random(seed * 2 + 1)));
    const six = write(`six-${seed}`, folder(6, draw(), random(seed * 2 + 2)));
    for (const half of [four, six]) {
      const { report } = compile(openEnvironment(half, 'looking'), { version: '0' });
      expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
    const to = join(scratch, `new-${seed}`);
    const migration = migrate([four, six], to);
    if (migration.kind === 'refused')
      expect([
        migration.reason,
        migration.findings.map(({ message, label }) => [message, label.span.source.path]),
        migration.differences,
      ]).toEqual([]);
    const fresh = found(to);
    expect([linesOf(fresh, 4), linesOf(fresh, 6)]).toEqual([linesOf(four, 4), linesOf(six, 6)]);
  },
  60_000,
);
