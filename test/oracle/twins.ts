/**
 * A configuration as it is handed to both. A folder of Shorewall's is its own twin. One of ours that speaks of one IP
 * version becomes a folder of Shorewall's, which both read: with `shorewall.conf` for its settings, and zones of that
 * version. One that speaks of both stays ours, as lax as Shorewall where it would be stricter, and is taken apart into
 * a folder for Shorewall and one for Shorewall6.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Version } from '../../compiler/net/version.ts';
import { settingsFiles, versionOf } from './theirs.ts';
import { speaksOfBoth, takeOneVersion } from './versions-apart.ts';

/** Our folder, and for each IP version the one that Shorewall reads. */
export interface Twins {
  readonly ours: string;
  readonly theirs: readonly { readonly version: Version; readonly folder: string }[];
}

/** Makes the twins and hands them to `use`; they are gone afterwards. */
export async function withTwins<Result>(folder: string, use: (twins: Twins) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-'));
  const copy = (name: string): string => {
    const made = join(root, name);
    cpSync(folder, made, { recursive: true, dereference: true });
    return made;
  };
  try {
    const ours = copy('ours');
    if (!existsSync(join(folder, ourSettings))) return await use(asShorewall(ours));
    if (!speaksOfBoth(folder)) return await use(asShorewall(withOneVersion(ours, 4)));
    const theirs = ([4, 6] as const).map((version) => ({
      version,
      folder: withOneVersion(copy(`theirs${version}`), version),
    }));
    loosen(ours);
    return await use({ ours, theirs });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const ourSettings = 'ftpwall.conf';

function asShorewall(folder: string): Twins {
  const version = versionOf(folder);
  const { name, stock } = settingsFiles[version];
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), readFileSync(stock, 'utf8'));
  return { ours: folder, theirs: [{ version, folder }] };
}

/** Makes a folder of ours one of Shorewall's. What is said last holds (shorewall.conf(5)). */
function withOneVersion(folder: string, version: Version): string {
  const { name, stock } = settingsFiles[version];
  const settings = readFileSync(join(folder, ourSettings), 'utf8');
  rmSync(join(folder, ourSettings));
  writeFileSync(join(folder, name), `${readFileSync(stock, 'utf8')}\n${settings}`);
  takeOneVersion(folder, version);
  return folder;
}

/** What an ftpwall directory takes, where it says nothing, is stricter than what Shorewall's own file says. */
function loosen(folder: string): void {
  const path = join(folder, ourSettings);
  // What becomes of packets before a policy is for both IP versions with us alone.
  const stock = readFileSync(settingsFiles[4].stock, 'utf8').replaceAll(/^(DROP|REJECT)_DEFAULT=.*$/gm, '');
  writeFileSync(path, `${stock}\nRELATED=disposition\nOUTSIDE_ZONES=policy\n${readFileSync(path, 'utf8')}`);
}
