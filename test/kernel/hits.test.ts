import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LanguageClient } from '../support/language-client.ts';
import { ftpwall, startFirewall } from './ftp/placements.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';

let lab: Lab;
const server = '10.0.2.10';

describeKernel('hits', () => {
  beforeAll(async () => {
    lab = openLab();
    await Promise.all([80, 8080].map((port) => lab.host('dmz').serve('tcp', port)));
  });
  afterAll(() => lab?.close());

  const connect = (port = 80) => lab.host('net').attempt({ protocol: 'tcp', address: server, port });

  test('without a firewall there is nothing to show', async () => {
    expect(await ftpwall(lab, ['hits'])).toMatchObject({
      status: 4,
      errors: 'ftpwall: no firewall of ours is loaded, so nothing is counted\n',
    });
  });

  test('each line with its text and what it has met, as text and as data', async () => {
    await startFirewall(lab, { rules: [`ACCEPT   net   dmz:${server}   tcp   80`, 'ACCEPT net dmz tcp 22'] });
    for (let count = 0; count < 3; count += 1) expect(await connect()).toMatchObject({ kind: 'connected' });
    await connect(81);
    const { output } = await ftpwall(lab, ['hits']);
    expect(output).toMatch(/^ +packets +bytes +line$/m);
    expect(output).toMatch(/^ +3 +180 +rules:2 +ACCEPT net dmz:10\.0\.2\.10 tcp 80$/m);
    expect(output).toMatch(/^ +0 +0 +rules:3 +ACCEPT net dmz tcp 22$/m);
    const { lines } = JSON.parse((await ftpwall(lab, ['hits', '--json'])).output) as {
      lines: readonly { line?: { file: string; line: number }; builtin?: string; packets: number }[];
    };
    const text = 'ACCEPT net dmz:10.0.2.10 tcp 80';
    expect(lines).toContainEqual({ line: { file: 'rules', line: 2, text }, packets: 3, bytes: 180 });
    expect(lines.find(({ line }) => line?.file === 'policy' && line.line === 1)?.packets).toBeGreaterThan(0);
    expect(lines.filter(({ line, builtin }) => (line === undefined) === (builtin === undefined))).toEqual([]);
  });

  test('a policy of many pairs counts all packets, those that it logs and those above the limit', async () => {
    const extra = Array.from({ length: 5 }, (_each, number) => `more${number}`);
    await startFirewall(lab, {
      rules: [`ACCEPT net dmz:${server} tcp 80`],
      settings: ['LOGLIMIT="s:1/hour:3"'],
      files: {
        zones: `fw firewall\n${['net', 'loc', 'dmz', ...extra].map((zone) => `${zone} ip\n`).join('')}`,
        interfaces: `?FORMAT 2\nnet eth0\nloc eth1\ndmz eth2\n${extra.map((zone, number) => `${zone} far${number}\n`).join('')}`,
        policy: 'all all DROP info\n',
      },
    });
    const chain = () => lab.firewall.must(['nft', 'list', 'chain', 'inet', 'ftpwall', 'net-dmz']);
    expect(await chain()).toContain('jump all-all.policy');
    for (let port = 0; port < 7; port += 1) await connect(9000 + port);
    const { lines } = JSON.parse((await ftpwall(lab, ['hits', '--json'])).output) as {
      lines: readonly { line?: { file: string; line: number }; packets: number }[];
    };
    const after = await chain();
    const met = Number(/counter packets (\d+) bytes \d+ jump all-all\.policy/.exec(after)?.[1]);
    expect(met).toBeGreaterThanOrEqual(7);
    expect(lines.find(({ line }) => line?.file === 'policy')?.packets).toBe(met);
    expect(Number(/level info counter packets (\d+)/.exec(after)?.[1])).toBeLessThan(met);
  });

  test('a translation and the line that accepts what it translated count a packet once', async () => {
    await startFirewall(lab, {
      rules: [`DNAT net dmz:${server} tcp 8080`],
    });
    await lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port: 8080 });
    expect((await ftpwall(lab, ['hits'])).output).toMatch(/^ +1 +60 +rules:2 /m);
  });

  test('an editor shows them beside the lines, also of a line that has moved', async () => {
    const rule = `ACCEPT   net   dmz:${server}   tcp   80`;
    const folder = await startFirewall(lab, { rules: [rule] });
    for (let count = 0; count < 2; count += 1) await connect();
    const { client } = await LanguageClient.start({
      words: ['--state', join(lab.folder, 'state')],
      command: (words) => lab.firewall.command(words),
    });
    const rules = join(folder, 'rules');
    client.open(rules, `?SECTION NEW\n# moved\n${rule}\n`);
    await client.diagnostics(rules);
    const range = { start: { line: 0, character: 0 }, end: { line: 5, character: 0 } };
    expect(await client.of('textDocument/inlayHint', rules, { range })).toMatchObject([
      { position: { line: 2 }, label: expect.stringMatching(/^⇒ .*accept · 2 packets$/) },
    ]);
    expect(await client.end()).toEqual({ status: 0, signal: null });
  });

  test('--watch marks what has just counted, and ends when nobody reads any more', async () => {
    await startFirewall(lab, { rules: [`ACCEPT net dmz:${server} tcp 80`] });
    const words = [
      'node',
      'dist/ftpwall.js',
      'hits',
      '--watch',
      '--color=always',
      '--state',
      join(lab.folder, 'state'),
    ];
    const [file, ...rest] = lab.firewall.command(words);
    const watching = spawn(file, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => watching.on('close', resolve));
    let shown = '';
    const marked = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing was marked:\n${shown}`)), 120_000);
      watching.stdout.on('data', (text) => {
        const first = shown === '';
        shown += String(text);
        if (first) void connect();
        // biome-ignore lint/suspicious/noControlCharactersInRegex: bold begins with one (ECMA-48)
        if (!/\u001b\[1m +\d+ +\d+ +\+1 +rules:2 /.test(shown)) return;
        clearTimeout(timer);
        resolve();
      });
    });
    await marked;
    watching.stdout.destroy();
    expect(await ended).toBe(0);
  });
});
