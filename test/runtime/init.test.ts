/** `ftpwall init`: what it writes compiles, keeps the admin's connection, and replaces nothing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { render } from '../../compiler/diagnostics/render.ts';
import type { SeenNetwork } from '../../runtime/init/detected-network.ts';
import { firstConfiguration, type MachineKind, placesOf } from '../../runtime/init/first-configuration.ts';
import { skeletons } from '../../runtime/init/skeletons.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { atTerminal } from '../support/terminal.ts';

const seen: SeenNetwork = {
  interfaces: [
    { name: 'lan0', addresses: ['10.0.1.1/24'] },
    { name: 'wan0', addresses: ['192.0.2.1/24'] },
  ],
  outward: 'wan0',
  admins: [{ peer: '198.51.100.7', port: '2222', interface: 'wan0' }],
};
const kinds: readonly MachineKind[] = ['server', 'gateway', 'threeZone'];

describe.each(kinds)('%s', (kind) => {
  test.each([
    ['seen', seen],
    ['by IPv6', { ...seen, admins: [{ peer: '2001:db8::7', port: '22', interface: 'wan0' }] }],
    ['from within', { ...seen, admins: [{ peer: '10.0.1.7', port: '22', interface: 'lan0' }] }],
    ['on a machine without network', { interfaces: [], admins: [] }],
  ])('compiles without a word, %s', (_, network) => {
    const { report } = compile(memoryEnvironment(firstConfiguration(kind, network)), { version: '0' });
    expect(render(report.diagnostics)).toBe('');
  });

  test('keeps the connection open, running and stopped', () => {
    const { rules, stoppedrules } = firstConfiguration(kind, seen);
    expect(rules).toContain('ACCEPT         net:198.51.100.7   $FW   tcp   2222');
    expect(stoppedrules).toContain('ACCEPT    wan0:198.51.100.7   $FW   tcp   2222');
  });
});

test('the headings of all other files change nothing', () => {
  const own = firstConfiguration('threeZone', seen);
  const compiled = (files: Readonly<Record<string, string>>) =>
    compile(memoryEnvironment(files), { version: '0' }).artifact?.ruleset;
  expect(compiled({ ...skeletons(), ...own })).toBe(compiled(own));
});

test('the way out is that of the default route', () => {
  expect(placesOf('threeZone', seen)).toEqual({ net: 'wan0', loc: 'lan0', dmz: 'eth2' });
});

describe('the verb', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftpwall-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const init = (...words: readonly string[]) =>
    spawnSync(process.execPath, ['dist/ftpwall.js', 'init', folder, ...words], { encoding: 'utf8', stdio: 'pipe' });
  const written = (name: string) => readFileSync(join(folder, name), 'utf8');

  test('writes, also over files of comments, and never twice', () => {
    writeFileSync(join(folder, 'ftpwall.conf'), '# only a comment\n');
    expect(init('--three-zone')).toMatchObject({ status: 0, stderr: '' });
    expect(written('ftpwall.conf')).toContain('IP_FORWARDING=On');
    expect(init('--server')).toMatchObject({ status: 3, stdout: '' });
    expect(written('zones')).toContain('dmz');
  });

  test('brings the headings of every file, and what it wrote compiles', () => {
    writeFileSync(join(folder, 'hosts'), '# mine\n');
    expect(init('--server').status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(
      [...new Set([...Object.keys(skeletons()), 'ftpwall.conf', 'params'])].sort(),
    );
    expect(written('conntrack')).toBe(skeletons().conntrack);
    expect(written('hosts')).toBe('# mine\n');
    const { status, stderr } = spawnSync(process.execPath, ['dist/ftpwall.js', 'check', folder], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('wants one kind, and nobody at a pipe is asked', () => {
    expect(init('--server', '--gateway').status).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is quiet when asked', () => {
    expect(init('--server', '--quiet')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});

describe.skipIf(process.getuid?.() !== 0)('on a machine with two interfaces', () => {
  const namespace = `ftpwall-init-${process.pid}`;
  const ip = (words: string) => execFileSync('ip', words.split(' '));
  let folder: string;
  beforeAll(() => {
    ip(`netns add ${namespace}`);
    ip(`-n ${namespace} link add lan0 type veth peer name wan0`);
    ip(`-n ${namespace} address add 192.0.2.1/24 dev wan0`);
    ip(`-n ${namespace} address add 10.0.1.1/24 dev lan0`);
    ip(`-n ${namespace} link set wan0 up`);
    ip(`-n ${namespace} link set lan0 up`);
    ip(`-n ${namespace} route add default via 192.0.2.254`);
  });
  afterAll(() => ip(`netns del ${namespace}`));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ftpwall-init-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const program = [process.execPath, 'dist/ftpwall.js'];
  const inside = ['ip', 'netns', 'exec', namespace];
  const written = (name: string) => readFileSync(join(folder, name), 'utf8');

  test.each([
    ['1', 'server', 'net     wan0'],
    ['2', 'router', 'loc     lan0'],
    ['3', 'router with a dmz', 'dmz     eth2'],
  ])('the answer %s makes a %s', (answer, _, line) => {
    const { status, shown } = atTerminal([...inside, ...program, 'init', folder], {
      answers: [['public servers', answer]],
      env: { SSH_CONNECTION: '198.51.100.7 40000 192.0.2.1 22' },
    });
    expect(shown).toContain('nothing was loaded');
    expect(shown).toContain('kept open: the connection from 198.51.100.7 to port 22');
    expect(status).toBe(0);
    expect(written('interfaces')).toContain(line);
    expect(written('rules')).toContain('ACCEPT         net:198.51.100.7   $FW   tcp   22');
  });

  test('what cannot be seen is asked', () => {
    ip(`-n ${namespace} link add lan1 type veth peer name lan2`);
    ip(`-n ${namespace} route del default`);
    try {
      const { status, shown } = atTerminal([...inside, ...program, 'init', folder], {
        answers: [
          ['public servers', '3'],
          ['the internet (net)?', 'wan0'],
          ['private network (loc)?', 'lan2'],
          ['may reach (dmz)?', 'lan0'],
        ],
      });
      expect(status, shown).toBe(0);
      expect(written('interfaces')).toMatch(/^net +wan0 .*\nloc +lan2 .*\ndmz +lan0 /m);
      expect(written('snat')).toContain('wan0');
    } finally {
      ip(`-n ${namespace} link del lan1`);
      ip(`-n ${namespace} route add default via 192.0.2.254`);
    }
  });

  test('what is no answer is asked again, and an interface that is not here is none', () => {
    const { status, shown } = atTerminal([...inside, ...program, 'init', folder], {
      answers: [
        ['public servers', '7'],
        ['from 1 to 3', '\u007f2'],
      ],
    });
    expect(status, shown).toBe(0);
    expect(written('interfaces')).toContain('loc     lan0');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s ends it, and nothing is written', (_, key) => {
    const { status, shown } = atTerminal([...inside, ...program, 'init', folder], {
      answers: [['Choice', key]],
    });
    expect(shown).toContain('nothing was written');
    expect(shown).not.toContain('bug');
    expect(status).toBe(3);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a configuration that is there is said before any question', () => {
    writeFileSync(join(folder, 'rules'), 'SSH(ACCEPT) net $FW\n');
    const { status, shown } = atTerminal([...inside, ...program, 'init', folder]);
    expect(shown).toContain('has a configuration already (rules)');
    expect(shown).not.toContain('What is this machine');
    expect(status).toBe(3);
  });

  test.each(['--server', '--gateway', '--three-zone'])('%s asks nothing, also at a terminal', (option) => {
    const { status, shown } = atTerminal([...inside, ...program, 'init', folder, option]);
    expect(status).toBe(0);
    expect(shown).not.toContain('?');
    expect(shown).not.toContain('What is this machine');
  });

  test('the connection is seen behind sudo, which takes its name away', () => {
    const login = [
      'sh',
      '-c',
      'env -u SSH_CONNECTION "$@"; :',
      'sh',
      ...inside,
      ...program,
      'init',
      folder,
      '--gateway',
    ];
    const { stdout } = spawnSync('sh', ['-c', '"$@"; :', 'sh', ...login], {
      encoding: 'utf8',
      env: { ...process.env, SSH_CONNECTION: '10.0.1.7 40000 10.0.1.1 2222' },
    });
    expect(stdout).toContain('kept open: the connection from 10.0.1.7 to port 2222');
    expect(written('rules')).toContain('ACCEPT         loc:10.0.1.7   $FW   tcp   2222');
    expect(written('stoppedrules')).toContain('ACCEPT    lan0:10.0.1.7   $FW   tcp   2222');
  });
});

test.each([
  ['gateway', ['eth0'], 'tcpflags,nosmurfs,dhcp,accept_ra=2'],
  ['gateway', ['eth7'], 'tcpflags,nosmurfs,dhcp'],
  ['server', ['eth0'], 'tcpflags,nosmurfs,dhcp'],
] as const)('a %s whose kernel learns its IPv6 route on %s', (kind, advertised, options) => {
  const seen = { interfaces: [{ name: 'eth0', addresses: [] }], outward: 'eth0', advertised, admins: [] };
  expect(firstConfiguration(kind, seen).interfaces?.split('\n')[3]).toBe(`net     eth0   ${options}`);
});
