/**
 * Two lines to the internet, with a class for what may not wait: whatever dies or fails while the firewall is started or
 * changed, or a line is disabled or enabled, at the end there is the old or the new, whole, and at no moment a line that
 * both have leads elsewhere.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { isRoot } from '../possible.ts';
import { Machine, type Setup, undisturbed, type Verb, whereIs } from './machine.ts';
import { kinds, makeWrappers } from './programs.ts';
import { faultCount, sample, seed } from './sample.ts';

vi.setConfig({ testTimeout: 1_800_000, maxConcurrency: 4 });

const classes = {
  old: 'eth1 1 full/10 full 1 pfifo\neth1 2 full/2 full 2 default,pfifo\n',
  new: 'eth1 1 full/5 full 1 pfifo\neth1 2 full/4 full/2 2 default,pfifo\neth1 3 full/10 full/2 3 pfifo\n',
};

const lines: Setup = {
  networks: [
    { name: 'isp1', interface: 'eth0', firewall: ['192.0.2.1/24'], host: ['192.0.2.254/24'] },
    { name: 'isp2', interface: 'eth1', firewall: ['198.51.100.1/24'], host: ['198.51.100.254/24'] },
  ],
  files: (name) => ({
    'ftpwall.conf': 'ROUTE_FILTER=No\nPROVIDER_OFFSET=16\nIP_FORWARDING=On\n',
    zones: 'fw firewall\nnet ip\n',
    interfaces: '?FORMAT 2\nnet eth0 optional\nnet eth1 optional\n',
    policy: 'fw net ACCEPT\nall all DROP\n',
    rules: `?SECTION NEW\n${name === 'old' ? 'SSH' : 'HTTP'}(ACCEPT) net fw\n`,
    providers: `ISP1 1 - - eth0 192.0.2.254 balance=${name === 'old' ? 2 : 1}\nISP2 2 - - eth1 198.51.100.254 balance\n`,
    rtrules: name === 'old' ? '- 203.0.113.0/24 ISP2 1000\n' : '- 203.0.114.0/24 ISP1 1001\n',
    routes: name === 'old' ? '' : 'ISP1 172.20.0.0/16 blackhole\n',
    tcdevices: 'eth1 - 5mbit\n',
    tcclasses: classes[name],
  }),
  wipe: [
    'ip rule flush protocol 133 2>/dev/null',
    'ip route flush table all protocol 133 2>/dev/null',
    'tc qdisc del dev eth1 root 2>/dev/null',
    'ip route replace default via 192.0.2.254',
  ].join('; '),
  async more(machine) {
    const show = 'ip -N rule show; for table in 1 2 250 254; do echo table $table; ip route show table $table; done';
    const text = await machine.firewall.must(['sh', '-c', `${show}; tc qdisc show dev eth1; tc class show dev eth1`]);
    return text.replaceAll(/ refcnt \d+| direct_packets_stat \d+|qdisc noqueue 0: root/g, '');
  },
};

const started = [['start', 'old']];
const verbs: readonly (Verb & { readonly kept: readonly (readonly [number, string])[] })[] = [
  {
    name: 'start',
    share: 1,
    before: [],
    words: ['start', 'new'],
    also: [[['stop', 'old']], [['stop', 'new']]],
    kept: [],
  },
  {
    name: 'restart',
    share: 1,
    before: started,
    words: ['restart', 'new'],
    kept: [
      [1, 'eth0'],
      [2, 'eth1'],
    ],
  },
  { name: 'disable', share: 1, before: started, words: ['disable', 'ISP2'], kept: [[1, 'eth0']] },
  {
    name: 'enable',
    share: 1,
    before: [...started, ['disable', 'ISP2']],
    words: ['enable', 'ISP2'],
    kept: [[1, 'eth0']],
  },
];

const table: string[] = [];
afterAll(() => {
  if (table.length > 0) console.log(`seed ${seed}, ${table.length} faults of two lines\n${table.sort().join('\n')}`);
});

/** The interface by which packets with the mark of a provider leave. */
async function wayOf(machine: Machine, provider: number): Promise<string> {
  const words = ['ip', 'route', 'get', '203.0.115.9', 'mark', `0x${provider}0000`];
  const { output } = await machine.firewall.run(words);
  return / dev (\S+)/.exec(output)?.[1] ?? output;
}

describe.skipIf(!isRoot)(`a fault of two lines (seed ${seed})`, () => {
  test.concurrent.each(verbs)(
    'at any program that $name calls leaves the old or the new, and the lines',
    async (verb) => {
      const machine = new Machine(lines);
      try {
        await machine.serve();
        const wrappers = makeWrappers(join(machine.lab.folder, 'wrappers'));
        const allowed = await undisturbed(machine, verb, () => {
          wrappers.arm();
          return machine.run(verb.words, { path: wrappers.folder });
        });
        const faults = wrappers.steps().flatMap((step) => kinds.map((kind) => ({ step, kind })));
        const wrong: string[] = [];
        for (const { step, kind } of sample(faults, faultCount / 30, `lines ${verb.name}`)) {
          await machine.prepare(verb.before);
          wrappers.arm({ kind, step: step.number });
          const ended = await machine.run(verb.words, { path: wrappers.folder });
          const ways: string[] = [];
          for (const [provider, device] of verb.kept)
            if ((await wayOf(machine, provider)) !== device) ways.push(`ISP${provider} leads elsewhere`);
          // Only here both processes of ours are dead: then the next command does what they cannot.
          if (kind === 'kill script and watchdog after') await machine.run(['rollback']);
          await machine.settled();
          const seen = await machine.look();
          const where = whereIs(seen, allowed);
          table.push(
            `${verb.name.padEnd(8)} ${kind.padEnd(31)} ${String(step.number).padStart(3)} ${where.padEnd(6)} ${step.call.slice(0, 90)}`,
          );
          if (where === 'LOST' || ways.length > 0)
            wrong.push(
              `${table.at(-1)}\n${ways.join()}\n${ended.errors}\n${seen.more}\nrather than\n${allowed.before.more}`,
            );
        }
        expect(wrong.join('\n')).toBe('');
      } finally {
        machine.close();
      }
    },
  );
});
