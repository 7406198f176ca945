/**
 * Every option, column, action and setting of marks, providers, shaping, accounting, translation, tracking and what is rare
 * elsewhere, a line of `features.txt` each: what Shorewall takes compiles and the kernel loads it, or the code of our refusal
 * stands behind `=>`. Lines that Shorewall itself refuses begin with `! `. `npm run oracle` asks Shorewall about each line,
 * `npm test` about every fortieth.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { describeKernel, isRoot } from '../kernel/possible.ts';
import { refusedByNft } from '../kernel/refused-by-nft.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';
import { shorewallIsHere } from './shorewall.ts';
import { settingsFiles } from './theirs.ts';

interface Feature {
  /** The line without its marks. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly settings: string;
  readonly refusedByUs?: string;
  readonly refusedByShorewall: boolean;
}

const base = {
  zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
  interfaces: 'net eth0 optional // net eth1 optional // loc eth2',
  policy: 'loc net ACCEPT\n$FW all ACCEPT\nall all DROP\n',
};
const formats: Readonly<Record<string, string>> = { interfaces: '?FORMAT 2', conntrack: '?FORMAT 3' };

/** Files stand behind ` | `, lines of a file behind ` // `; `conf` is the settings file. */
function featureOf(line: string): Feature {
  const [whole = '', refusedByUs] = line.split(' => ');
  const name = whole.replace(/^! /, '');
  const { conf = '', ...files } = Object.fromEntries(
    [...Object.entries(base).map(([file, text]) => `${file}: ${text}`), ...name.split(' | ')].map((part) => {
      const at = part.indexOf(': ');
      const [file, text] = [part.slice(0, at), part.slice(at + 2)];
      const first = formats[file] && !text.startsWith('?FORMAT') ? [formats[file]] : [];
      return [file, `${[...first, ...text.trim().split(' // ')].join('\n')}\n`];
    }),
  );
  const settings = `ROUTE_FILTER=No\nIP_FORWARDING=On\nSTARTUP_ENABLED=Yes\nTC_ENABLED=Internal\n${conf}`;
  return { name, files, settings, ...(refusedByUs ? { refusedByUs } : {}), refusedByShorewall: line.startsWith('! ') };
}

const features = readFileSync(join(import.meta.dirname, 'features.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map(featureOf);

/** The kernel's queues of packets, which not every kernel has. */
const needsQueues = /\bqueue (to|flags)/;

describeKernel('one feature each, as Shorewall writes them', () => {
  test('each compiles and loads, or is refused by its code', () => {
    const rulesets = new Map<string, string>();
    const wrong: string[] = [];
    for (const { name, files, settings, refusedByUs } of features) {
      const { artifact, report } = compile(memoryEnvironment({ ...files, 'shorewall.conf': settings }), {
        version: '0',
      });
      const codes = report.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      if (refusedByUs ? !codes.includes(refusedByUs) : !artifact)
        wrong.push(`${name}: ${codes.join(', ') || 'it is taken'}`);
      if (artifact && !needsQueues.test(artifact.ruleset) && ![...rulesets.values()].includes(artifact.ruleset))
        rulesets.set(name, artifact.ruleset);
    }
    expect(wrong).toEqual([]);
    expect(features.length - features.filter(({ refusedByUs }) => refusedByUs).length).toBeGreaterThan(550);
    expect(refusedByNft(rulesets)).toEqual([]);
  });
});

/** Capabilities of a kernel that has all that Shorewall can ask for. */
function allCapabilities(): string {
  const shown = spawnSync(
    'unshare',
    [
      '-n',
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs tmpfs /var/log && true >/var/log/messages && shorewall show -f capabilities',
    ],
    { encoding: 'utf8' },
  );
  return shown.stdout.replace(/^(?!OLD_)(\w+)=$/gm, '$1=Yes');
}

function isTaken({ files, settings }: Feature, capabilities: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-feature-'));
  try {
    const { name, stock } = settingsFiles[4];
    const stocked = readFileSync(stock, 'utf8');
    for (const [file, text] of Object.entries({ ...files, capabilities, [name]: `${stocked}\n${settings}` }))
      writeFileSync(join(folder, file), text);
    const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'shorewall', 'check', '-e', folder], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    });
    return status === 0 && !/ERROR: /.test(stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!isRoot || !shorewallIsHere())('what Shorewall says of the same lines', () => {
  const share = process.env.ORACLE === 'all' ? 1 : 40;
  const asked = features.filter((_, index) => index % share === 0);

  test('it takes those that are not marked, and refuses the others', { timeout: 1_800_000 }, () => {
    const capabilities = allCapabilities();
    expect(capabilities).toContain('CAPVERSION=');
    const otherwise = asked.filter((each) => isTaken(each, capabilities) === each.refusedByShorewall);
    expect(otherwise.map(({ name }) => name)).toEqual([]);
  });
});
