/** What `npm pack` makes runs, without node_modules. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-pack-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the tarball of npm holds a program that runs', () => {
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { stdio: 'pipe' });
  const [tarball = ''] = readdirSync(folder);
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  expect(readdirSync(join(folder, 'package', 'dist')).sort()).toEqual([
    'ftpwall-lsp.js',
    'ftpwall.js',
    'package.json',
    'program.js',
  ]);
  const said = execFileSync(join(folder, 'package/dist/ftpwall.js'), ['check', 'package/etc-samples/one-interface'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(said).toBe('package/etc-samples/one-interface: no errors\n');
});
