/** The user data for cloud-init: what it writes is a firewall without mistakes, what it calls there is. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { verbs } from '../../runtime/commands/index.ts';
import { optionTable } from '../../runtime/verb.ts';

const root = join(import.meta.dirname, '..', '..');
const path = join(root, 'packaging/cloud-init/user-data.yml');
const work = mkdtempSync(join(tmpdir(), 'ftpwall-cloud-init-'));
afterAll(() => rmSync(work, { recursive: true }));

interface UserData {
  readonly packages: readonly string[];
  readonly write_files: readonly {
    readonly path: string;
    readonly defer: boolean;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: readonly (readonly string[])[];
}

/** By the parser that cloud-init itself uses. */
function read(): UserData {
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  const { stdout, stderr } = spawnSync('python3', ['-c', script], {
    encoding: 'utf8',
    input: readFileSync(path, 'utf8'),
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as UserData;
}

const data = read();

test('begins as user data must, with words of cloud-init alone', () => {
  expect(readFileSync(path, 'utf8')).toMatch(/^#cloud-config\n/);
  expect(Object.keys(data)).toEqual(['package_update', 'packages', 'write_files', 'runcmd']);
  expect(data.packages).toEqual(['ftpwall']);
});

test('the files are written behind the package, and check finds nothing in them', () => {
  for (const { path: name, defer, permissions, content } of data.write_files) {
    expect([name, defer, permissions]).toEqual([expect.stringMatching(/^\/etc\/ftpwall\/[\w.]+$/), true, '0644']);
    const target = join(work, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  const { status, stdout, stderr } = spawnSync(
    'node',
    [join(root, 'dist/ftpwall.js'), 'check', '--strict', join(work, 'etc/ftpwall')],
    { encoding: 'utf8' },
  );
  expect(status, `${stdout}${stderr}`).toBe(0);
  const asked = ['why', '--config', join(work, 'etc/ftpwall'), 'net', '$FW', 'tcp', '22'];
  const way = spawnSync('node', [join(root, 'dist/ftpwall.js'), ...asked], { encoding: 'utf8' });
  expect(way.stdout, way.stderr).toContain('ACCEPT');
});

test('what it calls are verbs with their options, and the load waits to be confirmed', () => {
  const [check, enable, load] = data.runcmd;
  expect(enable).toEqual(['systemctl', 'enable', 'ftpwall.service']);
  for (const [program, name, ...words] of [check ?? [], load ?? []]) {
    expect(program).toBe('ftpwall');
    const verb = verbs.find((each) => each.name === name);
    const known = verb?.options.map((option) => optionTable[option]?.long);
    const asked = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    for (const option of asked) expect(known).toContain(option);
  }
  expect(load).toEqual(['ftpwall', 'safe-start', '--no-wait', '--confirm-within', '60m']);
});
