/** Each kind of word and each column: what hover says of it, and what completion offers there. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompletionItem, Hover, Location } from 'vscode-languageserver/node';
import { LanguageClient } from '../support/language-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-words-'));
const files: Readonly<Record<string, string>> = {
  'ftpwall.conf': 'LOG_LEVEL=notice\n',
  params: 'NET_IF=eth0\n',
  zones: 'fw firewall\nnet ip\nloc ip\ndmz ip\n',
  interfaces: '?FORMAT 2\nnet $NET_IF\nloc eth1\ndmz eth2\n',
  policy: 'loc net ACCEPT\n$FW all ACCEPT\nall all DROP $LOG_LEVEL\n',
  rules: '?SECTION NEW\nSSH(ACCEPT):info loc $FW\nINCLUDE web.rules\nREJECT loc net:&eth0 icmp 8\n',
  'web.rules': 'Web(ACCEPT) net dmz\n',
  snat: 'MASQUERADE 10.0.1.0/24 $NET_IF\n',
  assertions: 'DENY net fw tcp 23\n',
  mangle: 'MARK(1):F eth0 eth1\n',
  stoppedrules: 'ACCEPT eth1 $FW tcp 22\n',
};

let client: LanguageClient;
beforeAll(async () => {
  mkdirSync(join(folder, 'rules.d'));
  for (const [name, text] of Object.entries({ ...files, 'rules.d/more': '' })) writeFileSync(join(folder, name), text);
  ({ client } = await LanguageClient.start());
  for (const [name, text] of Object.entries(files)) client.open(join(folder, name), text);
  expect(await client.diagnostics(join(folder, 'rules'))).toEqual([]);
});
afterAll(async () => {
  expect(await client.end()).toEqual({ status: 0, signal: null });
  expect(client.errors).toBe('');
  rmSync(folder, { recursive: true });
});

/** The second character of a word in the text of a file. */
function placeOf(name: string, word: string): readonly [number, number] {
  const lines = (files[name] ?? '').split('\n');
  const line = lines.findIndex((each) => each.includes(word));
  return [line, (lines[line] ?? '').indexOf(word) + 1];
}

test.each([
  ['rules', 'ACCEPT', '`ACCEPT`: let the connection through'],
  ['rules', 'info', 'log level `info`'],
  ['rules', 'web.rules', 'file `web.rules`, read here'],
  ['rules', 'web.rules', 'Web(ACCEPT) net dmz'],
  ['rules', 'eth0', 'net $NET_IF'],
  ['policy', 'LOG_LEVEL', '`LOG_LEVEL=notice` (ftpwall.conf:1)'],
  ['ftpwall.conf', 'notice', 'setting `LOG_LEVEL`'],
  ['snat', 'MASQUERADE', 'the address that the interface has'],
  ['assertions', 'DENY', 'dropped or rejected'],
])('hover in %s over %s', async (name, word, wanted) => {
  const hover = (await client.at('textDocument/hover', join(folder, name), placeOf(name, word))) as Hover | null;
  expect((hover?.contents as { value: string } | undefined)?.value).toContain(wanted);
});

test.each([
  ['rules', 'eth0', 'interfaces', 1],
  ['policy', 'LOG_LEVEL', 'ftpwall.conf', 0],
  ['snat', 'NET_IF', 'params', 0],
])('definition in %s of %s', async (name, word, wanted, line) => {
  const found = (await client.at('textDocument/definition', join(folder, name), placeOf(name, word))) as Location[];
  expect(found.map(({ uri, range }) => [uri.split('/').at(-1), range.start.line])).toEqual([[wanted, line]]);
});

describe('completion', () => {
  /** What is offered behind a text in a line of its own, at the end of a file. */
  async function offered(name: string, begun: string): Promise<readonly string[]> {
    const path = join(folder, name);
    client.change(path, `${files[name]}${begun}`);
    const line = (files[name] ?? '').split('\n').length - 1;
    const items = (await client.at('textDocument/completion', path, [line, begun.length])) as CompletionItem[];
    client.change(path, files[name] ?? '');
    return items.map(({ label }) => label);
  }

  test.each([
    ['rules', 'ACCEPT:', ['info', 'warn'], ['SSH', 'net']],
    ['rules', 'SSH(ACCEPT):', ['info'], ['DROP']],
    ['rules', 'ACCEPT net:', ['eth0', 'eth1'], ['loc']],
    ['rules', 'ACCEPT loc net icmp ', ['echo-request'], ['http']],
    ['rules', 'ACCEPT loc net ipv6-icmp ', ['packet-too-big'], ['http']],
    ['rules', 'ACCEPT loc net ; ', ['proto', 'dport', 'rate'], ['net']],
    ['rules', 'ACCEPT loc net { proto=tcp, d', ['dport'], ['net']],
    ['rules', 'ACCEPT loc net { proto=', ['tcp'], ['net', 'http']],
    ['rules', 'ACCEPT { source=', ['net', 'loc'], ['tcp']],
    ['rules', 'INCLUDE ', ['web.rules', 'rules.d/more'], ['zones']],
    ['zones', 'guests:', ['loc', 'net'], ['guests', 'fw', '$FW']],
    ['interfaces', 'net eth9 tcpflags,', ['dhcp', 'routeback'], ['net']],
    ['interfaces', 'net eth9 routefilter=', [], ['dhcp']],
    ['snat', '', ['MASQUERADE', 'SNAT'], ['DNAT', 'SSH']],
    ['mangle', '', ['MARK', 'CLASSIFY'], ['DNAT']],
    ['stoppedrules', '', ['ACCEPT', 'NOTRACK'], ['DNAT', 'SSH']],
    ['assertions', '', ['DENY'], ['DNAT']],
    ['ftpwall.conf', 'IP_FORWARDING=', ['On', 'Off', 'Keep'], []],
    ['ftpwall.conf', 'FAMILY=', ['ipv4', 'both'], []],
  ])('in %s behind «%s»', async (name, begun, wanted, unwanted) => {
    const labels = await offered(name, begun);
    expect(labels).toEqual(expect.arrayContaining(wanted));
    expect(labels.filter((label) => unwanted.includes(label))).toEqual([]);
  });
});
