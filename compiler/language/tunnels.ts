/** What each kind of tunnel needs between the firewall and the other end (tunnels(5)). */

/** Packets to let through: `in` from the other end, `out` to it. Ports are of UDP or TCP. */
export interface TunnelTraffic {
  readonly way: 'in' | 'out';
  readonly protocol: number;
  readonly dports?: readonly number[];
  readonly sports?: readonly number[];
}

const both = (protocol: number, dports?: readonly number[]): readonly TunnelTraffic[] =>
  (['in', 'out'] as const).map((way) => ({ way, protocol, ...(dports ? { dports } : {}) }));

const [tcp, udp, gre, esp, ah] = [6, 17, 47, 50, 51] as const;

/** Kinds without parameters. `ipsec:ah` adds AH (RFC 4302) to ESP (RFC 4303) and IKE (RFC 7296). */
export const tunnelKinds = {
  ipsec: [...both(esp), ...both(udp, [500])],
  'ipsec:noah': [...both(esp), ...both(udp, [500])],
  'ipsec:ah': [...both(esp), ...both(ah), ...both(udp, [500])],
  ipsecnat: [...both(esp), ...both(udp, [500, 4500])],
  'ipsecnat:noah': [...both(esp), ...both(udp, [500, 4500])],
  ipip: both(4),
  gre: both(gre),
  '6to4': both(41),
  '6in4': both(41),
  pptpclient: [...both(gre), { way: 'out', protocol: tcp, dports: [1723] }],
  pptpserver: [...both(gre), { way: 'in', protocol: tcp, dports: [1723] }],
  tinc: [...both(udp, [655]), ...both(tcp, [655])],
  l2tp: [
    { way: 'in', protocol: udp, dports: [1701], sports: [1701] },
    { way: 'out', protocol: udp, dports: [1701], sports: [1701] },
  ],
} as const satisfies Record<string, readonly TunnelTraffic[]>;

/** Kinds with `:protocol` and `:port`: what a port means in each direction. */
export const tunnelKindsWithPort = {
  openvpn: { protocol: udp, port: 1194, in: 'dports', out: 'dports' },
  openvpnclient: { protocol: udp, port: 1194, in: 'sports', out: 'dports' },
  openvpnserver: { protocol: udp, port: 1194, in: 'dports', out: 'sports' },
} as const;
