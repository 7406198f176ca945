/** The same configuration under Shorewall and under ours, both alive in networks of their own (`machine.sh`). */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { compile } from '../../../compiler/compile.ts';
import type { Version } from '../../../compiler/net/version.ts';
import { scriptTemplate } from '../../../runtime/generated/script-template.js';
import { memoryEnvironment } from '../../support/memory-environment.ts';
import { settingsFiles } from '../theirs.ts';

/** Settings beside those of `shorewall.conf`, and files beside those of `base`. */
export interface Example {
  readonly settings: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What both print, line by line. */
export interface Answers {
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

const run = promisify(execFile);

export const base: Example['files'] = {
  zones: 'fw firewall\nnet ipv4\nloc ipv4\n',
  interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\nloc eth2\n',
  policy: '$FW all ACCEPT\nall all ACCEPT\n',
  rules: '?SECTION NEW\nDNAT net loc:10.0.0.5 tcp,udp 53\n',
  snat: 'MASQUERADE 10.0.0.0/8 eth0,eth1\n',
};

const base6: Example['files'] = {
  ...base,
  zones: base.zones?.replaceAll('ipv4', 'ipv6') ?? '',
  rules: '?SECTION NEW\n',
  snat: '',
};

/**
 * Runs the shell script of this folder in a network namespace for each of the two. Both at the same time: most of it they
 * wait for packets that do not come.
 */
export async function bothAlive(
  { settings, files }: Example,
  script: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  version: Version = 4,
): Promise<Answers> {
  const root = mkdtempSync(join(tmpdir(), 'ftpwall-alive-'));
  try {
    const { name, stock } = settingsFiles[version];
    const all = {
      ...(version === 4 ? base : base6),
      ...files,
      [name]: `${readFileSync(stock, 'utf8')}\n${version === 4 ? 'ROUTE_FILTER=No\n' : ''}IP_FORWARDING=On\nSTARTUP_ENABLED=Yes\n${settings}`,
    };
    const folder = join(root, 'theirs');
    mkdirSync(folder);
    for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text);
    const { artifact, report } = compile(memoryEnvironment(all), { version: '0', scriptTemplate });
    expect(report.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const ours = join(root, 'ours');
    writeFileSync(ours, artifact?.script ?? '');
    const asked = async (...first: readonly string[]) => {
      const all = ['-n', '-m', 'sh', join(import.meta.dirname, script), ...first, ...words];
      // With the variable TEST, which vitest sets, Shorewall orders what it writes in another way, and wrongly.
      const env = { PATH: process.env.PATH, FAMILY: String(version), ...environment };
      return (await run('unshare', all, { env })).stdout.split('\n');
    };
    const [theirs, own] = await Promise.all([
      asked(version === 4 ? 'shorewall' : 'shorewall6', folder),
      asked('ftpwall', ours),
    ]);
    return { theirs, ours: own };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A file of this folder, for the environment of a script. */
export function beside(name: string): string {
  return join(import.meta.dirname, name);
}
