/** `ftpwall plan --against`: what a configuration opens and closes compared with a listing of nft. */
import { spawnSync } from 'node:child_process';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';

const folder = 'etc-samples/one-interface';

function plan(listing: string, ...more: readonly string[]) {
  const words = ['dist/ftpwall.js', 'plan', folder, '--against', '-', ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { input: listing, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const openTable = `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 23 counter packets 0 bytes 0 accept comment "rules:7 ACCEPT net $FW tcp 23"
		udp dport 9999 accept
	}
}
`;

test('a machine without rules lets everything through, so a firewall closes', () => {
  const { status, stdout } = plan('');
  expect(status).toBe(4);
  expect(stdout).toMatch(/^closes {2}net → fw {2}DROP policy:\d+ \(was ACCEPT no rule\)$/m);
  expect(stdout).not.toMatch(/^opens/m);
});

test('rules of ours are told by their line, others by their words', () => {
  const { status, stdout } = plan(openTable);
  expect(status).toBe(4);
  expect(stdout).toMatch(/^closes {2}net → fw {2}\w+ \S+ \(was ACCEPT rules:7\)$/m);
  const printed = JSON.parse(plan(openTable, '--json').stdout);
  const schema = outputSchemas.find(({ verbs }) => verbs.includes('plan'))?.schema ?? {};
  const validate = new Ajv2020({ strict: true }).compile(schema);
  expect([validate(printed), validate.errors]).toEqual([true, null]);
  const before = printed.changes.map((change: { before: object }) => change.before);
  expect(before).toContainEqual({ verdict: 'accept', line: 'rules:7', by: expect.stringContaining('tcp dport 23') });
  expect(before).toContainEqual({ verdict: 'accept', line: null, by: 'udp dport 9999 accept' });
});

test('what is no listing of nft, or asks for two configurations, is refused', () => {
  expect(plan('nothing of the kind')).toMatchObject({ status: 3, stderr: expect.stringContaining('standard input') });
  expect(plan('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n')).toMatchObject({ status: 3 });
  expect(plan('', '--markdown')).toMatchObject({ status: 2 });
});
