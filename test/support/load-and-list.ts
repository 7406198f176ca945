/** What the kernel makes of a ruleset. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Checks, loads (twice: the second replaces the first) and lists in a namespace of its own. Hours are those of UTC. */
export function loadAndList(text: string): { readonly json: string; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-print-'));
  try {
    const file = join(folder, 'ruleset.nft');
    writeFileSync(file, text);
    const script =
      'nft -c -f "$0" && nft -f "$0" && nft -f "$0" && nft -j -nn list ruleset && echo && nft list ruleset';
    const output = execFileSync('unshare', ['-n', 'sh', '-c', script, file], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const start = output.indexOf('\ntable ');
    return { json: output.slice(0, start), text: output.slice(start) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
