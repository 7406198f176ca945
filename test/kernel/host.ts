/** A host of the lab: a network namespace, and what runs in it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Program } from './programs.ts';

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A connection to try. `patience` in milliseconds: how long to wait for an answer, longer where the machine is busy. */
export interface Connection {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly sourcePort?: number;
  readonly patience?: number;
}

/** `by` is the host that answered, `seen` the address it saw. */
export type Outcome =
  | { readonly kind: 'connected'; readonly by?: string; readonly seen?: string }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'silence' };

export class Host {
  readonly name: string;
  /** Name of the network namespace, as ip-netns(8) knows it. */
  readonly namespace: string;
  readonly #children: ChildProcess[] = [];
  #agent: Agent | undefined;

  readonly #runFolder: string | undefined;

  /** `runFolder` stands in the place of /run: what a firewall leaves there must not stay on this machine. */
  constructor(name: string, namespace: string, runFolder?: string) {
    this.name = name;
    this.namespace = namespace;
    this.#runFolder = runFolder;
  }

  /** The words that run a program in the namespace. */
  command(words: readonly string[]): readonly [string, ...string[]] {
    const inside = ['ip', 'netns', 'exec', this.namespace] as const;
    if (this.#runFolder === undefined) return [...inside, ...words];
    // The mounts of ip-netns-exec(8) are its own.
    return [...inside, 'sh', '-c', 'mount --bind "$0" /run && exec "$@"', this.#runFolder, ...words];
  }

  /** Runs a program to its end, `patience` milliseconds at most: less than a test has. */
  run(
    words: readonly string[],
    options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly patience?: number } = {},
  ): Promise<Ended> {
    const [file, ...rest] = this.command(words);
    const { input = '', env = process.env, patience = 500_000 } = options;
    return new Promise((resolve, reject) => {
      const child = spawn(file, rest, { env, stdio: 'pipe', detached: true });
      const timer = setTimeout(() => killGroup(child), patience);
      let output = '';
      let errors = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text) => {
        errors += text;
      });
      child.on('error', reject);
      child.on('close', (status) => {
        clearTimeout(timer);
        resolve({ status, output, errors });
      });
      child.stdin.on('error', () => {}); // it may end without reading
      child.stdin.end(input);
    });
  }

  /** Runs a program to its end; anything but success is an error of the lab. */
  async must(words: readonly string[], input = ''): Promise<string> {
    const ended = await this.run(words, { input });
    if (ended.status !== 0)
      throw new Error(`${this.name}: ${words.join(' ')} ended with ${ended.status}: ${ended.errors}`);
    return ended.output;
  }

  /** Starts a program that goes on until the lab is closed. */
  start({ path, env }: Program, words: readonly string[]): ChildProcess {
    const [file, ...rest] = this.command([path, ...words]);
    const child = spawn(file, rest, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.on('error', () => {});
    this.#children.push(child);
    return child;
  }

  /** Serves a port until the lab is closed: a connection there is answered with the name of this host. */
  async serve(protocol: 'tcp' | 'udp', port: number): Promise<void> {
    await this.#ask('serve', { protocol, port });
  }

  /** Tries a connection from this host. */
  async attempt(connection: Connection): Promise<Outcome> {
    return (await this.#ask('attempt', { patience: 300, ...connection })) as Outcome;
  }

  /** Serves a TCP port with these lines: a greeting, then one for each line that comes. */
  async recite(port: number, answers: readonly string[]): Promise<void> {
    await this.#ask('recite', { port, answers });
  }

  /** Says these lines, each after an answer; the connection stays open until the lab is closed. Returns what was heard. */
  async converse(address: string, port: number, lines: readonly string[]): Promise<readonly string[]> {
    const { heard } = (await this.#ask('converse', { address, port, lines, patience: 60_000 })) as { heard: string[] };
    return heard;
  }

  /** Ends all that runs in the namespace, and removes it. Never fails: it is called when things went wrong, too. */
  close(): void {
    for (const child of this.#children) killGroup(child);
    const pids = spawnSync('ip', ['netns', 'pids', this.namespace], { encoding: 'utf8' }).stdout ?? '';
    for (const pid of pids.split('\n').filter((each) => each !== '')) killOne(Number(pid));
    spawnSync('ip', ['netns', 'delete', this.namespace], { stdio: 'ignore' });
  }

  #ask(task: string, facts: object): Promise<unknown> {
    this.#agent ??= new Agent(this.start({ path: process.execPath, env: process.env }, [agentFile(), this.name]));
    return this.#agent.ask(task, facts);
  }
}

/** Where agent.mjs lies; the demo is bundled elsewhere, so it goes by the folder the program is run in. */
function agentFile(): string {
  return `${process.cwd()}/test/kernel/agent.mjs`;
}

class Agent {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #last = 0;
  #errors = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on('data', (text) => {
      this.#errors += String(text);
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line));
    child.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the agent ended: ${this.#errors}`));
    });
  }

  ask(task: string, facts: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify({ id, task, ...facts })}\n`);
    });
  }

  #answered(line: string): void {
    const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string };
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}

/** A program runs in a process group of its own, so that its children end with it. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) killOne(-child.pid);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
