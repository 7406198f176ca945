/**
 * Shorewall 5.2.8 as it is installed: what it makes of a configuration. `check -r` prints the input of
 * iptables-restore and touches nothing (shorewall(8)); it runs in a network namespace of its own all the same.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What Shorewall says of a folder: its rules, or why it refuses it. */
export type ShorewallResult =
  | { readonly kind: 'rules'; readonly text: string; readonly runtime: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether the oracle can be asked on this machine. */
export function shorewallIsHere(): boolean {
  return existsSync('/usr/sbin/shorewall') && existsSync('/usr/sbin/iptables-legacy-restore');
}

/** Asks Shorewall; the folder may be rewritten by it, so give it a copy. */
export function askShorewall(folder: string, version: 4 | 6): ShorewallResult {
  const program = version === 4 ? 'shorewall' : 'shorewall6';
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', program, 'check', '-r', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const all = `${stdout}\n${stderr}`;
  const refused = /ERROR: (.*)/.exec(all);
  if (status !== 0 || refused) return { kind: 'refused', reason: refused?.[1]?.trim() ?? `exit status ${status}` };
  return rulesIn(stdout);
}

/** What `shorewall update` makes of an old configuration, in place. */
export function updateByShorewall(folder: string, version: 4 | 6): void {
  const program = version === 4 ? 'shorewall' : 'shorewall6';
  spawnSync('unshare', ['-n', program, 'update', '-A', folder], { encoding: 'utf8', timeout: 120_000, input: '' });
}

/**
 * The texts between `cat << __EOF__` and `__EOF__` are rules. Between them stands shell that adds rules on the running
 * system: for the networks behind an interface (kept as `{IFACE}`, see `withNetworks`), and for its anycast addresses, of
 * which there are none here.
 */
function rulesIn(output: string): ShorewallResult {
  const lines: string[] = [];
  const runtime: string[] = [];
  let inside = false;
  let started = false;
  let loop: string | undefined;
  for (const line of output.split('\n')) {
    const text = line.trim();
    const networks = /^for source in \$SW_(\w+)_NETWORKS; do$/.exec(text);
    if (/cat << __EOF__/.test(line)) {
      inside = true;
      started = true;
    } else if (line === '__EOF__') inside = false;
    else if (inside) lines.push(line);
    else if (networks) loop = networks[1];
    else if (/^for address in \$ALL_(ACASTS|BCASTS); do$/.test(text)) loop = '';
    else if (text === 'done') loop = undefined;
    else if (loop !== undefined) {
      const rule = /^echo "(.*)" >&3$/.exec(text)?.[1];
      if (loop !== '' && rule) lines.push(rule.replace('$source', `{${loop}}`));
    } else if (
      started &&
      text !== '' &&
      !/\.dynamic|\.UPnP|\.forwardUPnP|Shorewall6? configuration verified|^Compiling /.test(line)
    )
      runtime.push(text);
  }
  return { kind: 'rules', text: `${lines.join('\n')}\n`, runtime };
}

/** Fills in the networks behind interfaces, a rule for each. Names of interfaces are spelled as shell variables. */
export function withNetworks(text: string, networksOf: (variable: string) => readonly string[]): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const name = /\{(\w+)\}/.exec(line)?.[1];
      return name === undefined ? [line] : networksOf(name).map((network) => line.replace(`{${name}}`, network));
    })
    .join('\n');
}
