/** Debian's ansible-core with our collection and an inventory of the fleet. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Ended } from '../kernel/host.ts';
import type { Fleet } from './hosts.ts';

/** How a playbook ended for a host. */
export interface Recap {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
}

export interface Played extends Ended {
  /** By host; a host of a ring that was never reached is not in it. */
  readonly recap: Readonly<Record<string, Recap>>;
}

/** The controller of a fleet. */
export class Ansible {
  readonly folder: string;
  /** Variables of single hosts. */
  ofHost: Readonly<Record<string, object>> = {};
  readonly #fleet: Fleet;
  readonly #env: NodeJS.ProcessEnv;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.folder = join(fleet.lab.folder, 'ansible');
    mkdirSync(join(this.folder, 'home'), { recursive: true });
    const collection = join(this.folder, 'collections/ansible_collections/ftpwall/ftpwall');
    execFileSync(process.execPath, ['build/collection.mjs', '--folder', collection], { stdio: 'pipe' });
    writeFileSync(
      join(this.folder, 'ansible.cfg'),
      '[defaults]\nnocows = true\nnocolor = true\n[connection]\npipelining = true\n',
    );
    this.#env = {
      ...process.env,
      HOME: join(this.folder, 'home'),
      ANSIBLE_CONFIG: join(this.folder, 'ansible.cfg'),
      ANSIBLE_COLLECTIONS_PATH: join(this.folder, 'collections'),
      ANSIBLE_TIMEOUT: '5',
      ANSIBLE_FORKS: '4',
      ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
      LC_ALL: 'C.UTF-8',
    };
  }

  /** The configuration of a host. */
  configure(name: string, files: Readonly<Record<string, string>>): void {
    const folder = join(this.folder, 'firewalls', name);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  }

  /** A key that signs; its public half is in FILE.pub. */
  key(name: string): string {
    const file = join(this.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file], { stdio: 'pipe' });
    return file;
  }

  /** Hosts take what this key has signed. */
  signersOf(key: string): string {
    return `ops@example.org ${readFileSync(`${key}.pub`, 'utf8').trim()}`;
  }

  /** Plays a playbook, by its name in the collection or a file, with variables for all hosts. */
  async play(playbook: string, vars: object, ...words: readonly string[]): Promise<Played> {
    const inventory = join(this.folder, 'inventory.json');
    const all = {
      ansible_ssh_common_args: `-F ${this.#fleet.sshConfig}`,
      firewall_config: `${this.folder}/firewalls/{{ inventory_hostname }}`,
      firewall_program: resolve('dist/ftpwall.js'),
      ...vars,
    };
    const hosts = Object.fromEntries(this.#fleet.hosts.map(({ name }) => [name, this.ofHost[name] ?? {}]));
    writeFileSync(inventory, JSON.stringify({ firewalls: { hosts, vars: all } }));
    const ended = await this.run('ansible-playbook', playbook, '-i', inventory, ...words);
    return { ...ended, recap: recapOf(ended.output) };
  }

  /** Writes a playbook of tasks for all firewalls, in rings; returns its path. */
  playbook(name: string, tasks: readonly object[], play: object = {}): string {
    const file = join(this.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify([{ hosts: 'firewalls', gather_facts: false, ...play, tasks }]));
    return file;
  }

  /** Runs a program of Ansible on the controller. */
  run(program: string, ...words: readonly string[]): Promise<Ended> {
    return this.#fleet.controller.run([program, ...words], { env: this.#env });
  }
}

function recapOf(output: string): Played['recap'] {
  const lines = output.matchAll(
    /^(?<name>\S+) +: ok=(?<ok>\d+) +changed=(?<changed>\d+) +unreachable=(?<gone>\d+) +failed=(?<failed>\d+)/gm,
  );
  return Object.fromEntries(
    [...lines].map(({ groups = {} }) => [
      groups.name ?? '',
      { ok: Number(groups.ok), changed: Number(groups.changed), failed: Number(groups.failed) + Number(groups.gone) },
    ]),
  );
}
