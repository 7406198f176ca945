import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { verbs } from '../../runtime/commands/index.ts';
import { outputSchemas } from '../../runtime/output/schemas/index.ts';
import { administered } from './administered.ts';
import { threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

const machine = administered(threeNetworks, {
  'ftpwall.conf': 'ROUTE_FILTER=No\n',
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: 'fw all ACCEPT\nall all DROP\n',
  providers: 'ISP1 1 - - eth0 192.0.2.2 -\n',
  rules: '?SECTION NEW\nFTP(ACCEPT) net fw\nACCEPT net fw:&eth0 tcp 22\n',
});

const validators = new Map(
  outputSchemas.flatMap(({ verbs: named, schema }) => {
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
    return named.map((verb) => [verb, validate] as const);
  }),
);
const tried = new Set<string>();

/** What the verb printed, judged by its schema. */
async function ask(verb: string, ...more: readonly string[]) {
  const folder = verbs.find(({ name }) => name === verb)?.arguments[0]?.name === 'DIR' ? [machine.configuration] : [];
  const kept = ['check', 'migrate', 'compile', 'fmt', 'version'].includes(verb) ? [] : ['--state', machine.state];
  const words = [process.execPath, 'dist/ftpwall.js', ...verb.split(' '), '--json', ...kept, ...folder, ...more];
  const ended = await machine.firewall.run(words, { env: { ...process.env, SSH_CONNECTION: undefined } });
  const printed = JSON.parse(ended.output);
  const validate = validators.get(verb);
  expect([verb, validate?.(printed), validate?.errors]).toEqual([verb, true, null]);
  tried.add(verb);
  return printed;
}

describeKernel('--json', () => {
  test('tells of every verb what came of it, and whether anything changed', async () => {
    const changed: [string, string, boolean][] = [];
    const note = async (verb: string, ...more: readonly string[]) => {
      const printed = await ask(verb, ...more);
      changed.push([verb, printed.result, printed.changed]);
    };
    await note('confirm');
    await note('start');
    await note('start');
    await note('save');
    await note('save');
    await note('reload');
    await note('refresh');
    await machine.firewall.must(['sh', '-c', 'ip -4 address flush dev eth0; ip address add 192.0.2.99/24 dev eth0']);
    await note('refresh', 'eth0');
    await note('safe-start', '--no-wait');
    await note('confirm');
    await note('safe-restart', '--no-wait');
    await ask('status');
    await ask('migrate', '--to', join(machine.configuration, 'never'));
    await note('rollback');
    await note('try', '60');
    await note('stop');
    await note('stop');
    await note('restart');
    await note('restore');
    await note('forget');
    await note('forget');
    await note('clear');
    await note('clear');
    expect(changed).toEqual([
      ['confirm', 'refused', false],
      ['start', 'loaded', true],
      ['start', 'loaded', false],
      ['save', 'done', true],
      ['save', 'done', false],
      ['reload', 'loaded', false],
      ['refresh', 'done', false],
      ['refresh', 'done', true],
      ['safe-start', 'pending', false],
      ['confirm', 'done', true],
      ['safe-restart', 'pending', false],
      ['rollback', 'done', true],
      ['try', 'pending', false],
      ['stop', 'done', true],
      ['stop', 'done', false],
      ['restart', 'loaded', true],
      ['restore', 'done', true],
      ['forget', 'done', true],
      ['forget', 'done', false],
      ['clear', 'done', true],
      ['clear', 'done', false],
    ]);
    expect((await ask('generations')).generations.length).toBeGreaterThan(1);
    expect(await ask('status')).toMatchObject({ state: 'cleared' });
    await ask('start');
    changed.length = 0;
    await note('drop', '203.0.113.7');
    await note('allow', '203.0.113.7');
    await note('allow', '203.0.113.7');
    await note('open', 'all', '192.0.2.77', 'tcp', '80');
    await note('close', 'all', '192.0.2.77', 'tcp', '80');
    await note('close', 'all', '192.0.2.77', 'tcp', '80');
    await note('switch', 'nosuch', 'on');
    expect(changed.map(([, result, other]) => [result, other])).toEqual([
      ['done', true],
      ['done', true],
      ['done', false],
      ['done', true],
      ['done', true],
      ['done', false],
      ['refused', false],
    ]);
    expect(changed.length).toBe(7);
    changed.length = 0;
    for (const verb of ['disable', 'disable', 'enable', 'enable', 'reenable']) await note(verb, 'ISP1');
    await note('enable', 'nosuch');
    expect(changed).toEqual([
      ['disable', 'done', true],
      ['disable', 'done', false],
      ['enable', 'done', true],
      ['enable', 'done', false],
      ['reenable', 'done', false],
      ['enable', 'refused', false],
    ]);
    for (const verb of ['reject', 'logdrop', 'logreject', 'blacklist']) await ask(verb, '203.0.113.7');
    for (const verb of ['add', 'delete']) await ask(verb, 'nosuch', '203.0.113.7');
    await ask('doctor', 'ftp', machine.configuration);
    await ask('hits');
    await ask('show ftp', machine.configuration);
    for (const subject of ['modprobe', 'marks']) await ask(`show ${subject}`, machine.configuration);
    for (const subject of ['routing', 'accounting', 'tc', 'classifiers']) await ask(`show ${subject}`);
    expect((await ask('show routing')).sections).not.toEqual([]);
    for (const subject of ['blacklists', 'opens', 'events', 'dynamic', 'sets']) await ask(`show ${subject}`);
    expect(await ask('check')).toEqual({ schema: 1, findings: [] });
    expect(await ask('compile', '--output', join(machine.configuration, 'rules.nft'))).toEqual({
      schema: 1,
      findings: [],
    });
    expect(await ask('fmt', '--check')).toMatchObject({ result: 'done', changed: false, files: expect.any(Array) });
    expect((await ask('version')).version).toMatch(/^\d/);
    machine.put('policy', 'fw all ACEPT\n');
    expect((await ask('check')).findings).not.toEqual([]);
    // Those that answer from a folder alone are tried in answers/schemas.test.ts, those that go on in live.test.ts.
    const answering = ['why', 'diff', 'plan', 'verify', 'matrix', 'trace', 'logs'];
    // Those that ask other machines are tried in fleet/remote.test.ts.
    const untried = [...validators.keys()].filter((verb) => !tried.has(verb) && !verb.startsWith('remote '));
    expect(untried.filter((verb) => !answering.includes(verb))).toEqual([]);
  });
});
