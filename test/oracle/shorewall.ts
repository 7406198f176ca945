/**
 * Shorewall 5.2.8 as it is installed: what it makes of a configuration. `check -r` prints the input of
 * iptables-restore and touches nothing (shorewall(8)); it runs in a network namespace of its own all the same.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Shorewall says of a folder: its rules, or why it refuses it. */
export type ShorewallResult =
  | { readonly kind: 'rules'; readonly text: string; readonly runtime: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether the oracle can be asked on this machine. */
export function shorewallIsHere(): boolean {
  return existsSync('/usr/sbin/shorewall') && existsSync('/usr/sbin/iptables-legacy-restore');
}

/** What was answered to the same files before: nothing else decides what Shorewall says. */
const answered = new Map<string, ShorewallResult>();

/** Asks Shorewall, once for the same files; the folder may be rewritten by it, so give it a copy. */
export function askShorewall(folder: string, version: 4 | 6): ShorewallResult {
  const question = JSON.stringify([version, filesOf(folder)]);
  const known = answered.get(question) ?? ask(folder, version);
  // A refusal may name the folder.
  if (known.kind === 'rules') answered.set(question, known);
  return known;
}

/** Every file below a folder, with its text. */
function filesOf(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(folder.length), readFileSync(path, 'latin1')] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function ask(folder: string, version: 4 | 6): ShorewallResult {
  const program = version === 4 ? 'shorewall' : 'shorewall6';
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', program, 'check', '-r', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 500_000,
  });
  const all = `${stdout}\n${stderr}`;
  const refused = /ERROR: (.*)/.exec(all);
  if (status !== 0 || refused) return { kind: 'refused', reason: refused?.[1]?.trim() ?? `exit status ${status}` };
  return rulesIn(stdout);
}

/** The rules of the stopped state, which are in the script that `compile` writes. The folder is not rewritten. */
export function askShorewallForStopped(folder: string, version: 4 | 6): ShorewallResult {
  const program = version === 4 ? 'shorewall' : 'shorewall6';
  const script = join(folder, 'script');
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', program, 'compile', folder, script], {
    encoding: 'utf8',
    timeout: 500_000,
  });
  const refused = /ERROR: (.*)/.exec(`${stdout}\n${stderr}`);
  if (status !== 0 || refused) return { kind: 'refused', reason: refused?.[1]?.trim() ?? `exit status ${status}` };
  const stopping = /^stop_firewall\(\) \{\n([\s\S]*?)^\}$/m.exec(readFileSync(script, 'utf8'))?.[1] ?? '';
  const rules = /<< __EOF__\n([\s\S]*?)^__EOF__$/m.exec(stopping)?.[1] ?? '';
  return { kind: 'rules', text: marked(rules), runtime: [] };
}

/** What `shorewall update` makes of an old configuration, in place. */
export function updateByShorewall(folder: string, version: 4 | 6): void {
  const program = version === 4 ? 'shorewall' : 'shorewall6';
  spawnSync('unshare', ['-n', program, 'update', '-A', folder], { encoding: 'utf8', timeout: 500_000, input: '' });
}

/**
 * The texts between `cat << __EOF__` and `__EOF__` are rules. Between them stands shell that adds rules on the running
 * system: for the networks behind an interface and for its addresses (kept as `{IFACE NETWORKS}` and the like, see
 * `filledIn`), and for its anycast addresses, of which there are none here.
 */
function rulesIn(output: string): ShorewallResult {
  const lines: string[] = [];
  const runtime: string[] = [];
  let inside = false;
  let started = false;
  let loops: readonly string[] | undefined;
  let conditional = false;
  for (const line of output.split('\n')) {
    const text = line.trim();
    const each = forEach.exec(text)?.[1];
    if (/cat << __EOF__/.test(line)) {
      inside = true;
      started = true;
    } else if (line === '__EOF__') inside = false;
    else if (inside) lines.push(marked(line));
    else if (each) loops = each.split(' ').map(marked);
    else if (/^for address in \$ALL_(ACASTS|BCASTS); do$/.test(text)) loops = [];
    else if (text === 'done') loops = undefined;
    else if (hasAddress.test(text)) conditional = true;
    else if (conditional && text === 'fi') conditional = false;
    else if (loops || conditional) {
      const rule = /^echo "(.*)" >&3$/.exec(text)?.[1];
      if (rule)
        lines.push(...(loops?.map((each) => rule.replace(/\$(source|dest|address)/, each)) ?? [rule]).map(marked));
    } else if (
      started &&
      text !== '' &&
      !/\.dynamic|\.UPnP|\.forwardUPnP|Shorewall6? configuration verified|^Compiling /.test(line)
    )
      runtime.push(text);
  }
  return { kind: 'rules', text: `${lines.join('\n')}\n`, runtime };
}

/** For each network or address of some interfaces. */
const forEach = /^for (?:source|dest|address) in +((?:\$SW_\w+_(?:NETWORKS|ADDRESS|ADDRESSES) ?)+); do$/;

/** Every interface here has an address. */
const hasAddress = /^if \[ "?\$SW_\w+_ADDRESS"? != (0\.0\.0\.0|::) \]; then$/;

/** `$SW_ETH0_ADDRESS` as `{ETH0 ADDRESS}`. */
function marked(line: string): string {
  return line.replaceAll(/\$SW_(\w+?)_(NETWORKS|ADDRESSES|ADDRESS)\b/g, '{$1 $2}');
}

/** What Shorewall asks the running system about an interface: the networks behind it, its addresses, the first of them. */
export type Asked = 'NETWORKS' | 'ADDRESSES' | 'ADDRESS';

/** Fills in what is known of interfaces, a rule for each answer. Names of interfaces are spelled as shell variables. */
export function filledIn(text: string, answer: Answer): string {
  return text
    .split('\n')
    .flatMap((line) => filledLine(line, answer))
    .join('\n');
}

type Answer = (variable: string, asked: Asked) => readonly string[];

function filledLine(line: string, answer: Answer): readonly string[] {
  const [all, name, asked] = /\{(\w+) (NETWORKS|ADDRESSES|ADDRESS)\}/.exec(line) ?? [];
  if (!all || !name) return [line];
  return answer(name, asked as Asked).flatMap((each) => filledLine(line.replaceAll(all, each), answer));
}
