import { bridgePort } from '../diagnostics/catalogue/zones.ts';
import type { Span } from '../source.ts';
import type { Law } from './law.ts';

/** Bits of marks that tell the ports of bridges are nobody else's: who sets them would change the zone of packets. */
export const marksOfPortsAreLeft: Law = ({ portBits: bits, ...model }, { report }) => {
  if (!bits) return;
  const ours = (bits.source | bits.dest | bits.seen) >>> 0;
  const lines = [
    model.rules,
    model.mangle,
    model.snat,
    model.accounting.rules,
    model.tracking,
    model.routing.rules,
  ].flat();
  for (const line of lines) {
    const found = strangerIn(line, ours);
    if (found) report.add(bridgePort(line.origin[0] as Span, `${found} touches the marks of ports`, why(ours), help));
  }
};

function why(ours: number): string {
  return `0x${ours.toString(16)} of the mark tells by which port of a bridge packets come and leave`;
}

const help = 'choose other bits';
const wholeMark = 0xffffffff;

/** A part of a line that sets or compares one of the bits, or words of nft that set a mark. */
function strangerIn(part: unknown, ours: number): string | undefined {
  if (Array.isArray(part)) return part.map((each) => strangerIn(each, ours)).find((each) => each !== undefined);
  if (typeof part !== 'object' || part === null) return undefined;
  const { kind, text, target, mask, value } = part as Readonly<Record<string, unknown>>;
  if (kind === 'raw' && typeof text === 'string' && /\bmark set\b/.test(text)) return `\`${text}\``;
  // The marks of connections are others.
  if (kind === 'connectionMark' || target === 'connection') return undefined;
  if (typeof mask === 'number' && typeof value === 'number') {
    const bits = mask === wholeMark || value === 0 ? value : mask | value;
    if ((bits & ours) !== 0) return `0x${(value >>> 0).toString(16)}/0x${(mask >>> 0).toString(16)}`;
  }
  const { origin: _, ...inside } = part as Readonly<Record<string, unknown>>;
  return Object.values(inside)
    .map((each) => strangerIn(each, ours))
    .find((each) => each !== undefined);
}
