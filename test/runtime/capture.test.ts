/** Captures of both formats, in both byte orders, and what becomes of their packets. */
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Network } from '../../compiler/ir/packet.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import { framesOf } from '../../runtime/capture/frames.ts';
import { packetOf } from '../../runtime/capture/packets.ts';
import { verdictsOf } from '../../runtime/capture/verdicts.ts';
import { memoryEnvironment } from '../support/memory-environment.ts';

const files = {
  zones: 'fw firewall\nnet ip\n',
  interfaces: '?FORMAT 2\nnet eth0\n',
  policy: '$FW all ACCEPT\nall all DROP\n',
  rules: 'ACCEPT net $FW tcp 22\n',
};

const own = parseAddress('192.0.2.1')?.value;

const network: Network = {
  route: (_version, address) => (address === own ? 'local' : 'eth0'),
  addressType: (_version, address) => (address === own ? 'local' : 'unicast'),
  addressOf: () => own,
};

/** A TCP packet over IPv4, as Ethernet carries it; with `vlan` in a tag. */
function tcp(from: string, to: string, ports: readonly [number, number], flags: number, vlan = false): Buffer {
  const ip = Buffer.alloc(40);
  ip[0] = 0x45;
  ip[9] = 6;
  ip.writeUInt32BE(Number(parseAddress(from)?.value), 12);
  ip.writeUInt32BE(Number(parseAddress(to)?.value), 16);
  ip.writeUInt16BE(ports[0], 20);
  ip.writeUInt16BE(ports[1], 22);
  ip[33] = flags;
  const link = Buffer.alloc(vlan ? 18 : 14);
  if (vlan) link.writeUInt16BE(0x8100, 12);
  link.writeUInt16BE(0x0800, vlan ? 16 : 12);
  return Buffer.concat([link, ip]);
}

const frames = [
  tcp('198.51.100.7', '192.0.2.1', [40000, 22], 2),
  tcp('192.0.2.1', '198.51.100.7', [22, 40000], 18),
  tcp('198.51.100.7', '192.0.2.1', [40000, 22], 16, true),
  tcp('198.51.100.8', '192.0.2.1', [40001, 23], 2),
  tcp('198.51.100.8', '192.0.2.1', [40001, 23], 2),
  Buffer.from('no packet of IP'),
];

type Order = 'BE' | 'LE';

function number(value: number, order: Order, bytes: 2 | 4 = 4): Buffer {
  const made = Buffer.alloc(bytes);
  if (order === 'BE') made.writeUIntBE(value, 0, bytes);
  else made.writeUIntLE(value, 0, bytes);
  return made;
}

function classic(order: Order): Buffer {
  const head = [0xa1b2c3d4, 0x00020004, 0, 0, 65535, 1].map((each) => number(each, order));
  const records = frames.flatMap((frame) => [
    ...[0, 0, frame.length, frame.length].map((each) => number(each, order)),
    frame,
  ]);
  return Buffer.concat([...head, ...records]);
}

function block(type: number, order: Order, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const length = number(padded.length + 12, order);
  return Buffer.concat([number(type, order), length, padded, length]);
}

function nextGeneration(order: Order): Buffer {
  const section = block(0x0a0d0d0a, order, number(0x1a2b3c4d, order), number(1, order), Buffer.alloc(8, 255));
  const name = [number(2, order, 2), number(4, order, 2), Buffer.from('eth0')];
  const face = block(
    1,
    order,
    number(1, order, 2),
    number(0, order, 2),
    number(65535, order),
    ...name,
    Buffer.alloc(4),
  );
  const packets = frames.map((frame) =>
    block(6, order, ...[0, 0, 0, frame.length, frame.length].map((each) => number(each, order)), frame),
  );
  return Buffer.concat([section, face, ...packets]);
}

test.each([
  ['pcap, big endian', classic('BE')],
  ['pcap, little endian', classic('LE')],
  ['pcapng, big endian', nextGeneration('BE')],
  ['pcapng, little endian', nextGeneration('LE')],
])('%s', (_name, file) => {
  const read = framesOf(file);
  if (typeof read === 'string') throw new Error(read);
  expect(read.damaged).toBe(false);
  expect(read.frames.map(({ bytes }) => bytes)).toEqual(frames);
  const { lowered } = compile(memoryEnvironment(files), { version: '0' });
  if (!lowered) throw new Error('it does not compile');
  expect(verdictsOf(read.frames, [lowered], { network })).toEqual({
    counts: [
      {
        ...{ verdict: 'accept', line: 'rules:1', packets: 3, connections: 1 },
        example: 'tcp 198.51.100.7:40000 → 192.0.2.1:22',
      },
      {
        ...{ verdict: 'drop', line: 'policy:2', packets: 2, connections: 1 },
        example: 'tcp 198.51.100.8:40001 → 192.0.2.1:23',
      },
    ],
    passedOver: 1,
  });
});

test.each([
  ['pcap', classic('LE')],
  ['pcapng', nextGeneration('BE')],
])('%s that is cut off', (_name, file) => {
  for (let end = 0; end < file.length; end += 7) {
    const read = framesOf(file.subarray(0, end));
    if (typeof read !== 'string') for (const frame of read.frames) packetOf(frame);
  }
  const read = framesOf(file.subarray(0, -1));
  expect(read).toMatchObject({ damaged: true });
});

test('what is no capture', () => {
  expect(framesOf(Buffer.from('#ACTION SOURCE DEST PROTO DPORT'))).toMatch(/no capture/);
});
