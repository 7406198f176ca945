import { reasonOf } from '../environment/system-errors.ts';
import { type LivePacket, packetOfLog, packetWords } from '../live/live-packet.ts';
import { kernelLog, readLog } from '../live/log-lines.ts';
import { type Decider, runningFirewalls, WhoDecides } from '../live/who-decides.ts';
import { say, write } from '../output/output.ts';
import { type Call, type Status, status } from '../verb.ts';

export async function run(call: Call): Promise<Status> {
  const { follow, json, file = kernelLog } = call.options;
  const asked = await runningFirewalls(call);
  if (typeof asked === 'number') return asked;
  const who = new WhoDecides(asked);
  try {
    await readLog(file, follow, (text) => {
      const packet = packetOfLog(text);
      if (!packet) return true;
      const prefix = prefixOf(text);
      const told = { ...who.zonesOf(packet), prefix: prefix.trim(), ...decider(packet, prefix, who) };
      return write(1, json ? `${JSON.stringify(record(packet, told))}\n` : `${words(packet, told)}\n`);
    });
    return status.done;
  } catch (error) {
    say(`cannot read ${file}: ${reasonOf(error)}`);
    return status.refused;
  }
}

/** What stands in front of the packet; time and host, where a daemon has written them, are no part of it. */
function prefixOf(text: string): string {
  const [before = ''] = text.split(/\bIN=/);
  return before
    .replace(/^.*?kernel: /, '')
    .replace(/^\[[\d. ]+\] ?/, '')
    .replace(/^\w{3} [ \d]\d [\d:]{8} \S+ /, '');
}

/** The line that logged the packet: by the way that it takes, or the only one with this prefix. */
function decider(packet: LivePacket, prefix: string, who: WhoDecides): Decider {
  const found = who.lineOf(packet, prefix);
  if (found) return found;
  const [only, ...more] = who.linesLogging(prefix);
  return only && more.length === 0 ? only : { line: null, text: '' };
}

interface Told extends Decider {
  readonly from: string;
  readonly to: string;
  readonly prefix: string;
}

function record(packet: LivePacket, told: Told) {
  const { tcpFlags: _flags, ...rest } = packet;
  return { schema: 1, ...told, packet: rest };
}

function words(packet: LivePacket, { from, to, prefix, line, text }: Told): string {
  return `${prefix}  ${from} → ${to}  ${packetWords(packet)}  ${line ?? ''}${line === null ? '' : '  '}${text}`.trimEnd();
}
