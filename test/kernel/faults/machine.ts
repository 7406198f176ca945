/** A machine whose firewall is changed by one verb: made anew before each fault, and looked at from outside after it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended, Host } from '../host.ts';
import { type Lab, type Network, openLab, threeNetworks } from '../lab.ts';
import { findProgram } from '../programs.ts';
import { removing } from '../run-folder.ts';

/** What a machine is to those who watch it from outside: rules, settings, and whether a packet gets through. */
export interface Seen {
  readonly rules: string;
  readonly sysctls: string;
  readonly ssh: string;
  readonly http: string;
  /** What the setup shows besides. */
  readonly more: string;
}

/** A verb in the situation in which it is disturbed. */
export interface Verb {
  readonly name: string;
  /** Its part of all faults: those of some take longer. */
  readonly share: number;
  /** What has happened before, in words of ftpwall; nothing at all for a first start. */
  readonly before: readonly (readonly string[])[];
  readonly words: readonly string[];
  /** Nobody will confirm: in the end there are the old rules, whatever happened. */
  readonly unconfirmed?: true;
  /** It takes back what nobody has confirmed: in the end nothing else will do. */
  readonly takesBack?: true;
  /** Other rules it may end in, as what has happened when they are in force. */
  readonly also?: readonly (readonly (readonly string[])[])[];
}

/** Verbs after which the state folder tells all that there is to load. */
const loads = ['start', 'restart'];

const started = [['start', 'old']];
const changed = [...started, ['restart', 'new']];

export const verbs: readonly Verb[] = [
  // Without rules before, what is undone is closed.
  { name: 'start', share: 0.12, before: [], words: ['start', 'new'], also: [[['stop', 'old']], [['stop', 'new']]] },
  { name: 'restart', share: 0.26, before: started, words: ['restart', 'new'] },
  {
    name: 'safe-restart',
    share: 0.14,
    before: started,
    words: ['safe-restart', '--no-wait', '--confirm-within', '2s', 'new'],
    unconfirmed: true,
  },
  { name: 'rollback', share: 0.18, before: changed, words: ['rollback'] },
  // Too late, it is the generation before.
  {
    name: 'confirm',
    share: 0.1,
    before: [...started, ['try', 'new', '4']],
    words: ['confirm', 'new'],
    also: [started],
  },
  { name: 'stop', share: 0.12, before: started, words: ['stop', 'old'] },
  { name: 'clear', share: 0.08, before: started, words: ['clear', 'old'] },
];

const keys = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding', 'net/ipv4/conf/eth0/rp_filter'];

/** How a verb is run: behind which programs (`strace …`), with which folder before the rest of PATH. */
export interface Running {
  readonly behind?: readonly string[];
  readonly path?: string | undefined;
  /** How a script is called; by its path when left out. */
  readonly way?: Way;
  /** Shell commands before it, in the mount namespace that it will see. */
  readonly first?: string;
}

/** How the script in a folder is called. */
export const ways: readonly [Way, ...Way[]] = [
  (folder) => ['/bin/sh', join(folder, 'firewall')],
  // By its name alone, in its folder.
  (folder) => ['sh', '-c', 'cd "$0" && exec /bin/sh firewall "$@"', folder],
  // By a link in another folder.
  (folder) => ['sh', '-c', 'ln -sf "$0/firewall" "$0/../link" && exec /bin/sh "$0/../link" "$@"', folder],
  ...(findProgram('busybox') ? [(folder: string) => ['busybox', 'sh', join(folder, 'firewall')]] : []),
  ...(findProgram('mksh') ? [(folder: string) => ['mksh', join(folder, 'firewall')]] : []),
];
type Way = (folder: string) => readonly string[];

/** What a machine is made of. */
export interface Setup {
  readonly networks: readonly Network[];
  readonly files: (name: 'old' | 'new') => Readonly<Record<string, string>>;
  /** Shell commands that take away what the rules are not. */
  readonly wipe?: string;
  /** What else there is to see. */
  readonly more?: (machine: Machine) => Promise<string>;
}

const plain: Setup = {
  networks: threeNetworks,
  files: (name) => ({
    'ftpwall.conf': `IP_FORWARDING=${name === 'old' ? 'Off' : 'On'}\n`,
    zones: 'fw firewall\nnet ip\n',
    interfaces: `?FORMAT 2\nnet eth0 routefilter=${name === 'old' ? 0 : 1}\n`,
    policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
    rules: `?SECTION NEW\n${name === 'old' ? 'SSH(ACCEPT) net fw' : 'HTTP(ACCEPT) net fw\nFTP(ACCEPT) net fw'}\n`,
    stoppedrules: 'ACCEPT eth0 - udp 53\n',
    // A table of its own, which must come and go with the other.
    arprules: name === 'old' ? '' : 'DROP eth0:192.0.2.66\n',
  }),
};

export class Machine {
  readonly #setup: Setup;
  readonly lab: Lab;
  readonly firewall: Host;
  /** Holds the state, and nothing else. */
  readonly base: string;
  readonly state: string;
  /** Copies of the state folder, by what has happened. */
  readonly #kept = new Map<string, string>();

  constructor(setup: Setup = plain) {
    this.#setup = setup;
    this.lab = openLab(setup.networks);
    this.firewall = this.lab.firewall;
    this.base = join(this.lab.folder, 'base');
    this.state = join(this.base, 'state');
    mkdirSync(this.base);
    mkdirSync(join(this.lab.folder, 'no-modules'));
    for (const name of ['old', 'new'] as const) {
      const folder = join(this.lab.folder, name);
      mkdirSync(folder);
      for (const [file, text] of Object.entries(setup.files(name))) writeFileSync(join(folder, file), text);
    }
  }

  async serve(): Promise<void> {
    await this.firewall.serve('tcp', 22);
    await this.firewall.serve('tcp', 80);
  }

  /** Runs a verb in a process group of its own; `leader` in the lab's folder holds its number. */
  run(words: readonly string[], { behind = [], path, first = ':' }: Running = {}): Promise<Ended> {
    const folders = words.map((word) => (word === 'old' || word === 'new' ? join(this.lab.folder, word) : word));
    return this.runAsIs([process.execPath, 'dist/ftpwall.js', ...folders, '--state', this.state], {
      behind,
      path,
      first,
    });
  }

  /** Runs the script of the generation `number`. */
  runScript(number: number, words: readonly string[], running: Running = {}): Promise<Ended> {
    const folder = join(this.state, 'generations', String(number));
    return this.runAsIs([...(running.way ?? ways[0])(folder), ...words], running);
  }

  /** The journal of what is not finished, if there is one. */
  pending(): string | undefined {
    const folder = join(this.lab.folder, 'run', 'ftpwall');
    const [pending] = existsSync(folder)
      ? readdirSync(folder)
          .map((name) => join(folder, name, 'pending'))
          .filter(existsSync)
      : [];
    return pending;
  }

  /** Runs a watching process in the place of the one that watches now, whose time has come. */
  async runWatchdog(running: Running): Promise<Ended> {
    const pending = this.pending() ?? '';
    const noted = (name: string) => readFileSync(join(pending, name), 'utf8').trim();
    process.kill(Number(noted('watchdog').split(' ')[0]), 'SIGKILL');
    writeFileSync(join(pending, 'deadline'), '0\n');
    return this.runScript(Number(noted('number')), ['guard', noted('token')], running);
  }

  runAsIs(words: readonly string[], { behind = [], path, first = ':' }: Running): Promise<Ended> {
    const PATH = path === undefined ? process.env.PATH : `${path}:${process.env.PATH}`;
    const env = { ...process.env, PATH, SSH_CONNECTION: undefined };
    const leader = `read -r pid comm state parent group rest </proc/$$/stat; echo $group >${this.lab.folder}/leader`;
    // Where modules cannot be seen, modprobe(8) is asked for them.
    const hidden = `mount --bind ${this.lab.folder}/no-modules /sys/module`;
    const script = `${leader}; ${hidden}; ${first}; "$@"; exit $?`;
    return this.firewall.run(['sh', '-c', script, 'verb', ...behind, ...words], { env });
  }

  async must(...words: readonly string[]): Promise<void> {
    const ended = await this.run(words);
    if (ended.status !== 0) throw new Error(`${words.join(' ')}: ${ended.errors}`);
  }

  /**
   * Nothing but `calls` has happened. Where these are loads the state folder is kept after the first time, and from then on
   * its own script loads what they have led to: most of the time went into compiling the same again.
   */
  async prepare(calls: Verb['before']): Promise<void> {
    await this.firewall.must([
      'sh',
      '-c',
      `nft flush ruleset; ${removing('/run/ftpwall*', this.state)}; for key in ${keys.join(' ')}; do echo 0 >/proc/sys/$key; done; ${this.#setup.wipe ?? ''}`,
    ]);
    const kept = this.#kept.get(JSON.stringify(calls));
    if (kept === undefined) {
      for (const call of calls) await this.must(...call);
      if (calls.length > 0 && calls.every(([verb = '']) => loads.includes(verb))) await this.#keep(calls);
      return;
    }
    await this.firewall.must(['cp', '-a', kept, this.state]);
    const ended = await this.runAsIs(['sh', join(this.state, 'current', 'firewall'), 'start'], {});
    if (ended.status !== 0) throw new Error(`the script that was kept: ${ended.errors}`);
  }

  async #keep(calls: Verb['before']): Promise<void> {
    const kept = join(this.lab.folder, `kept-${this.#kept.size}`);
    await this.firewall.must(['cp', '-a', this.state, kept]);
    this.#kept.set(JSON.stringify(calls), kept);
  }

  async look(): Promise<Seen> {
    const attempt = async (port: number) => {
      const wanted = { protocol: 'tcp', address: '192.0.2.1', port, patience: 200 } as const;
      return (await this.lab.host(this.#setup.networks[0]?.name ?? '').attempt(wanted)).kind;
    };
    const [rules, sysctls, ssh, http] = await Promise.all([
      this.firewall.must(['nft', '-s', 'list', 'ruleset']),
      this.firewall.must(['cat', ...keys.map((key) => `/proc/sys/${key}`)]),
      attempt(22),
      attempt(80),
    ]);
    const more = (await this.#setup.more?.(this)) ?? '';
    return { rules: inOrder(rules), sysctls, ssh, http, more };
  }

  /** Waits until nothing is pending any more; whoever waits longer than this has nobody who watches. */
  async settled(): Promise<void> {
    const ended =
      'for i in $(seq 200); do ls -d /run/ftpwall/*/pending /run/ftpwall/*/turning 2>/dev/null | grep -q . || exit 0; sleep 0.1; done';
    await this.firewall.run(['sh', '-c', ended]);
  }

  /**
   * Waits for what nobody confirms to be taken back, where what is pending cannot be seen: longer than the time in which it
   * could be confirmed, and then until the machine is as it may be, a minute at most.
   */
  async takenBack(allowed: Allowed): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 4500));
    for (let left = 20; left > 0 && whereIs(await this.look(), allowed) === 'LOST'; left -= 1)
      await new Promise((resolve) => setTimeout(resolve, 3000));
  }

  close(): void {
    this.lab.close();
  }
}

/** The states in which a verb may leave the machine: seen once, undisturbed. */
export interface Allowed {
  readonly before: Seen;
  readonly good: readonly Seen[];
}

/** Runs the verb undisturbed, under the watch of `record`, and sees where it leads. */
export async function undisturbed(machine: Machine, verb: Verb, record: () => Promise<Ended>): Promise<Allowed> {
  const also: Seen[] = [];
  for (const calls of verb.also ?? []) {
    await machine.prepare(calls);
    also.push(await machine.look());
  }
  await machine.prepare(verb.before);
  const before = await machine.look();
  const ended = await record();
  if (ended.status !== 0) throw new Error(`undisturbed, ${verb.name} ended with ${ended.status}: ${ended.errors}`);
  const after = await machine.look();
  await machine.settled();
  if (verb.unconfirmed) return { before, good: [before] };
  if (verb.takesBack) return { before: after, good: [after] };
  return { before, good: [before, after, ...also] };
}

/** Where the machine is after a fault: `before`, `after`, or LOST. */
export function whereIs(seen: Seen, { before, good }: Allowed): 'before' | 'after' | 'LOST' {
  const same = (other: Seen) => JSON.stringify(other) === JSON.stringify(seen);
  if (same(before)) return 'before';
  return good.some(same) ? 'after' : 'LOST';
}

/** The listing with chains and sets by their names: a table that is replaced bit by bit has them in another order. */
function inOrder(listing: string): string {
  return listing.replace(/^(table [^\n]*\{)\n(.*?)\n\}$/gms, (_all, head: string, body: string) =>
    [head, ...body.split('\n\n').sort(), '}'].join('\n'),
  );
}
