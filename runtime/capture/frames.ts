/**
 * The frames of a capture: the classic format of libpcap (pcap-savefile(5)) and pcapng (draft-ietf-opsawg-pcapng), in
 * either byte order.
 */

/** A frame as it was captured. `link`: the type of its link (LINKTYPE_ values, tcpdump.org/linktypes.html). */
export interface Frame {
  readonly link: number;
  /** The interface, where the capture names it. */
  readonly interface?: string;
  readonly bytes: Buffer;
}

/** What a file holds; a text says why it is no capture. Frames after a damaged one are left out, which `damaged` tells. */
export type Frames = { readonly frames: readonly Frame[]; readonly damaged: boolean } | string;

/** Reads a whole file. */
export function framesOf(file: Buffer): Frames {
  if (file.length < 24) return 'it is too short for a capture';
  const magic = file.readUInt32BE(0);
  if (magic === 0x0a0d0d0a) return blocks(file);
  if (magic === 0xa1b2c3d4 || magic === 0xa1b23c4d) return records(file, (at) => file.readUInt32BE(at));
  if (magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1) return records(file, (at) => file.readUInt32LE(at));
  return 'it is no capture of tcpdump(8): neither pcap nor pcapng';
}

/** Classic: a header of 24 bytes, then frames, each behind 16 bytes. */
function records(file: Buffer, number: (at: number) => number): Frames {
  const link = number(20) & 0x0fffffff;
  const frames: Frame[] = [];
  let at = 24;
  while (at + 16 <= file.length) {
    const end = at + 16 + number(at + 8);
    if (end > file.length) break;
    frames.push({ link, bytes: file.subarray(at + 16, end) });
    at = end;
  }
  return { frames, damaged: at !== file.length };
}

interface Interface {
  readonly link: number;
  readonly name?: string;
}

const blockTypes = { section: 0x0a0d0d0a, interface: 1, simple: 3, enhanced: 6 } as const;
const optionOfName = 2;

/** Blocks of their type, their length, what is in them, and their length again. A section has its own byte order. */
function blocks(file: Buffer): Frames {
  const frames: Frame[] = [];
  let interfaces: Interface[] = [];
  let little = false;
  let at = 0;
  const number = (place: number) => (little ? file.readUInt32LE(place) : file.readUInt32BE(place));
  const short = (place: number) => (little ? file.readUInt16LE(place) : file.readUInt16BE(place));
  while (at + 12 <= file.length) {
    if (file.readUInt32BE(at) === blockTypes.section) little = file.readUInt32LE(at + 8) === 0x1a2b3c4d;
    const [type, length] = [number(at), number(at + 4)];
    if (length < 12 || length % 4 !== 0 || at + length > file.length) break;
    const last = at + length - 4;
    if (type === blockTypes.section) interfaces = [];
    else if (type === blockTypes.interface && length >= 20)
      interfaces.push({ link: short(at + 8), ...nameIn(file, { from: at + 16, to: last }, short) });
    else if (type === blockTypes.enhanced && length >= 32)
      frames.push(...frameOf(file, interfaces[number(at + 8)], { from: at + 28, length: number(at + 20), to: last }));
    else if (type === blockTypes.simple && length >= 16)
      frames.push(...frameOf(file, interfaces[0], { from: at + 12, length: number(at + 8), to: last }));
    at += length;
  }
  return { frames, damaged: at !== file.length };
}

function frameOf(
  file: Buffer,
  from: Interface | undefined,
  place: { readonly from: number; readonly length: number; readonly to: number },
): readonly Frame[] {
  if (!from) return [];
  const end = Math.min(place.from + place.length, place.to);
  return [
    {
      link: from.link,
      bytes: file.subarray(place.from, end),
      ...(from.name !== undefined && { interface: from.name }),
    },
  ];
}

/** The name among the options of an interface. */
function nameIn(
  file: Buffer,
  { from, to }: { readonly from: number; readonly to: number },
  short: (at: number) => number,
): { readonly name?: string } {
  let at = from;
  while (at + 4 <= to) {
    const [code, length] = [short(at), short(at + 2)];
    if (code === 0 || at + 4 + length > to) break;
    if (code === optionOfName) return { name: file.toString('utf8', at + 4, at + 4 + length) };
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return {};
}
