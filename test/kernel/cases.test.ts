/** The second judge of the cases' packets: the kernel. It must agree with `evaluate` on every packet that can be made. */
import { expect } from 'vitest';
import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Packet } from '../../compiler/ir/packet.ts';
import { prefixRange, printAddress } from '../../compiler/net/address.ts';
import type { Version } from '../../compiler/net/version.ts';
import { cases, compileCase, interfacesOf } from '../support/case.ts';
import { type InterfaceOf, type PacketLine, packetOf, readPackets } from '../support/packets.ts';
import { kernelTest } from './available.ts';
import type { Network } from './lab.ts';
import { openPacketLab } from './packet-lab.ts';

for (const each of cases().filter((one) => one.packets !== undefined)) {
  kernelTest(
    `the kernel agrees on the packets of ${each.name}`,
    async () => {
      const { artifact, rulesets } = compileCase(each);
      const running = rulesets?.running;
      if (!artifact || !running) throw new Error('the configuration does not compile');
      const interfaceOf = interfacesOf(each);
      const lines = readPackets(each.packets ?? '').filter((line) => canBeMade(line));
      const lab = openPacketLab(networksOf(lines, interfaceOf));
      try {
        const packets = distinctPorts(lines.map((line) => packetOf(line, interfaceOf)));
        const observed = await lab.observe(packets, () => lab.nft(artifact.ruleset));
        let now = running;
        const wrong = packets.flatMap((packet, index) => {
          const [judged, seen] = [evaluate(now, packet, lab.routes), observed[index]];
          now = { ...now, sets: judged.sets };
          // What the firewall refuses to itself it tells nobody outside; nor is an ICMP error ever answered.
          const silent =
            packet.iif === undefined || packet.connection.state === 'related' || packet.connection.state === 'invalid';
          const fits =
            judged.unknown.length > 0 ||
            seen?.verdict === judged.verdict ||
            (silent && judged.verdict === 'reject' && seen?.verdict === 'drop');
          return fits ? [] : [`${lines[index]?.text}\n   kernel: ${seen?.verdict}\n   evaluate: ${judged.verdict}`];
        });
        expect(wrong.join('\n')).toBe('');
        expect(packets.length).toBeGreaterThan(lines.length / 2);
      } finally {
        lab.close();
      }
    },
    { programs: ['nft', 'ip', 'python3'] },
  );
}

/** Helpers' announcements need real clients, and link-local addresses and broadcasts a network of their own. */
function canBeMade(line: PacketLine): boolean {
  if (line.master || line.mac || (line.state === 'related' && !line.icmp)) return false;
  if (line.from.version === 6 && line.from.address >> 118n === 0x3fan) return false;
  return !(line.from.version === 4 && (line.from.address & 255n) === 255n);
}

/** A network for each interface, with every address that the lines place there. */
function networksOf(lines: readonly PacketLine[], interfaceOf: InterfaceOf): readonly Network[] {
  const ends = lines.flatMap((line) => [line.from, line.to, ...(line.leaves ? [line.leaves] : [])]);
  const own = ends.filter((end) => end.interface === undefined && interfaceOf(end.zone) === undefined);
  const interfaces = [...new Set(ends.flatMap((end) => end.interface ?? interfaceOf(end.zone) ?? []))];
  const taken = new Set<string>();
  const networks = interfaces.map((name): Network => {
    const there = ends.filter((end) => (end.interface ?? interfaceOf(end.zone)) === name);
    const nets = [...new Set(there.map((end) => netKey(end.version, end.address)))];
    const firewall = nets.map((net) => {
      const inside = own.find((end) => netKey(end.version, end.address) === net);
      const [version, base] = net.split(' ');
      const address = inside?.address ?? BigInt(base ?? 0) + 254n;
      taken.add(`${version} ${address}`);
      return `${printAddress(Number(version) as Version, address)}/${version === '4' ? 24 : 64}`;
    });
    return {
      name,
      interface: name,
      firewall,
      host: there.slice(0, 1).map((end) => `${printAddress(end.version, end.address)}/${end.version === 4 ? 24 : 64}`),
    };
  });
  const rest = [...new Set(own.map((end) => `${end.version} ${end.address}`))].filter((key) => !taken.has(key));
  const extra = rest.map((key) => {
    const [version, address] = key.split(' ');
    return `${printAddress(Number(version) as Version, BigInt(address ?? 0))}/${version === '4' ? 32 : 128}`;
  });
  return networks.map((network, index) =>
    index === 0 ? { ...network, firewall: [...network.firewall, ...extra] } : network,
  );
}

function netKey(version: Version, address: bigint): string {
  return `${version} ${prefixRange(version, address, version === 4 ? 24 : 64).first}`;
}

/** Each packet its own connection: the source ports are numbered. */
function distinctPorts(packets: readonly Packet[]): readonly Packet[] {
  return packets.map((packet, index) =>
    packet.sport === 40000 || packet.icmp ? { ...packet, sport: 20000 + index } : packet,
  );
}
