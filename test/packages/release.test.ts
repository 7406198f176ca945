/** What a release holds of a working folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'ftpwall-release-'));
afterAll(() => rmSync(folder, { recursive: true }));

const script = `import(process.argv[2]).then(({ releasedFiles }) => console.log(JSON.stringify(releasedFiles(process.argv[1]))))`;
const released = (of: string) =>
  spawnSync(process.execPath, ['-e', script, of, join(process.cwd(), 'build/dist.mjs')], { encoding: 'utf8' });

test('what git keeps, and nothing that lies about', () => {
  const git = (...words: readonly string[]) => execFileSync('git', ['-C', folder, ...words], { stdio: 'ignore' });
  expect(released(folder).stderr).toContain('made from a working folder of git');
  git('init', '--quiet');
  for (const name of ['kept', 'removed', 'secret']) writeFileSync(join(folder, name), 'x\n');
  git('add', 'kept', 'removed');
  rmSync(join(folder, 'removed'));
  expect(JSON.parse(released(folder).stdout)).toEqual(['kept']);
});
