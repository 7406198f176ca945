/** A directory of ours as Shorewall reads it: with `shorewall.conf` for its settings, and zones of one IP version. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stock = '/etc/shorewall/shorewall.conf';

/** Makes the twin and hands it to `use`; it is gone afterwards. A directory that is Shorewall's already is its own. */
export async function withTwin<Result>(folder: string, use: (twin: string) => Promise<Result>): Promise<Result> {
  const ours = join(folder, 'ftpwall.conf');
  if (!existsSync(ours)) return use(folder);
  const twin = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-twin-'));
  try {
    cpSync(folder, twin, { recursive: true, dereference: true });
    rmSync(join(twin, 'ftpwall.conf'));
    // What is said last holds (shorewall.conf(5)).
    writeFileSync(join(twin, 'shorewall.conf'), `${readFileSync(stock, 'utf8')}\n${readFileSync(ours, 'utf8')}`);
    const zones = join(twin, 'zones');
    writeFileSync(zones, readFileSync(zones, 'utf8').replaceAll(/^(\s*[^\s#]+\s+)ip(?=\s|$)/gm, '$1ipv4'));
    return await use(twin);
  } finally {
    rmSync(twin, { recursive: true, force: true });
  }
}
