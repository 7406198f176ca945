/**
 * The `packets` file of a case: a packet a line, and what must become of it.
 *
 *     net:192.0.2.7 → fw:192.0.2.1:22 tcp ACCEPT by rules:3
 *     net:192.0.2.7 → fw:192.0.2.1:21 tcp ACCEPT to dmz:10.0.2.10:2121 helper ftp
 *     net:[2001:db8::7] → dmz:[2001:db8:2::10]:21 tcp DROP
 *     loc:10.0.1.5 → net:198.51.100.1 icmp:8 established ACCEPT
 *
 * The lines are one sequence: what rules have put into sets is there for the lines below.
 * UNKNOWN is the fate of a packet that comes to a rule in words of nft: what becomes of it the kernel alone knows.
 * An end is a zone with an address and, behind it, a port; `zone@interface` when the zone has several interfaces.
 */

import { evaluate } from '../../compiler/ir/evaluate.ts';
import type { Judgement, Network, Packet } from '../../compiler/ir/packet.ts';
import type { Ruleset } from '../../compiler/ir/ruleset.ts';
import { parseAddress } from '../../compiler/net/address.ts';
import type { AddressType, TcpFlag } from '../../compiler/net/packet-kinds.ts';
import type { ConnectionState } from '../../compiler/net/state.ts';
import type { Version } from '../../compiler/net/version.ts';

interface End {
  readonly zone: string;
  readonly interface?: string;
  readonly version: Version;
  readonly address: bigint;
  readonly port?: number;
}

/** One line, read. */
export interface PacketLine {
  readonly line: number;
  readonly text: string;
  readonly from: End;
  readonly to: End;
  readonly protocol: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly flags?: readonly TcpFlag[];
  readonly state: ConnectionState;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT' | 'UNKNOWN';
  readonly leaves?: End;
  /** The hardware address of the sender. */
  readonly mac?: string;
  readonly leavesFrom?: string;
  readonly helper?: string;
  readonly by?: string;
  /** The helper of the connection that announced this one, and whether our mark admitted it. */
  readonly master?: { readonly helper: string; readonly admitted: boolean };
}

const protocols: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  icmpv6: 58,
  gre: 47,
  esp: 50,
  ah: 51,
  igmp: 2,
  vrrp: 112,
  ospf: 89,
  ipip: 94,
  ipv6: 41,
  sctp: 132,
};

/** Every line; comments and blank lines are passed over. */
export function readPackets(text: string): readonly PacketLine[] {
  return text.split('\n').flatMap((line, index) => (/^\s*(#|$)/.test(line) ? [] : [readLine(line.trim(), index + 1)]));
}

const shape =
  /^(\S+) → (\S+) (\w+)(?::([\w,]+))?(?: mac ([0-9a-f:]+))?(?: (established|related|invalid|untracked|new))?(?: of (\w+)( unadmitted)?)? (ACCEPT|DROP|REJECT|UNKNOWN)(?: to (\S+))?(?: from (\S+))?(?: helper ([\w.-]+))?(?: by (\S+))?$/;

function readLine(text: string, line: number): PacketLine {
  const found = shape.exec(text);
  if (!found) throw new Error(`packets:${line}: not a packet: ${text}`);
  const [
    ,
    from = '',
    to = '',
    protocol = '',
    detail,
    mac,
    state = 'new',
    master,
    unadmitted,
    verdict,
    leaves,
    leavesFrom,
    helper,
    by,
  ] = found;
  const number = protocols[protocol] ?? Number(protocol);
  const [type, code] = (detail ?? '').split('/');
  return {
    line,
    text,
    from: endOf(from, line),
    to: endOf(to, line),
    protocol: number,
    ...(number === 1 || number === 58 ? { icmp: { type: Number(type ?? 8), code: Number(code ?? 0) } } : {}),
    ...(number === 6 ? { flags: (detail ? detail.split(',') : state === 'new' ? ['syn'] : ['ack']) as TcpFlag[] } : {}),
    state: state as ConnectionState,
    verdict: verdict as PacketLine['verdict'],
    ...(leaves ? { leaves: endOf(leaves, line) } : {}),
    ...(leavesFrom ? { leavesFrom } : {}),
    ...(helper ? { helper } : {}),
    ...(by ? { by } : {}),
    ...(mac ? { mac } : {}),
    ...(master ? { master: { helper: master, admitted: unadmitted === undefined } } : {}),
  };
}

function endOf(text: string, line: number): End {
  const found = /^(\w+)(?:@([\w.-]+))?:(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d+))?$/.exec(text);
  const address = parseAddress(found?.[3] ?? found?.[4] ?? '');
  if (!found?.[1] || !address) throw new Error(`packets:${line}: not an end of a connection: ${text}`);
  return {
    zone: found[1],
    ...(found[2] ? { interface: found[2] } : {}),
    version: address.version,
    address: address.value,
    ...(found[5] ? { port: Number(found[5]) } : {}),
  };
}

/** Which interface leads to a zone; the firewall has none. */
export type InterfaceOf = (zone: string) => string | undefined;

/** A network in which every address that a line names lies where the line says. */
export function networkOf(lines: readonly PacketLine[], interfaceOf: InterfaceOf): Network {
  const routes = new Map<string, string>();
  for (const end of lines.flatMap((line) => [line.from, line.to, ...(line.leaves ? [line.leaves] : [])])) {
    routes.set(`${end.version} ${end.address}`, end.interface ?? interfaceOf(end.zone) ?? 'local');
  }
  return {
    route: (version, address) => routes.get(`${version} ${address}`),
    addressType: (version, address): AddressType => {
      if (version === 4 && address >> 28n === 14n) return 'multicast';
      if (version === 6 && address >> 120n === 0xffn) return 'multicast';
      if (version === 4 && (address === 0xffffffffn || (address & 255n) === 255n)) return 'broadcast';
      return routes.get(`${version} ${address}`) === 'local' ? 'local' : 'unicast';
    },
    addressOf: (_name, version) =>
      version === 4 ? parseAddress('192.0.2.1')?.value : parseAddress('2001:db8:1::1')?.value,
  };
}

/** The packet of a line. */
export function packetOf(line: PacketLine, interfaceOf: InterfaceOf): Packet {
  const iif = line.from.interface ?? interfaceOf(line.from.zone);
  const ports = line.protocol === 6 || line.protocol === 17 || line.protocol === 132;
  return {
    version: line.from.version,
    // What the firewall sends in the tests is sent by root.
    ...(iif ? { iif } : { user: 0, group: 0 }),
    saddr: line.from.address,
    daddr: line.to.address,
    protocol: line.protocol,
    ...(ports ? { sport: line.from.port ?? 40000, dport: line.to.port ?? 0 } : {}),
    ...(line.icmp ? { icmp: line.icmp } : {}),
    ...(line.flags ? { tcpFlags: line.flags } : {}),
    ...(line.mac ? { sourceMac: line.mac } : {}),
    hopLimit: line.protocol === 58 && (line.icmp?.type ?? 0) >= 133 ? 255 : 64,
    length: 60,
    connection: {
      state: line.state,
      ...(line.master ? { masterHelper: line.master.helper, mark: line.master.admitted ? 0x80000000 : 0 } : {}),
    },
  };
}

/** What `evaluate` says of a line. */
export function judge(line: PacketLine, ruleset: Ruleset, network: Network, interfaceOf: InterfaceOf): Judgement {
  return evaluate(ruleset, packetOf(line, interfaceOf), network);
}
