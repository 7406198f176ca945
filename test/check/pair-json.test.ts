/** `check --json` of two folders is one document, with the mistakes of both. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('one document for a pair, with the folder of each finding', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-pair-'));
  try {
    for (const [name, settings, type] of [
      ['four', 'shorewall.conf', 'ipv4'],
      ['six', 'shorewall6.conf', 'ipv6'],
    ] as const) {
      mkdirSync(join(folder, name));
      const files = {
        [settings]: '',
        zones: `fw firewall\nnet ${type}\n`,
        interfaces: '?FORMAT 2\nnet eth0\n',
        policy: '$FW all ACCEPT\nall all DROP\n',
        rules: 'ACCEPT nett $FW tcp 22\n',
      };
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), text);
    }
    const folders = ['four', 'six'].map((name) => join(folder, name));
    const words = ['dist/ftpwall.js', 'check', '--json', ...folders];
    const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    const { findings }: { findings: readonly { code: string; folder: string }[] } = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(findings.map(({ code, folder: of }) => [code, of])).toEqual(folders.map((of) => ['unknown-zone', of]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
