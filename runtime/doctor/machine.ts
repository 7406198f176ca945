/** The running machine as the examinations see it: looked at, never changed. */
import { existsSync, readdirSync } from 'node:fs';
import { childProcess } from '../environment/child-process.ts';
import { readText } from '../environment/configuration-file.ts';
import { type Listing, listNftables } from '../status/nft-listing.ts';

/** A socket that waits for TCP connections. */
export interface Listener {
  readonly port: number;
  /** By which addresses it can be reached: all of the machine's, those of the loopback interface, or one other. */
  readonly reach: 'everywhere' | 'loopback' | 'one address';
}

/** A tracked TCP connection. Addresses and ports are those that the client used. */
export interface TrackedConnection {
  readonly source: string;
  readonly dest: string;
  readonly port: number;
  readonly helper?: string;
  readonly mark: number;
}

const listening = '0A'; // TCP_LISTEN (kernel: include/net/tcp_states.h)

export class Machine {
  #listing: Listing | undefined;

  /** The text of a file without space around it, or undefined when it cannot be read. */
  file(path: string): string | undefined {
    const file = readText(path);
    return file.kind === 'text' ? file.text.trim() : undefined;
  }

  exists(path: string): boolean {
    return existsSync(path);
  }

  names(folder: string): readonly string[] {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  }

  /** What a program prints, or undefined when it is missing or fails. */
  ask(program: string, words: readonly string[], input?: string): string | undefined {
    const { status, stdout } = childProcess().spawnSync(program, words, {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      ...(input === undefined ? {} : { input }),
    });
    return status === 0 ? stdout : undefined;
  }

  /** All chains and rules of nftables on this machine; none when they cannot be listed. */
  get nftables(): Pick<Listing & { kind: 'read' }, 'chains' | 'rules'> {
    this.#listing ??= listNftables();
    return this.#listing.kind === 'read' ? this.#listing : { chains: [], rules: [] };
  }

  /** From the kernel's own table (proc(5), /proc/net/tcp). */
  listeners(): readonly Listener[] {
    return ['tcp', 'tcp6'].flatMap((name) =>
      (this.file(`/proc/net/${name}`) ?? '').split('\n').flatMap((line) => {
        const [, address, port, state] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ ([0-9A-F]{2})/.exec(line) ?? [];
        if (address === undefined || port === undefined || state !== listening) return [];
        return [{ port: Number.parseInt(port, 16), reach: reachOf(address) }];
      }),
    );
  }

  /** Established TCP connections, or undefined when nothing here can list them: conntrack(8), or the kernel's file. */
  connections(): readonly TrackedConnection[] | undefined {
    const text = this.ask('conntrack', ['-L', '-p', 'tcp']) ?? this.file('/proc/net/nf_conntrack');
    return text
      ?.split('\n')
      .filter((line) => / ESTABLISHED /.test(line))
      .flatMap((line) => {
        const value = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1];
        const [source, dest, port, helper] = ['src', 'dst', 'dport', 'helper'].map(value);
        if (source === undefined || dest === undefined || port === undefined) return [];
        const mark = Number(value('mark') ?? 0);
        return [{ source, dest, port: Number(port), mark, ...(helper !== undefined && { helper }) }];
      });
  }
}

/** Addresses stand there in the order of the machine's bytes. */
function reachOf(address: string): Listener['reach'] {
  if (/^0+$/.test(address)) return 'everywhere';
  const bytes = address.match(/.{8}/g)?.map((word) => (word.match(/../g) ?? []).reverse().join(''));
  const text = bytes?.join('') ?? '';
  const loopback4 = /^(0{20}FFFF)?7F.{6}$/.test(text);
  return loopback4 || /^0{31}1$/.test(text) ? 'loopback' : 'one address';
}
