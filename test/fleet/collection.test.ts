/** The collection as a thing: its archive, its manual, and what Ansible's own linters say of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../kernel/programs.ts';

const hasAnsible = findProgram('ansible-lint') !== undefined && findProgram('ansible-galaxy') !== undefined;

describe.skipIf(!hasAnsible && !process.env.CI)('the Ansible collection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-collection-'));
  const installed = join(folder, 'collections/ansible_collections/ftpwall/ftpwall');
  const env = {
    ...process.env,
    HOME: folder,
    ANSIBLE_COLLECTIONS_PATH: join(folder, 'collections'),
    LC_ALL: 'C.UTF-8',
  };
  const run = (program: string, words: readonly string[], cwd = folder) => {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  const archive = (into: string) =>
    execFileSync(process.execPath, ['build/collection.mjs', join(folder, into)], { encoding: 'utf8' }).trim();

  beforeAll(() => {
    const words = ['collection', 'install', archive('one'), '--offline', '-p', join(folder, 'collections')];
    const ended = run('ansible-galaxy', words);
    expect(ended, ended.stderr).toMatchObject({ status: 0 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is an archive of the same bytes each time, and whole as ansible-galaxy sees it', () => {
    mkdirSync(join(folder, 'two'));
    expect(readFileSync(archive('two')).equals(readFileSync(archive('one')))).toBe(true);
    const ended = run('ansible-galaxy', ['collection', 'verify', 'ftpwall.ftpwall', '--offline']);
    expect(ended, ended.stderr).toMatchObject({ status: 0 });
  });

  test('carries the very part of the host that `ftpwall remote` has, and the files of ftpwall-lite', () => {
    const same = [
      ['plugins/plugin_utils/host.sh', 'runtime/remote/host.sh'],
      ['roles/firewall/files/ftpwall-lite', 'packaging/lite/ftpwall-lite'],
      ['roles/firewall/files/ftpwall-lite.service', 'packaging/lite/ftpwall-lite.service'],
    ] as const;
    for (const [inside, ours] of same)
      expect(readFileSync(join(installed, inside), 'utf8')).toBe(readFileSync(ours, 'utf8'));
  });

  test('has a manual for each module and for the role', () => {
    for (const name of ['apply', 'plan_info', 'status_info', 'why_info']) {
      const { status, stdout, stderr } = run('ansible-doc', [`ftpwall.ftpwall.${name}`]);
      expect([name, status, stderr]).toEqual([name, 0, '']);
      expect(stdout).toMatch(/^EXAMPLES:$[\s\S]*^RETURN VALUES:$/m);
    }
    expect(run('ansible-doc', ['-t', 'role', 'ftpwall.ftpwall.firewall']).stdout).toContain('firewall_config');
  });

  test('is clean by ansible-lint, by its strictest profile', () => {
    const ended = run(
      'ansible-lint',
      ['--offline', '--nocolor', '--strict', '--profile', 'production'],
      join(process.cwd(), 'packaging/ansible'),
    );
    expect(ended.stderr).toContain('Passed with production profile: 0 failure(s), 0 warning(s)');
    expect(ended.status).toBe(0);
  });

  test('is clean by ansible-test sanity, as far as that needs nothing from elsewhere', () => {
    const tests = [
      ...['action-plugin-docs', 'future-import-boilerplate', 'metaclass-boilerplate', 'line-endings', 'no-assert'],
      ...['no-basestring', 'no-main-display', 'no-smart-quotes', 'shebang', 'symlinks', 'use-argspec-type-path'],
    ].flatMap((name) => ['--test', name]);
    const ended = run('ansible-test', ['sanity', '--python', 'default', '--color', 'no', ...tests], installed);
    expect(ended, ended.stdout).toMatchObject({ status: 0 });
  });
});
