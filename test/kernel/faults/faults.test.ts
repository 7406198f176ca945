/** Whatever dies, fails or fills up while rules change: at the end there are the old rules or the new ones, whole. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Ended } from '../host.ts';
import { isRoot } from '../possible.ts';
import { type Allowed, Machine, undisturbed, type Verb, verbs, ways, whereIs } from './machine.ts';
import { kinds, makeWrappers } from './programs.ts';
import { faultCount, sample, seed } from './sample.ts';
import { injected, injecting, recording, systemFaults } from './system-calls.ts';

// Most of the time they wait for each other.
vi.setConfig({ testTimeout: 1_800_000, maxConcurrency: 4 });

const table: string[] = [];
afterAll(() => {
  const lost = table.filter((line) => line.includes(' LOST ')).length;
  if (table.length > 0) console.log(`seed ${seed}, ${table.length} faults, ${lost} lost\n${table.sort().join('\n')}`);
});

/** One machine for each group of faults, since they run side by side. */
async function onMachine(work: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = new Machine();
  try {
    await machine.serve();
    await work(machine);
  } finally {
    machine.close();
  }
}

/** Judges the machine after a fault, and notes it in the table. Returned is what is wrong. */
async function judge(machine: Machine, allowed: Allowed, what: string, ended: Ended): Promise<readonly string[]> {
  await machine.settled();
  const seen = await machine.look();
  const where = whereIs(seen, allowed);
  table.push(what.replace('WHERE', where.padEnd(6)));
  return where === 'LOST' ? [`${table.at(-1)}\n${ended.errors}\n${JSON.stringify(seen)}`] : [];
}

function described(verb: string, kind: string, step: number, call: string): string {
  return `${verb.padEnd(13)} ${kind.padEnd(31)} ${String(step).padStart(3)} WHERE ${call.replaceAll(/\s+/g, ' ').slice(0, 90)}`;
}

describe.skipIf(!isRoot)(`a fault (seed ${seed})`, () => {
  test.concurrent.each(verbs)('of any program that $name calls leaves the old or the new rules, whole', (verb) =>
    onMachine(async (machine) => {
      const wrappers = makeWrappers(join(machine.lab.folder, 'wrappers'));
      const allowed = await undisturbed(machine, verb, () => {
        wrappers.arm();
        return machine.run(verb.words, { path: wrappers.folder });
      });
      const faults = wrappers.steps().flatMap((step) => kinds.map((kind) => ({ step, kind })));
      const wrong: string[] = [];
      for (const { step, kind } of sample(faults, faultCount * 0.5 * verb.share, `programs ${verb.name}`)) {
        await machine.prepare(verb.before);
        wrappers.arm({ kind, step: step.number });
        const ended = await machine.run(verb.words, { path: wrappers.folder });
        // Only here both processes of ours are dead: then the next command does what they cannot.
        if (kind === 'kill script and watchdog after') await machine.run(['rollback']);
        wrong.push(...(await judge(machine, allowed, described(verb.name, kind, step.number, step.call), ended)));
      }
      expect(wrong.join('\n')).toBe('');
    }),
  );

  const keeping = verbs.filter(({ words: [word = ''] }) => ['start', 'restart', 'safe-restart'].includes(word));
  test.concurrent.each(keeping)(
    'of the system while $name keeps the generation leaves the old or the new rules, whole',
    (verb) =>
      onMachine((machine) => disturbSystem(machine, verb, 'ftpwall', (behind) => machine.run(verb.words, { behind }))),
  );

  const scripted: readonly Verb[] = [
    {
      name: 'restart',
      share: 0.4,
      before: [
        ['start', 'new'],
        ['restart', 'old'],
      ],
      words: ['restart'],
    },
    {
      name: 'rollback',
      share: 0.2,
      before: [
        ['start', 'old'],
        ['try', 'new', '60'],
        ['drop', '203.0.113.66'],
      ],
      words: ['rollback'],
    },
    { name: 'stop', share: 0.2, before: [['start', 'new']], words: ['stop'] },
    { name: 'clear', share: 0.1, before: [['start', 'new']], words: ['clear'] },
    {
      name: 'watchdog',
      share: 0.2,
      before: [
        ['start', 'old'],
        ['try', 'new', '60'],
        ['drop', '203.0.113.66'],
      ],
      words: [],
      takesBack: true,
    },
    // In the end there may be no rules, the same as if it had never been called.
    {
      name: 'boot',
      share: 0.1,
      before: [
        ['start', 'new'],
        ['clear', 'new'],
      ],
      words: ['boot'],
      also: [
        [['stop', 'new']],
        [
          ['start', 'new'],
          ['stop', 'new'],
        ],
      ],
    },
  ];
  test.concurrent.each(scripted)(
    'of the system while the script does $name leaves the old or the new rules, whole, however it is called',
    (verb) =>
      onMachine(async (machine) => {
        for (const [index, way] of ways.entries()) {
          // Most by its path, as the program calls it.
          const some = { ...verb, name: `${verb.name} ${index}`, share: verb.share * (index === 0 ? 0.6 : 0.1) };
          await disturbSystem(machine, some, 'script', (behind) =>
            verb.takesBack ? machine.runWatchdog({ behind, way }) : machine.runScript(1, verb.words, { behind, way }),
          );
        }
      }),
  );
});

/** Disturbs the system calls of one process, which `run` puts behind strace(1). */
async function disturbSystem(
  machine: Machine,
  verb: Verb,
  who: 'ftpwall' | 'script',
  run: (behind: readonly string[]) => Promise<Ended>,
): Promise<void> {
  const log = join(machine.lab.folder, 'calls');
  const allowed = await undisturbed(machine, verb, () => run(recording(log)));
  const faults = systemFaults(log, [machine.base, '/run/ftpwall']);
  expect(faults.length).toBeGreaterThan(10);
  const wrong: string[] = [];
  for (const fault of sample(faults, faultCount * 0.25 * verb.share, `${who} ${verb.name}`)) {
    await machine.prepare(verb.before);
    writeFileSync(log, '');
    const ended = await run(injecting(log, fault));
    // Whoever dies while he rolls back leaves it to the next command.
    if ((verb.words[0] === 'rollback' || verb.takesBack) && machine.pending() !== undefined)
      await machine.run(['rollback']);
    const [hit = `${fault.call}: not reached`] = injected(log).length > 0 ? [fault.text] : [];
    const what = described(
      `${verb.name} (${who})`,
      `${fault.call} ${fault.fault}`,
      fault.number,
      hit.replaceAll(machine.base, ''),
    );
    wrong.push(...(await judge(machine, allowed, what, ended)));
  }
  expect(wrong.join('\n')).toBe('');
}

describe.skipIf(!isRoot)('a disk', () => {
  /** Where there is no room, or no right to write: the folder of the state, or that of what runs. */
  const spoilt = [
    ...[64, 96, 128, 160, 192, 256].map((size) => ({
      name: `full at ${size} KiB, the state's`,
      folder: 'state',
      size,
    })),
    ...[8, 16, 32, 48, 64, 96].map((size) => ({ name: `full at ${size} KiB, /run`, folder: 'run', size })),
    { name: "read-only, the state's", folder: 'state', size: 0 },
    { name: 'read-only, /run', folder: 'run', size: 0 },
  ] as const;

  test.concurrent.each(verbs.filter(({ name }) => name !== 'confirm'))(
    'that is full or read-only leaves $name with the old or the new rules, whole',
    (verb) =>
      onMachine(async (machine) => {
        const allowed = await undisturbed(machine, verb, () => machine.run(verb.words));
        const wrong: string[] = [];
        for (const { name, folder, size } of sample(spoilt, faultCount / 30, `disk ${verb.name}`)) {
          await machine.prepare(verb.before);
          const where = folder === 'state' ? machine.state : '/run';
          const ended = await machine.run(verb.words, { first: size === 0 ? readOnly(where) : full(where, size) });
          // Its mounts are its own: what is pending there nobody else sees.
          if (verb.unconfirmed) await machine.takenBack(allowed);
          wrong.push(
            ...(await judge(
              machine,
              allowed,
              described(verb.name, `disk ${name}`, size, `ended with ${ended.status}`),
              ended,
            )),
          );
        }
        expect(wrong.join('\n')).toBe('');
        const kept = join(machine.state, 'current', 'checksums');
        if (existsSync(kept)) expect(readFileSync(kept, 'utf8')).not.toBe('');
      }),
  );
});

/** The mount is of the caller's own mount namespace. */
function full(folder: string, size: number): string {
  const small = `${folder === '/run' ? '/run/../tmp/ftpwall' : folder}-small-$$`;
  return `mkdir -p ${folder} ${small}; mount -t tmpfs -o size=${size}k none ${small}; cp -a ${folder}/. ${small}/ 2>/dev/null; mount --move ${small} ${folder}; rmdir ${small}`;
}

function readOnly(folder: string): string {
  return `mkdir -p ${folder}; mount --bind ${folder} ${folder}; mount -o remount,ro,bind ${folder}`;
}
