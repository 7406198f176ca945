/** A machine as its administrator has it: a folder of configuration, a folder of state, and the verbs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { verbs } from '../../runtime/commands/index.ts';
import type { Ended, Host } from './host.ts';
import { type Lab, type Network, openLab } from './lab.ts';
import { emptyRun, timeIsOver } from './run-folder.ts';

/** What is around a call of ftpwall, but for its words. */
export interface Around {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** The environment of a user who does not come by ssh. */
export const outsideSsh: NodeJS.ProcessEnv = { ...process.env, SSH_CONNECTION: undefined };

/** The machine of a test file; the folders are new ones in each test. */
export class Administered {
  #lab: Lab | undefined;
  #runs = 0;

  get lab(): Lab {
    if (!this.#lab) throw new Error('the lab is opened by beforeAll');
    return this.#lab;
  }

  get firewall(): Host {
    return this.lab.firewall;
  }

  /** The folder that this test configures. */
  get configuration(): string {
    return this.folder('etc');
  }

  /** The folder of its generations. */
  get state(): string {
    return this.folder('state');
  }

  /** A path of this test alone. */
  folder(name: string): string {
    return join(this.lab.folder, `${name}-${this.#runs}`);
  }

  open(networks: readonly Network[] | undefined): void {
    this.#lab = openLab(networks);
  }

  close(): void {
    this.#lab?.close();
  }

  /** The next test: files as given, and a machine that nothing was ever loaded on. */
  async begin(files: Readonly<Record<string, string>>): Promise<void> {
    this.#runs += 1;
    mkdirSync(this.configuration);
    for (const [name, text] of Object.entries(files)) this.put(name, text);
    await this.goDown();
  }

  /** As the loss of power leaves it: nothing but what is on the disk. A watchdog may still write to the folder. */
  goDown(): Promise<string> {
    return this.firewall.must(['sh', '-c', `nft flush ruleset; ${emptyRun}; echo 0 >/proc/sys/net/ipv4/ip_forward`]);
  }

  /** The time for a confirmation is over, for the watching process and for everybody else. */
  letTimePass(): Promise<string> {
    return this.firewall.must(['sh', '-c', timeIsOver]);
  }

  /** Writes a file of the configuration. */
  put(name: string, text: string): void {
    writeFileSync(join(this.configuration, name), text);
  }

  /** Writes lines of the section NEW. */
  rules(...lines: readonly string[]): void {
    this.put('rules', `?SECTION NEW\n${lines.join('\n')}\n`);
  }

  /** A verb as its words; the configuration is named where the verb takes one. */
  words(verb: string, ...more: readonly string[]): readonly string[] {
    const folder = verbs.find(({ name }) => name === verb)?.arguments[0]?.name === 'DIR' ? [this.configuration] : [];
    return [process.execPath, 'dist/ftpwall.js', verb, ...folder, ...more, '--state', this.state];
  }

  /** Calls a verb as a user would who does not come by ssh. */
  ftpwall(verb: string, ...more: readonly string[]): Promise<Ended> {
    return this.within({}, verb, ...more);
  }

  /** The same with an environment, or with an answer on its standard input. */
  within({ env, input = '' }: Around, verb: string, ...more: readonly string[]): Promise<Ended> {
    return this.firewall.run(this.words(verb, ...more), {
      env: { ...outsideSsh, ...env },
      input,
    });
  }

  /** The same, and it succeeds. */
  async must(verb: string, ...more: readonly string[]): Promise<Ended> {
    const ended = await this.ftpwall(verb, ...more);
    expect(ended, ended.errors).toMatchObject({ status: 0 });
    return ended;
  }

  /** All that the kernel has loaded, without counters. */
  listing(): Promise<string> {
    return this.firewall.must(['nft', '--stateless', 'list', 'ruleset']);
  }
}

/** A machine for all tests of a file; each begins with these files. `ready` comes once, before the first. */
export function administered(
  networks: readonly Network[] | undefined,
  files: Readonly<Record<string, string>>,
  ready: (machine: Administered) => Promise<unknown> | undefined = () => undefined,
): Administered {
  const machine = new Administered();
  beforeAll(async () => {
    machine.open(networks);
    await ready(machine);
  });
  afterAll(() => machine.close());
  beforeEach(() => machine.begin(files));
  return machine;
}
