/**
 * The table of FLOW_OFFLOAD over its life. Where the kernel has no flowtables, an nft in front of the real one keeps what it
 * is given and takes the flowtable out: then the text, the devices, the order and what is left behind are tried, and no packet
 * passes by a flowtable.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab } from './lab.ts';
import { describeKernel } from './possible.ts';
import { program } from './programs.ts';
import { emptyRun } from './run-folder.ts';
import { writeCompiled } from './small-script.ts';

const files = {
  'ftpwall.conf': 'FLOW_OFFLOAD=Yes\n',
  zones: 'fw firewall\nnet ip\nloc ip\nlate ip\n',
  interfaces: '?FORMAT 2\nnet eth0\nloc eth+\nlate late0\n',
  policy: 'all all ACCEPT\n',
};

let lab: Lab;
let firewall: Host;
let folder: string;

beforeAll(() => {
  lab = openLab();
  firewall = lab.firewall;
  folder = join(lab.folder, 'pretender');
  mkdirSync(folder);
  writeFileSync(join(folder, 'nft'), pretender());
  chmodSync(join(folder, 'nft'), 0o755);
});
afterAll(() => lab?.close());
beforeEach(async () => {
  await firewall?.must(['sh', '-c', `nft flush ruleset; ${emptyRun}; ip link delete late0 2>/dev/null || true`]);
  for (const name of ['flowtable', 'without-cards']) rmSync(join(folder, name), { force: true });
});

/** Loads all but the flowtable, and checks the words of that: the kernel refuses it only after nft has understood it. */
function pretender(): string {
  const real = program('nft').path;
  return `#!/bin/sh
[ "$*" = '-f -' ] || exec ${real} "$@"
cat >\${0%/*}/input
grep -q flowtable \${0%/*}/input || exec ${real} -f \${0%/*}/input
cat \${0%/*}/input >>\${0%/*}/flowtable
${real} -c -f \${0%/*}/input 2>&1 | grep Error: | grep -v 'Could not process rule: No such file' && exit 1
if grep -q 'flags offload' \${0%/*}/input && [ -e \${0%/*}/without-cards ]; then
    echo '/dev/stdin:4:12-18: Error: Could not process rule: Operation not supported' >&2
    exit 1
fi
awk '/\\tflowtable /{ skips = 1 } skips { if (/^\\t}/) skips = 0; next } { sub(/flow add @forwarded /, ""); print }' \${0%/*}/input | ${real} -f -
`;
}

let scripts = 0;
function script(changes: Readonly<Record<string, string>> = {}): string {
  scripts += 1;
  return writeCompiled(lab.folder, `offload-${scripts}`, { ...files, ...changes });
}

function call(path: string, ...words: readonly string[]): Promise<Ended> {
  return firewall.run(['sh', '-c', `PATH=${folder}:$PATH exec sh ${path} ${words.join(' ')}`]);
}

const tables = async () => (await firewall.must(['nft', 'list', 'tables'])).trim().split('\n').filter(Boolean).sort();
const both = ['table inet ftpwall', 'table inet ftpwall-offload'];
const alone = ['table inet ftpwall'];

/** The devices of each flowtable that was made since. */
function flowtables(): readonly string[] {
  const path = join(folder, 'flowtable');
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return [...text.matchAll(/devices = \{ (.*) \};\n(\t\tflags offload;)?/g)].map(([, devices, flags]) =>
    `${devices}${flags ? ' in hardware' : ''}`.replaceAll('"', ''),
  );
}

describeKernel('the table of FLOW_OFFLOAD', () => {
  test('has the devices that are there, and gets late ones with the event of the network', async () => {
    const path = script();
    expect(await call(path, 'start')).toMatchObject({ status: 0 });
    expect(flowtables()).toEqual(['eth0, eth1, eth2']);
    expect(await tables()).toEqual(both);
    await firewall.must(['ip', 'link', 'add', 'late0', 'type', 'veth', 'peer', 'name', 'late1']);
    expect(await call(path, 'refresh', 'late0')).toMatchObject({ status: 0 });
    expect(flowtables().map((each) => each.split(', ').sort())).toEqual([['eth0', 'eth1', 'eth2', 'late0']]);
  });

  test('stays where it is while it is the same, and nothing of it is foreign', async () => {
    const path = script();
    await call(path, 'start');
    flowtables();
    await call(path, 'restart');
    await call(path, 'refresh');
    expect(flowtables()).toEqual([]);
    expect((await call(path, 'status')).output).not.toMatch(/foreign|drift: the/);
  });

  test('goes with the setting, and comes back with the rules of then', async () => {
    const path = script();
    const without = script({ 'ftpwall.conf': '' });
    await call(path, 'start');
    expect(await call(without, 'start', '60')).toMatchObject({ status: 0 });
    expect(await tables()).toEqual(alone);
    expect(await call(without, 'rollback')).toMatchObject({ status: 0 });
    expect(await tables()).toEqual(both);
    expect(await call(path, 'stop')).toMatchObject({ status: 0 });
    expect(await tables()).toEqual(alone);
    expect(await call(path, 'boot')).toMatchObject({ status: 0 });
    expect(await tables()).toEqual(both);
    expect(await call(path, 'clear')).toMatchObject({ status: 0 });
    expect(await tables()).toEqual([]);
  });

  test('comes with a change and goes with its rollback', async () => {
    const path = script();
    await call(script({ 'ftpwall.conf': '' }), 'start');
    await call(path, 'start', '60');
    expect(await tables()).toEqual(both);
    await call(path, 'rollback');
    expect(await tables()).toEqual(alone);
  });

  test('is without hardware where a network card cannot', async () => {
    writeFileSync(join(folder, 'without-cards'), '');
    const ended = await call(script({ 'ftpwall.conf': 'FLOW_OFFLOAD=hardware\n' }), 'start');
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.errors).toContain('not all network cards can forward by themselves');
    expect(flowtables()).toEqual(['eth0, eth1, eth2 in hardware', 'eth0, eth1, eth2']);
    expect(await tables()).toEqual(both);
  });

  test('is missing where the kernel lacks flowtables: the rules are loaded, and it is said', async (context) => {
    const has = await firewall.run(['nft', '-c', '-f', '-'], {
      input: 'table inet question {\nflowtable f {\nhook ingress priority 0; devices = { lo };\n}\n}\n',
    });
    if (has.status === 0) context.skip('this kernel has flowtables');
    const ended = await firewall.run(['sh', script(), 'start']);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.errors).toContain(
      'NOTHING IS OFFLOADED: the kernel refuses the flowtable, and all packets meet the rules',
    );
    expect(await tables()).toEqual(alone);
  });
});
