/** Whether the kernel takes rulesets, in a network namespace of their own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The rulesets that nft refuses, by their names, with what it says. */
export function refusedByNft(rulesets: ReadonlyMap<string, string>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ftpwall-features-'));
  try {
    const names = [...rulesets.keys()];
    for (const [index, name] of names.entries()) writeFileSync(join(folder, String(index)), rulesets.get(name) ?? '');
    const loop = 'for file in *; do nft -f "$file" >said 2>&1 || { echo "$file"; head -n 3 said; }; rm -f said; done';
    const { stdout } = spawnSync('unshare', ['-n', 'sh', '-c', loop], { cwd: folder, encoding: 'utf8' });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (/^\d+$/.test(line) ? (names[Number(line)] ?? line) : line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
