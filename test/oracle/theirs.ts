/** What Shorewall makes of a folder: with the help of its own `update` where the folder is old, and without the user's scripts. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Version } from '../../compiler/net/version.ts';
import type { Network } from '../support/probes/topology.ts';
import { type Asked, askShorewall, filledIn, updateByShorewall } from './shorewall.ts';

/** Rules that can be loaded once it is known what the interfaces are (`loadable`). */
export type Theirs =
  | { readonly kind: 'rules'; readonly version: Version; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'needs-the-system'; readonly reason: string };

/** The settings file of a version, and where the stock one lies. */
export const settingsFiles: Readonly<Record<Version, { readonly name: string; readonly stock: string }>> = {
  4: { name: 'shorewall.conf', stock: '/etc/shorewall/shorewall.conf' },
  6: { name: 'shorewall6.conf', stock: '/etc/shorewall6/shorewall6.conf' },
};

const scripts = /^(init|start|started|stop|stopped|clear|isusable|findgw|lib\.private|restored|refresh|refreshed)$/;

/** Asks Shorewall of a copy. `asWritten`: what it refuses is not helped by its `update`. */
export function rulesOfShorewall(folder: string, version: Version, asWritten: boolean): Theirs {
  const copy = mkdtempSync(join(tmpdir(), 'ftpwall-oracle-theirs-'));
  try {
    cpSync(folder, copy, { recursive: true });
    for (const name of readdirSync(copy)) if (scripts.test(name)) writeFileSync(join(copy, name), '');
    let theirs = askShorewall(copy, version);
    if (theirs.kind === 'refused' && !asWritten) {
      const settings = join(copy, settingsFiles[version].name);
      const written = namesIn(settings);
      updateByShorewall(copy, version);
      keepSettings(settings, written);
      theirs = askShorewall(copy, version);
    }
    if (theirs.kind === 'refused') return theirs;
    const unknown = theirs.runtime[0] ?? /\$SW_\w+/.exec(theirs.text)?.[0];
    if (unknown) return { kind: 'needs-the-system', reason: unknown };
    return { kind: 'rules', version, text: theirs.text };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The rules with what a running system would say of these networks. */
export function loadable({ text, version }: Theirs & { readonly kind: 'rules' }, networks: readonly Network[]): string {
  const answer = (variable: string, asked: Asked): readonly string[] => {
    const written = networks
      .filter((network) => network.interface.toUpperCase().replace(/\W/g, '_') === variable)
      .flatMap((network) => network.firewall.filter((address) => address.includes(':') === (version === 6)));
    if (asked === 'NETWORKS') return written.filter((address) => !/\/(32|128)$/.test(address));
    const addresses = written.map((address) => address.replace(/\/.*/, ''));
    return asked === 'ADDRESS' ? addresses.slice(0, 1) : addresses;
  };
  return filledIn(text, answer);
}

/** Whether Shorewall6 reads the folder: by its settings file, or without one by its zones. */
export function versionOf(folder: string): Version {
  if (existsSync(join(folder, settingsFiles[6].name))) return 6;
  if (existsSync(join(folder, settingsFiles[4].name))) return 4;
  const zones = join(folder, 'zones');
  return existsSync(zones) && /^\s*[^\s#]+\s+ipv6(\s|$)/m.test(readFileSync(zones, 'utf8')) ? 6 : 4;
}

function namesIn(path: string): ReadonlySet<string> {
  return new Set([...readFileSync(path, 'utf8').matchAll(/^\s*([A-Z_0-9]+)=/gm)].map((found) => found[1] ?? ''));
}

/** `shorewall update` writes down a value for every setting; those that the user left out are to stay left out. */
function keepSettings(path: string, written: ReadonlySet<string>): void {
  const successors: Readonly<Record<string, string>> = { BLACKLIST: 'BLACKLISTNEWONLY', LOGLIMIT: 'LOGRATE' };
  const kept = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => {
      const name = /^\s*([A-Z_0-9]+)=/.exec(line)?.[1];
      return name === undefined || written.has(name) || written.has(successors[name] ?? '');
    });
  writeFileSync(path, kept.join('\n'));
}
