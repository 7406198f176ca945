/** Packets put together from the lines of `nft monitor trace`. */
import { placeIn, tableName } from '../status/counters.ts';
import { type LivePacket, packetOfTrace } from './live-packet.ts';
import { traceTable } from './trace-table.ts';

/** One packet at one hook after the other: where the kernel has sent it, and what decided. */
export interface TracedPacket {
  /** As it came, with the interface by which it leaves. */
  readonly packet: LivePacket;
  readonly verdict: 'accept' | 'drop' | 'reject';
  /** The line of the rule that decided, where the rule carries one. */
  readonly place?: string;
  /** What its destination became. */
  readonly dnat?: string;
}

interface Event {
  readonly table: string;
  readonly stage: string;
  readonly text: string;
}

/** The events of one packet. */
class Gathered {
  packet: LivePacket | undefined;
  out = '';
  stage = '';
  dnat: string | undefined;
  readonly events: Event[] = [];
}

/** Takes lines, and gives back packets when all is known of them. */
export class TraceReader {
  readonly #packets = new Map<string, Gathered>();

  /**
   * Reads one line; the identity of its packet, or nothing for other lines. The kernel gives the identity of a packet that
   * has gone to the next one: `before` is what became of that, when its successor begins.
   */
  line(text: string): { readonly id: string; readonly before?: TracedPacket } | undefined {
    const [, id, family, table, chain, rest = ''] = /^trace id (\S+) (\S+) (\S+) (\S+) (.*)$/.exec(text) ?? [];
    if (id === undefined || table === undefined || chain === undefined) return undefined;
    const begins = table === traceTable && rest.startsWith('packet:');
    const before = begins ? this.take(id) : undefined;
    if (begins) this.#packets.delete(id);
    const gathered = this.#packets.get(id) ?? new Gathered();
    this.#packets.set(id, gathered);
    if (rest.startsWith('packet:')) {
      const packet = packetOfTrace(rest);
      gathered.stage = `${family} ${table} ${chain}`;
      if (packet) {
        gathered.packet ??= packet;
        if (packet.out !== '') gathered.out = packet.out;
      }
    } else {
      gathered.events.push({ table, stage: gathered.stage, text: rest });
      const translated = /\b(dnat (?:ip6? )?to \S+|redirect(?: to \S+)?)/.exec(rest)?.[1];
      if (translated !== undefined && rest.includes('(verdict accept)')) gathered.dnat = translated;
    }
    return { id, ...(before && { before }) };
  }

  /** What became of a packet; undefined as long as nothing has decided about it: on a busy machine lines come late. */
  take(id: string): TracedPacket | undefined {
    const gathered = this.#packets.get(id);
    if (!gathered?.packet) return undefined;
    const { packet, out, events, dnat } = gathered;
    const at = decisionAt(events);
    const decision = events[at];
    if (!decision) return undefined;
    this.#packets.delete(id);
    const isReject = /\breject\b/.test(decision.text);
    const verdict = isReject ? 'reject' : isRefusal(decision) ? 'drop' : 'accept';
    const place = placeOf(events, at);
    return {
      packet: { ...packet, out },
      verdict,
      ...(place !== undefined && { place }),
      ...(dnat !== undefined && { dnat }),
    };
  }
}

function isRefusal({ text }: Event): boolean {
  return text.includes('(verdict drop)') || /^policy drop\b/.test(text);
}

/** A refusal decides wherever it is; else the filter of ours that let the packet through. */
function decisionAt(events: readonly Event[]): number {
  const refused = events.findIndex(isRefusal);
  if (refused !== -1) return refused;
  return events.findLastIndex(
    ({ table, stage, text }) =>
      table === tableName && /\b(input|forward|output)$/.test(stage) && /\(verdict accept\)|^policy accept/.test(text),
  );
}

/** The last rule up to the decision, at the same hook, that carries a line; a map carries none. */
function placeOf(events: readonly Event[], at: number): string | undefined {
  const { stage } = events[at] ?? {};
  for (let index = at; index >= 0; index -= 1) {
    const event = events[index];
    if (!event || event.stage !== stage || /\bvmap @/.test(event.text)) return undefined;
    const comment = /comment "([^"]*)"/.exec(event.text)?.[1];
    if (comment !== undefined) return placeIn(comment);
  }
  return undefined;
}
