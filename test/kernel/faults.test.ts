/** Whatever dies, fails or fills up while rules change: at the end there are the old rules or the new ones, whole. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Kind, kinds, makeWrappers, type Wrappers } from './faults.ts';
import type { Ended, Host } from './host.ts';
import { type Lab, openLab, threeNetworks } from './lab.ts';
import { describeKernel } from './possible.ts';

/** How many faults are tried in all; `all` for every one. The seed chooses which. */
const count =
  process.env.FTPWALL_FAULTS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.FTPWALL_FAULTS ?? 105);
const seed = Number(process.env.FTPWALL_SEED ?? 80_842);

let lab: Lab;
let firewall: Host;
let wrappers: Wrappers;
let base: string;
const table: string[] = [];

/** What a machine is to those who watch it from outside: rules, settings, and whether a packet gets through. */
interface Seen {
  readonly rules: string;
  readonly sysctls: string;
  readonly ssh: string;
  readonly http: string;
}

beforeAll(async () => {
  lab = openLab(threeNetworks);
  firewall = lab.firewall;
  wrappers = makeWrappers(join(lab.folder, 'wrappers'));
  for (const [name, rule, option] of [
    ['old', 'SSH(ACCEPT) net fw', 'routefilter=0'],
    ['new', 'HTTP(ACCEPT) net fw', 'routefilter=1'],
  ] as const) {
    const folder = join(lab.folder, name);
    mkdirSync(folder);
    const files = {
      'ftpwall.conf': `IP_FORWARDING=${name === 'old' ? 'Off' : 'On'}\n`,
      zones: 'fw firewall\nnet ip\n',
      interfaces: `?FORMAT 2\nnet eth0 ${option}\n`,
      policy: 'fw net ACCEPT\nnet all DROP\nall all REJECT\n',
      rules: `?SECTION NEW\n${rule}\n`,
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  }
  await firewall.serve('tcp', 22);
  await firewall.serve('tcp', 80);
  base = join(lab.folder, 'base');
  mkdirSync(base);
}, 60_000);

afterAll(() => {
  lab?.close();
  if (table.length > 0) console.log(`seed ${seed}, ${table.length} faults\n${table.join('\n')}`);
});

function folder(name: string): string {
  return join(lab.folder, name);
}

/** Runs a verb in a process group of its own, whose number the wrappers know. */
function run(words: readonly string[], wrap: boolean): Promise<Ended> {
  const line = [process.execPath, 'dist/ftpwall.js', ...words, '--state', join(base, 'state')].join(' ');
  const path = wrap ? `${wrappers.folder}:${process.env.PATH}` : process.env.PATH;
  const leader = `read -r pid comm state parent group rest </proc/$$/stat; echo $group >${wrappers.folder}/leader`;
  const env = { ...process.env, PATH: path, SSH_CONNECTION: undefined };
  return firewall.run(['sh', '-c', `${leader}; ${line}; exit $?`], { env, patience: 60_000 });
}

async function must(...words: readonly string[]): Promise<void> {
  const ended = await run(words, false);
  if (ended.status !== 0) throw new Error(`${words.join(' ')}: ${ended.errors}`);
}

const keys = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding', 'net/ipv4/conf/eth0/rp_filter'];

async function look(): Promise<Seen> {
  const attempt = async (port: number) =>
    (await lab.host('net').attempt({ protocol: 'tcp', address: '192.0.2.1', port, patience: 120 })).kind;
  return {
    rules: await firewall.must(['nft', '-s', 'list', 'ruleset']),
    sysctls: await firewall.must(['cat', ...keys.map((key) => `/proc/sys/${key}`)]),
    ssh: await attempt(22),
    http: await attempt(80),
  };
}

/** The machine as it is before each fault: the old rules run, confirmed; for `rollback` new ones run after them. */
async function prepare(verb: Verb): Promise<void> {
  const clean = `nft flush ruleset; rm -rf /run/ftpwall ${base}/state; for key in ${keys.join(' ')}; do echo 0 >/proc/sys/$key; done`;
  await firewall.must(['sh', '-c', clean]);
  await must('start', folder('old'));
  if (verb.name === 'rollback') await must('restart', folder('new'));
  if (verb.name === 'confirm') await must('try', folder('new'), '4');
}

async function waitForEnd(): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const pending = await firewall.run(['test', '-d', '/run/ftpwall/inet/pending']);
    if (pending.status !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Verb {
  readonly name: string;
  words(): readonly string[];
  /** Its part of all faults: those of some take longer. */
  readonly share: number;
  /** Where it may end: after a rollback the new rules are those from before. */
  readonly waits?: true;
}

const verbs: readonly Verb[] = [
  { name: 'restart', share: 0.32, words: () => ['restart', folder('new')] },
  {
    name: 'safe-restart',
    share: 0.16,
    words: () => ['safe-restart', '--no-wait', '--confirm-within', '2s', folder('new')],
    waits: true,
  },
  { name: 'rollback', share: 0.22, words: () => ['rollback'] },
  { name: 'confirm', share: 0.1, words: () => ['confirm', folder('new')] },
  { name: 'stop', share: 0.2, words: () => ['stop', folder('old')] },
];

/** Chooses from all faults, the same for the same seed. */
function sample<Thing>(all: readonly Thing[], howMany: number): readonly Thing[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return all
    .map((thing) => ({ thing, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, howMany)
    .map(({ thing }) => thing);
}

describeKernel(`a fault (seed ${seed})`, () => {
  test.each(verbs)(
    'at any step of $name leaves the old or the new rules, whole',
    { timeout: 900_000 },
    async (verb) => {
      await prepare(verb);
      const before = await look();
      wrappers.arm();
      const undisturbed = await run(verb.words(), true);
      expect(undisturbed, undisturbed.errors).toMatchObject({ status: 0 });
      const steps = wrappers.steps();
      expect(steps.length).toBeGreaterThan(3);
      const after = await look();
      expect(after).not.toEqual(verb.name === 'confirm' ? undefined : before);
      await waitForEnd();
      const settled = await look();
      const good = [before, after, settled];
      if (verb.name === 'confirm') {
        // Unconfirmed, it is the generation before.
        await prepare({ ...verb, name: 'restart' });
        good.push(await look());
      }
      if (verb.waits) expect(settled).toEqual(before);

      const faults = steps.flatMap((step) => kinds.map((kind: Kind) => ({ step, kind })));
      const lost: string[] = [];
      for (const { step, kind } of sample(faults, Math.ceil(count * verb.share))) {
        await prepare(verb);
        wrappers.arm({ kind, step: step.number });
        const ended = await run(verb.words(), true);
        // Both processes of ours are dead only here: then the next command does what they can not.
        if (kind === 'kill script and watchdog after') await run(['rollback'], false);
        await waitForEnd();
        const seen = await look();
        const whole = good.find((each) => JSON.stringify(each) === JSON.stringify(seen));
        const where =
          whole === undefined ? 'LOST' : whole === before || seen.rules === before.rules ? 'before' : 'after';
        const allowed = whole !== undefined && !(verb.waits && where === 'after');
        table.push(
          `${verb.name.padEnd(13)} ${kind.padEnd(31)} ${String(step.number).padStart(3)} ${where.padEnd(7)} ${step.call.slice(0, 60)}`,
        );
        if (!allowed) lost.push(`${table.at(-1)}\n${ended.errors}\n${JSON.stringify(seen).slice(0, 300)}`);
      }
      expect(lost.join('\n')).toBe('');
    },
  );

  test.each(['full disk', 'read-only disk'] as const)('%s', { timeout: 120_000 }, async (kind) => {
    await prepare({ name: 'restart', share: 0, words: () => [] });
    const before = await look();
    const state = join(base, 'state');
    // The mount is of this call's own mount namespace.
    const spoil =
      kind === 'full disk'
        ? `mount -t tmpfs -o size=SIZEk none ${state}-small; cp -a ${state}/. ${state}-small/; mount --move ${state}-small ${state}`
        : `mount --bind ${state} ${state}; mount -o remount,ro,bind ${state}`;
    const sizes = kind === 'full disk' ? [96, 112, 128, 144, 160, 192] : [0];
    for (const size of sizes) {
      const line = `${process.execPath} dist/ftpwall.js restart ${folder('new')} --state ${state}`;
      const ended = await firewall.run([
        'sh',
        '-c',
        `mkdir -p ${state}-small; ${spoil.replace('SIZE', String(size))}; ${line}`,
      ]);
      const seen = await look();
      table.push(`restart       ${kind} ${size}k: ended with ${ended.status}`);
      if (ended.status === 0) expect(seen).not.toEqual(before);
      else expect(seen).toEqual(before);
      await prepare({ name: 'restart', share: 0, words: () => [] });
    }
    if (kind === 'read-only disk') expect(readFileSync(join(state, 'current', 'checksums'), 'utf8')).not.toBe('');
  });
});
