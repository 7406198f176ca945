/** The rules that we print, read as a listing of nft, are the rules that we meant; and what is changed in them is noticed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareWithListing } from '../../compiler/answers/compare/verify.ts';
import type { Firewall } from '../../compiler/answers/firewall.ts';
import { compile } from '../../compiler/compile.ts';
import { readNft } from '../../compiler/dumps/nft.ts';
import { openEnvironment } from '../../runtime/environment/environment.ts';
import { findFolder } from '../../runtime/environment/folder.ts';
import { missingForKernel } from '../kernel/available.ts';

const root = join(import.meta.dirname, '..', '..');

function compiled(path: string): { readonly firewall: Firewall; readonly text: string } {
  const found = findFolder(path);
  if (found.kind === 'refused') throw new Error(found.reason);
  const made = compile(openEnvironment(found.folder, 'looking'), { version: '0', lint: false });
  if (!made.model || !made.lowered || !made.artifact) throw new Error(`${path} does not compile`);
  return { firewall: { model: made.model, ruleset: made.lowered }, text: made.artifact.ruleset };
}

function verify(text: string, firewall: Firewall) {
  const read = readNft({ path: 'listing', text });
  if (read.kind === 'none') throw new Error(read.reason);
  const { ruleset, unknown } = read.dump;
  const conditions = unknown.flatMap(({ condition }) => condition ?? []);
  const { versions } = firewall.model.families;
  const found = compareWithListing({ ruleset, versions, unknown: conditions }, firewall);
  if (found.kind === 'undecided') throw new Error(found.reason);
  return {
    unknown: unknown.map(({ text: words }) => words),
    differences: found.differences,
    uncertain: found.uncertain,
  };
}

const equal = { unknown: [], differences: [], uncertain: [] };
const cases = ['logging', 'nat', 'run-time-addresses', 'sets', 'reject-action'].map((name) =>
  join(root, 'test', 'cases', name, 'config'),
);

test.each([join(root, 'etc-samples', 'three-interfaces'), ...cases])(
  'what is printed of %s is what was meant',
  (path) => {
    const { firewall, text } = compiled(path);
    expect(verify(text, firewall)).toEqual(equal);
  },
);

const missing = missingForKernel(['nft', 'unshare']);
describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  `the kernel${missing ? ` (needs ${missing})` : ''}`,
  () => {
    test.each([join(root, 'etc-samples', 'three-interfaces'), ...cases])('lists of %s what was meant', (path) => {
      expect(missing).toBeUndefined();
      const { firewall, text } = compiled(path);
      const { stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', 'nft -f - && nft list ruleset'], {
        input: text,
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(verify(stdout, firewall)).toEqual(equal);
    });
  },
);

test('a table that offloads what is established decides nothing', () => {
  const { firewall, text } = compiled(join(root, 'etc-samples', 'three-interfaces'));
  const beside = `table inet ftpwall-offload {
	flowtable forwarded {
		hook ingress priority filter
		devices = { eth0, eth1 }
		flags offload
	}

	chain forward {
		type filter hook forward priority filter + 10; policy accept;
		iifname { "eth0", "eth1" } oifname { "eth0", "eth1" } meta l4proto { tcp, udp } ct state established flow add @forwarded counter packets 1 bytes 40 comment "ftpwall.conf:4"
	}
}
`;
  expect(verify(text + beside, firewall)).toEqual(equal);
});

const sample = compiled(join(root, 'etc-samples', 'three-interfaces'));
const lines = sample.text.split('\n');
const changes = lines.flatMap((line, index): readonly (readonly [string, string])[] => {
  const changed = (other: string): string => [...lines.slice(0, index), other, ...lines.slice(index + 1)].join('\n');
  if (!/^\t+.*\baccept comment "rules:/.test(line)) return [];
  return [
    [`without ${line.trim()}`, changed('')],
    [`dropping ${line.trim()}`, changed(line.replace(' accept ', ' drop '))],
  ];
});

test('there are lines to change', () => expect(changes.length).toBeGreaterThan(5));

// Each takes most of a second.
test.each(changes.filter((_change, index) => index % 6 === 0))('notices the listing %s', (_name, text) => {
  expect(verify(text, sample.firewall).differences).not.toEqual([]);
});

test('two tables at one hook: what one drops the other cannot accept', () => {
  const guard =
    'table ip guard {\n\tchain gate {\n\t\ttype filter hook input priority -10; policy accept;\n\t\ttcp dport 22 drop\n\t}\n}\n';
  const { differences } = verify(`${sample.text}${guard}`, sample.firewall);
  expect([...new Set(differences.map(({ to, before }) => `${to} ${before.verdict} ${before.by}`))]).toEqual([
    'fw drop tcp dport 22 drop',
  ]);
  // A table of IPv4 does not see IPv6.
  expect([...new Set(differences.flatMap(({ packets }) => packets.map(({ version }) => version)))]).toEqual([4]);
});

test('what nft says that nobody here understands is named', () => {
  const odd = sample.text.replace(
    '\tchain net-fw {',
    '\tchain net-fw {\n\t\tosf name "Linux" tcp dport 9999 accept\n\t\tsynproxy mss 1460',
  );
  const { unknown, differences, uncertain } = verify(odd, sample.firewall);
  expect(unknown).toEqual(['osf name Linux tcp dport 9999', 'synproxy mss 1460']);
  expect(differences).toEqual([]);
  expect(uncertain.length).toBeGreaterThan(0);
});
