/** `plan` and `diff` of the firewall that runs: its sets as they are, and the connections that are open. */
import { expect, test } from 'vitest';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

const machine = administered(threeNetworks, {
  'ftpwall.conf': '',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  rules: '?SECTION NEW\nSSH(ACCEPT) net fw\nACCEPT net fw tcp 8080\n',
});

/** A host of zone net. */
const peer = '192.0.2.10';

/** What the verb prints as JSON, and its status. */
async function ask(verb: string, ...words: readonly string[]) {
  const asked = [process.execPath, 'dist/ftpwall.js', verb, ...words, '--json', '--state', machine.state];
  const { status, output, errors } = await machine.firewall.run(asked);
  expect(errors).toBe('');
  return { status, ...JSON.parse(output) };
}

/** Puts a connection into the table of connections, as an established one. */
async function connect(port: number) {
  const words = `-I -p tcp -s ${peer} -d 192.0.2.1 --sport 40000 --dport ${port} --state ESTABLISHED -t 600`;
  await machine.firewall.must(['conntrack', ...words.split(' ')]);
}

describeKernel('what a change does to the firewall that runs', () => {
  test('open connections that would not be admitted any more', async () => {
    await machine.must('start');
    await connect(22);
    await connect(8080);
    machine.rules('SSH(ACCEPT) net fw');
    const planned = await ask('plan', machine.configuration);
    expect(planned).toMatchObject({
      status: 4,
      changes: [{ before: { line: 'rules:3' }, after: { line: 'policy:2' } }],
      connections: [{ protocol: 6, source: peer, sourcePort: 40000, port: 8080, by: 'policy:2' }],
    });
  });

  test('what was opened by command stays open, so that only a folder has it closed', async () => {
    await machine.must('start');
    await machine.firewall.must([
      ...[process.execPath, 'dist/ftpwall.js', 'open', peer, 'all', 'tcp', '9000', '--state', machine.state],
    ]);
    expect(await ask('plan', machine.configuration)).toMatchObject({ status: 0, changes: [] });
    const { status, changes } = await ask('diff', '1', machine.configuration);
    expect(status).toBe(4);
    const change = changes.find((each: { from: string; to: string }) => each.from === 'net' && each.to === 'fw');
    expect(change).toMatchObject({ before: { verdict: 'accept' }, after: { verdict: 'drop' } });
    for (const packets of change.packets)
      expect(packets).toMatchObject({ source: peer, protocol: 'tcp', port: '9000' });
  });

  test('a restart at a terminal says it before it loads', async () => {
    await machine.must('start');
    machine.rules('SSH(ACCEPT) net fw');
    const terminal = ['python3', 'test/support/terminal.py', '[]', ...machine.words('restart')];
    const { status, output } = await machine.firewall.run(terminal, {
      env: { ...process.env, SSH_CONNECTION: undefined },
    });
    expect(status, output).toBe(0);
    const lines = output.split('\r\n');
    const at = lines.findIndex((line) => line.includes('what changes for packets'));
    expect(lines[at + 1]).toMatch(/closes {2}net → fw {2}.*tcp 8080.* {2}DROP policy:2 \(was ACCEPT rules:3\)/);
    expect(lines.findIndex((line) => line.includes('loaded generation 2'))).toBeGreaterThan(at);
    // Nobody watches a program.
    machine.rules('SSH(ACCEPT) net fw', 'ACCEPT net fw tcp 8081');
    expect((await machine.must('restart')).errors).not.toContain('what changes');
  });
});
