/** One packet on its way through one ruleset: what it is now, and what rules have done to it. */
import { invariant } from '../invariant.ts';
import type { ConnectionState } from '../net/state.ts';
import { elementHolds, type KeyValue, singlePart } from './elements.ts';
import type { Change, Walk } from './kind.ts';
import type { Network, Packet, Step } from './packet.ts';
import type { ElementPart, Hook, Match, NftSet, Ruleset, SetElement } from './ruleset.ts';
import type { Situation, Tracked } from './situation.ts';

type Remembers = (match: Match) => boolean;

/** The state of `evaluate`; statements see it as `Walk`, matches as `Situation`. */
export class PacketWalk implements Walk {
  readonly trace: Step[] = [];
  readonly unknown: Step[] = [];
  readonly logged: string[] = [];
  helper: string | undefined;
  hook: Hook['hook'] = 'prerouting';
  oif: string | undefined;
  packet: Packet;
  tracked: Tracked | undefined;
  readonly #ruleset: Ruleset;
  readonly #network: Network;
  readonly #remembers: Remembers;
  readonly #sets: Map<string, NftSet>;
  #state: ConnectionState = 'invalid';
  #packetMark: number;
  #confirmed = false;

  constructor(ruleset: Ruleset, packet: Packet, surroundings: { network: Network; remembers: Remembers }) {
    this.#ruleset = ruleset;
    this.packet = packet;
    this.#network = surroundings.network;
    this.#remembers = surroundings.remembers;
    this.#sets = new Map(ruleset.sets.map((set) => [set.name, set]));
    this.#packetMark = packet.mark ?? 0;
  }

  get situation(): Situation {
    // Asked at every match: without spreading, which takes most of the time of a large ruleset.
    const situation: { -readonly [Name in keyof Situation]: Situation[Name] } = {
      packet: this.packet,
      network: this.#network,
      hook: this.hook,
      state: this.#state,
      packetMark: this.#packetMark,
      sets: this.#sets,
      remembers: this.#remembers,
    };
    if (this.oif !== undefined) situation.oif = this.oif;
    if (this.tracked) situation.tracked = this.tracked;
    return situation;
  }

  /** The sets of the ruleset as they are now, in its order. */
  get sets(): readonly NftSet[] {
    return [...this.#sets.values()];
  }

  /** The connection mark as it is, or as the packet brought it while nothing is tracked. */
  get connectionMark(): number {
    return (this.tracked?.mark ?? this.packet.connection.mark ?? 0) >>> 0;
  }

  /** Connection tracking looks the packet up, once: before that every packet looks invalid (kernel: nft_ct_get_eval). */
  track(): void {
    if (this.tracked || this.#state === 'untracked') return;
    const { connection, saddr, daddr, dport } = this.packet;
    this.#state = connection.state;
    if (connection.state === 'invalid' || connection.state === 'untracked') return;
    const original = connection.original ?? { saddr, daddr, ...(dport !== undefined && { dport }) };
    this.tracked = {
      mark: connection.mark ?? 0,
      ...(connection.masterHelper !== undefined && { masterHelper: connection.masterHelper }),
      original,
      dnat: original.daddr !== daddr || original.dport !== dport,
      snat: original.saddr !== saddr,
    };
  }

  /** Whether nat chains are asked: for the first packet of a connection that nobody expected, until it has passed. */
  get isFirst(): boolean {
    return this.tracked !== undefined && this.#state === 'new' && !this.#confirmed;
  }

  /** The first packet has left: its connection is settled. It comes back only over loopback. */
  confirm(): void {
    this.#confirmed = true;
  }

  log(prefix: string): void {
    this.logged.push(prefix);
  }

  mark(target: 'connection' | 'packet', mask: number, value: number): void {
    const change = (old: number) => ((old & ~mask) | value) >>> 0;
    if (target === 'packet') this.#packetMark = change(this.#packetMark);
    else if (this.tracked) this.tracked = { ...this.tracked, mark: change(this.tracked.mark) };
  }

  setField(field: 'trafficClass' | 'hopLimit', mask: number, value: number): void {
    const old = this.packet[field] ?? (field === 'hopLimit' ? 64 : 0);
    this.packet = { ...this.packet, [field]: (old & ~mask) | value };
  }

  attach(object: string): void {
    const found = this.#ruleset.helpers.find(({ name }) => name === object);
    invariant(found, `no helper ${object}`);
    const opens = this.#state === 'new' || this.#state === 'related';
    if (!this.tracked || !opens || this.#confirmed || this.helper !== undefined || this.packet.icmp) return;
    if (this.packet.protocol === (found.protocol === 'tcp' ? 6 : 17)) this.helper = found.type;
  }

  untrack(): void {
    if (!this.tracked) this.#state = 'untracked';
  }

  translate({ direction, address, ports }: Change): void {
    const { packet } = this;
    const [addressField, portField] =
      direction === 'dnat' ? (['daddr', 'dport'] as const) : (['saddr', 'sport'] as const);
    const port = packet[portField];
    const stays = port === undefined || !ports || (ports.first <= port && port <= ports.last);
    const to = { [addressField]: address?.first ?? packet[addressField], ...(!stays && { [portField]: ports.first }) };
    this.packet = { ...packet, ...to };
    const changed = this.packet[addressField] !== packet[addressField] || this.packet[portField] !== port;
    if (this.tracked && changed) this.tracked = { ...this.tracked, [direction]: true };
  }

  changeSet(name: string, operation: 'add' | 'update' | 'delete', key: readonly KeyValue[]): void {
    const set = this.#sets.get(name);
    invariant(set, `no set ${name}`);
    const element: SetElement = { key: key.map(partOfValue) };
    const others = set.elements.filter((other) => !elementHolds(other, key));
    this.#sets.set(name, { ...set, elements: operation === 'delete' ? others : [...others, element] });
  }
}

function partOfValue(value: KeyValue): ElementPart {
  return typeof value === 'string' ? { name: value, wildcard: false } : singlePart(value);
}
