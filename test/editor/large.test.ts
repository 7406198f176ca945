/** Ten thousand rules: an edit is judged before the whole is, and the server keeps within its memory. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LanguageClient } from '../support/language-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-editor-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A rule that no other one covers. */
function line(number: number): string {
  const port = 1 + ((number * 7919) % 50_000);
  const ports = number % 2 === 0 ? port : `${port}:${port + (number % 900)}`;
  return `ACCEPT net:10.${number >> 8}.${number & 255}.0/24 loc:192.168.${number % 200}.${1 + (number % 250)} udp ${ports}`;
}

const mostMemory = 300; // MiB

test('an edit of a large folder', async () => {
  const lines = ['?SECTION NEW', ...Array.from({ length: 10_000 }, (_, number) => line(number)), ''];
  const files = {
    'ftpwall.conf': '',
    zones: 'fw firewall\nnet ip\nloc ip\n',
    interfaces: '?FORMAT 2\nnet eth0\nloc eth1\n',
    policy: 'all all DROP\n',
    rules: lines.join('\n'),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const rules = join(folder, 'rules');
  const { client } = await LanguageClient.start();
  client.open(rules, lines.join('\n'));
  expect((await client.diagnostics(rules)).map(({ code }) => code)).toEqual([]);
  const dead = lines[3000] ?? '';
  const edited = [...lines.slice(0, 5000), 'ACCEPT nte loc', ...lines.slice(5000, -1), dead, ''];
  const version = client.change(rules, edited.join('\n'));
  const found = await client.diagnostics(rules, (_, at) => at === version);
  expect(found).toMatchObject([{ code: 'unknown-zone', range: { start: { line: 5000, character: 7 } } }]);
  // Another edit, far away and before the whole was judged, is answered as well, and the first one still stands.
  const twice = [...edited.slice(0, 9000), 'ACCEPT net lco', ...edited.slice(9000)];
  const second = client.change(rules, twice.join('\n'));
  const both = await client.diagnostics(rules, (_, at) => at === second);
  expect(both.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['unknown-zone', 5000],
    ['unknown-zone', 9000],
  ]);
  const third = client.change(rules, edited.join('\n'));
  // What the lines before moved is shown where it is now, and the whole follows.
  const whole = await client.diagnostics(rules, (all, at) => at === third && all.length > 1);
  expect(whole.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['unknown-zone', 5000],
    ['rule-never-reached', edited.length - 2],
  ]);
  const moved = client.change(rules, ['# above', ...edited].join('\n'));
  const after = await client.diagnostics(rules, (_, at) => at === moved);
  expect(after.map(({ code, range }) => [code, range.start.line])).toEqual([
    ['unknown-zone', 5001],
    ['rule-never-reached', edited.length - 1],
  ]);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${client.process.pid}/status`, 'utf8'))?.[1]) / 1024;
  expect(peak).toBeLessThan(mostMemory);
  expect(await client.end()).toEqual({ status: 0, signal: null });
  expect(client.errors).toBe('');
});
