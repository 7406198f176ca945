import { understand } from '../../compiler/answers/question.ts';
import { readSeconds } from '../apply/confirmation.ts';
import { packetWords } from '../live/live-packet.ts';
import { trace } from '../live/trace.ts';
import type { TracedPacket } from '../live/traced-packet.ts';
import { runningFirewalls, WhoDecides } from '../live/who-decides.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { for: duration = '30s', json } = call.options;
  const seconds = readSeconds(duration);
  if (seconds === undefined || seconds > 3600) {
    say(`\`${duration}\` is not a duration of at most an hour: use 30s or 5m`);
    return status.usage;
  }
  const asked = await runningFirewalls(call);
  if (typeof asked === 'number') return asked;
  const [from = '', to = '', protocol, port] = call.arguments;
  const [first] = asked;
  if (!first) return status.notRunning;
  const typed = { from, to, ...(protocol !== undefined && { protocol }), ...(port !== undefined && { port }) };
  const understood = understand(typed, first.firewall.model, first.environment);
  if (understood.kind === 'unclear') {
    say(understood.reason);
    return status.usage;
  }
  const who = new WhoDecides(asked);
  const wanted = understood.question.to;
  const refusal = await trace(understood.question, seconds, {
    ready: () => {
      if (!json) say(`tracing for ${seconds} seconds`);
    },
    seen: (packet) => {
      const told = { ...who.zonesOf(packet.packet), ...decidedBy(packet, who) };
      // A destination is known by its zone only when it is routed; what DNAT sends elsewhere was asked for.
      const isOther = wanted.addresses === undefined && packet.dnat === undefined && told.to !== wanted.zone.name;
      if (isOther && packet.packet.out !== '') return;
      write(1, json ? `${JSON.stringify(record(packet, told))}\n` : `${words(packet, told)}\n`);
    },
  });
  if (refusal === undefined) return status.done;
  say(`nothing can be traced: ${refusal}`);
  return status.refused;
}

interface Told {
  readonly from: string;
  readonly to: string;
  readonly line: string | null;
  readonly text: string;
}

/** The line that the rule itself carries, or that of the rules for this packet where a map decided. */
function decidedBy({ packet, place }: TracedPacket, who: WhoDecides): Pick<Told, 'line' | 'text'> {
  const meant = who.lineOf(packet);
  if (place === undefined) return meant ?? { line: null, text: '' };
  const isLine = /^[^\s:]+:\d+$/.test(place) && !place.startsWith('library/');
  if (meant && (meant.line === place || meant.text === place)) return meant;
  return isLine ? { line: place, text: '' } : { line: null, text: place };
}

function record({ packet, verdict, dnat }: TracedPacket, told: Told) {
  const { tcpFlags: _flags, ...rest } = packet;
  return { schema: 1, verdict, ...told, packet: rest, ...(dnat !== undefined && { dnat }) };
}

function words({ packet, verdict, dnat }: TracedPacket, { from, to, line, text }: Told): string {
  const translated = dnat === undefined ? '' : `  ${dnat}`;
  return `${verdict.toUpperCase().padEnd(6)}  ${from} → ${to}  ${packetWords(packet)}${translated}  ${line ?? ''}${line === null ? '' : '  '}${text}`.trimEnd();
}
